"""Recency, frequency and contribution of readers, and the edges between their brackets."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Reader

#: Brackets of each of the three figures, 1 to BRACKETS; 5 is the best of all three.
BRACKETS = 5
BRACKET_NUMBERS = tuple(range(1, BRACKETS + 1))
#: The edges of a library that has chosen none: days since somebody was here, and how often within
#: ``USUAL_DAYS`` they used something or gave something.
USUAL_RECENCY = (7, 30, 90, 180)
USUAL_FREQUENCY = (2, 6, 15, 40)
USUAL_CONTRIBUTION = (1, 2, 4, 8)
USUAL_DAYS = 365


def edges_field(label) -> ArrayField:
    """A field for four ascending numbers, the edges between five brackets, called ``label``. That
    they ascend is a constraint: see ``ascending``.
    """
    return ArrayField(models.PositiveIntegerField(), size=BRACKETS - 1, verbose_name=label)


def ascending(name: str) -> Q:
    """That the four edges of a field are there, and each is larger than the one before. For a
    constraint of the database, where places in a list are counted from 0.
    """
    found = Q(**{f"{name}__len": BRACKETS - 1})
    for place in range(1, BRACKETS - 1):
        found &= Q(**{f"{name}__{place}__gt": F(f"{name}__{place - 1}")})
    return found


def in_brackets(*names: str) -> Q:
    """That each of these columns holds the number of a bracket, 1 to BRACKETS. For a constraint."""
    found = Q()
    for name in names:
        found &= Q(**{f"{name}__range": (1, BRACKETS)})
    return found


class Edges(models.Model):
    """The edges of all three figures, and over how many days two of them are counted.

    ``recency``: at most so many days ago is bracket 5, 4, 3, 2; longer ago is 1. ``frequency`` and
    ``contribution``: at least so many times is bracket 2, 3, 4, 5; fewer is 1.
    """

    recency = edges_field(_("days since the last time"))
    frequency = edges_field(_("how often used"))
    contribution = edges_field(_("how often given"))
    days = models.PositiveIntegerField(_("days that are counted"))

    class Meta:
        abstract = True

    @property
    def as_dict(self) -> dict:
        """The edges of each figure and the days, as they may be stored or compared: three lists of
        four numbers and a number, by the names of the fields.
        """
        return {
            "recency": list(self.recency),
            "frequency": list(self.frequency),
            "contribution": list(self.contribution),
            "days": self.days,
        }


class ScoreBrackets(Edges):
    """What the library has chosen: the only row, or none where it has chosen nothing."""

    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("brackets of recency, frequency and contribution")
        verbose_name_plural = _("brackets of recency, frequency and contribution")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="score_brackets_are_one"),
            models.CheckConstraint(condition=ascending("recency"), name="score_recency_ascends"),
            models.CheckConstraint(
                condition=ascending("frequency"), name="score_frequency_ascends"
            ),
            models.CheckConstraint(
                condition=ascending("contribution"), name="score_contribution_ascends"
            ),
        ]

    def __str__(self):
        return str(self.as_dict)


class ScoreRun(Edges):
    """The last run, the only row: the edges it took, as of when, and since when it counted.

    ``readers`` were given figures in ``refresh_ms`` milliseconds. ``put_off`` readers were being
    changed by somebody meanwhile, and keep what they had until the next run.
    """

    computed_at = models.DateTimeField(_("as of"))
    counted_since = models.DateField(_("counted since"))
    readers = models.PositiveIntegerField()
    put_off = models.PositiveIntegerField(default=0)
    refresh_ms = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("run of recency, frequency and contribution")
        verbose_name_plural = _("runs of recency, frequency and contribution")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="score_run_is_one")]

    def __str__(self):
        return str(self.computed_at)


class Score(models.Model):
    """Recency, frequency and contribution of one current reader, as of the last run.

    Nobody of whom nothing is recorded has one, and nobody who switched analytics off. ``last_on``
    is a day in the library's own time.
    """

    reader = models.OneToOneField(
        Reader, models.CASCADE, primary_key=True, related_name="score", verbose_name=_("reader")
    )
    last_on = models.DateField(_("last time"))
    times = models.PositiveIntegerField(_("how often used"))
    contributions = models.PositiveIntegerField(_("how often given"))
    recency = models.PositiveSmallIntegerField(_("recency"))
    frequency = models.PositiveSmallIntegerField(_("frequency"))
    contribution = models.PositiveSmallIntegerField(_("contribution"))

    class Meta:
        verbose_name = _("recency, frequency and contribution")
        verbose_name_plural = _("recency, frequency and contribution")
        constraints = [
            models.CheckConstraint(
                condition=in_brackets("recency", "frequency", "contribution"),
                name="score_in_brackets",
            )
        ]

    def __str__(self):
        return f"R{self.recency} F{self.frequency} C{self.contribution}"
