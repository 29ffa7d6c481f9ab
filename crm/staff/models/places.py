"""The library's parts: campuses and colleges, each with the days on which it was there."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.localised import CHINESE, ENGLISH, localised


class Named(models.Model):
    """Something with a Chinese and an English name and a stable code."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return localised({CHINESE: self.name_zh, ENGLISH: self.name_en})


def there_on(day: date) -> Q:
    """What was there on ``day``; both ends are included, and a missing one is open."""
    has_begun = Q(starts_on__isnull=True) | Q(starts_on__lte=day)
    has_not_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return has_begun & has_not_ended


class LastingQuerySet(models.QuerySet):
    def on(self, day: date):
        """Those that were there on ``day``.

        Its first and its last day belong to it; one without a day is open on that side.
        """
        return self.filter(there_on(day))

    def to_choose(self, chosen: int | None):
        """Those that are there today, and the one that is chosen already.

        For a form: ``chosen`` is the key of what stands there now, None for none.
        """
        return self.filter(there_on(timezone.localdate()) | Q(pk=chosen))


class Lasting(Named):
    """Something that was there from one day to another, and may go on as a part of a successor.

    Both days are included; an empty one says that the day is not known, or that no end is set.
    What points at it goes on pointing at it: ``as_of`` says what it is called on a day.
    """

    starts_on = models.DateField(_("there since"), null=True, blank=True)
    ends_on = models.DateField(_("there until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )

    objects = LastingQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_starts",
            ),
            # Only what has ended goes on as something else.
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(ends_on__isnull=False),
                name="%(class)s_succeeded_has_ended",
            ),
        ]

    def as_of(self, day: date):
        """What this is on ``day``: itself, or whichever successor went on with it by then.

        One statement for each step. One that ended without a successor is itself, on any day.
        """
        found = self
        while found.successor_id and found.ends_on < day:
            found = found.successor
        return found

    @property
    def today(self):
        """What this is today.

        By the local date.
        """
        return self.as_of(timezone.localdate())


class Campus(Lasting):
    """A campus, or a branch of a public library."""

    class Meta(Lasting.Meta):
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        ordering = ["code"]


class College(Lasting):
    """A college, school or faculty readers belong to."""

    campus = models.ForeignKey(
        Campus, models.SET_NULL, null=True, blank=True, related_name="colleges"
    )

    class Meta(Lasting.Meta):
        verbose_name = _("college")
        verbose_name_plural = _("colleges")
        ordering = ["code"]
