import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.localised import CHINESE, ENGLISH, localised
from core.provenance import Provenance
from core.quantity import Qualifier, Quantity, Unit


class Fact(models.Model):
    """One figure for one day or month and one value of one dimension; computing it again replaces
    it.

    Additive counts are stored by day and summed; distinct persons are stored per month, because
    they never add up.
    """

    class Grain(models.TextChoices):
        DAY = "day", pgettext_lazy("grain", "Day")
        MONTH = "month", pgettext_lazy("grain", "Month")

    metric = models.CharField(max_length=40)
    grain = models.CharField(max_length=5, choices=Grain.choices)
    start = models.DateField()
    dimension = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=60, blank=True)
    value = models.FloatField()
    n = models.PositiveIntegerField(help_text="Persons or rows the value rests on.")
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "grain", "start", "dimension", "key"],
                name="fact_once",
            )
        ]
        # What every month page asks for, without reading all facts there are.
        indexes = [
            models.Index(fields=["computed_at"], name="fact_computed_at"),
            models.Index(
                fields=["metric", "start"],
                name="fact_recorded",
                condition=Q(dimension="", value__gt=0),
            ),
            models.Index(
                fields=["start"],
                include=["metric", "key", "value"],
                name="fact_days",
                condition=Q(grain="day", dimension__in=["", "kind"]),
            ),
        ]


#: A number far up would leave the portal none, and figures of another shape could not be compared.
FOLLOWS = """
    IF NEW.month <> date_trunc('month', NEW.month)
        OR NEW.number <> 1 + coalesce(
            (SELECT max(number) FROM analytics_publishedmonth WHERE month = NEW.month), 0)
        OR jsonb_typeof(NEW.figures) <> 'object'
    THEN
        RAISE EXCEPTION 'a publication follows the one before' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM jsonb_each(NEW.figures) WHERE jsonb_typeof(value) <> 'array') THEN
        RAISE EXCEPTION 'a figure is its value, its n and a hash' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class PublishedMonth(models.Model):
    """The figures of a month that is over, as they were known at some time; never changed.

    ``number`` 1 is the first publication, every later one an amendment. ``figures``: as
    ``publishing.Figures``; never shown, some are small. ``changed``: names of those that differ
    from the publication before.
    """

    month = models.DateField()
    number = models.PositiveIntegerField()
    figures = models.JSONField()
    changed = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("published month")
        verbose_name_plural = _("published months")
        ordering = ["month", "number"]
        constraints = [
            models.UniqueConstraint(fields=["month", "number"], name="published_month_number_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="follows_before",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=FOLLOWS,
            )
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.number}"

    @property
    def amendments(self) -> int:
        """How often the figures have changed since the first publication; 0 for that one."""
        return self.number - 1


class Target(models.Model):
    """What the library wants a monthly figure to be: its own setting, with who set it and when."""

    metric = models.CharField(_("figure"), max_length=40, unique=True)
    value = models.PositiveIntegerField(_("target for a month"))
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self):
        return f"{self.metric} ≥ {self.value}"


class Observation(models.Model):
    """A figure somebody published or noted, with its qualifier, source and date (27.5万余次)."""

    code = models.SlugField(max_length=60, unique=True)
    label_zh = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    value = models.FloatField(null=True, blank=True)
    qualifier = models.CharField(max_length=10, choices=Qualifier.choices, default=Qualifier.EXACT)
    unit = models.CharField(max_length=4, choices=Unit.choices, default=Unit.TIMES)
    year = models.CharField(max_length=12, blank=True)
    text_zh = models.CharField(max_length=300, blank=True)
    text_en = models.CharField(max_length=300, blank=True)
    section = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    as_of = models.DateField(null=True, blank=True)
    provenance = models.CharField(
        max_length=10, choices=Provenance.choices, default=Provenance.PAPER
    )

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["pk"]

    @property
    def label(self) -> str:
        """What was counted, in the current language; in the other one where this one is empty."""
        return localised({CHINESE: self.label_zh, ENGLISH: self.label_en})

    @property
    def text(self) -> str:
        """What the source says besides the number, in the current language."""
        return localised({CHINESE: self.text_zh, ENGLISH: self.text_en})

    @property
    def quantity(self) -> Quantity | None:
        """The number with its qualifier, unit, source and date; None where the
        source gives none.
        """
        if self.value is None:
            return None
        return Quantity(self.value, self.qualifier, self.unit, self.source, self.as_of)
