"""What was counted without anybody's name: how many, where, when, of whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.columns import values_of
from core.disclosure import Count, Missing
from crm.imports.models import ImportBatch
from crm.sources.models import DataSource
from crm.staff.models import Campus


class TallyMeasure(models.TextChoices):
    """What is counted. Codes are stored; what a number of each may say of persons: OF_PERSONS."""

    VISITS = "visits", _("Visits")
    LOANS = "loans", _("Loans")
    ATTENDANCE = "attendance", _("Attendance")
    EVENTS = "events", _("Events")


#: Of these each one is a person who came.
OF_PERSONS = frozenset({TallyMeasure.VISITS, TallyMeasure.ATTENDANCE})
#: What two counts of the same thing have in common.
SAME = ("source_id", "campus_id", "first", "last", "measure", "audience")


class TallyQuerySet(models.QuerySet):
    """Each file keeps what it said, so several rows may tell of one thing: what holds is asked for
    here.
    """

    def in_force(self):
        """Of each thing counted the number that holds: the one somebody corrected, else the newest
        that a file brought. Which one that is does not depend on the rows asked of.
        """
        newest = Tally.objects.order_by(*SAME, "-by_hand", "-pk").distinct(*SAME)
        return self.filter(pk__in=newest.values("pk"))

    def newest_of_files(self):
        """Of each thing counted what the last file said, whatever was corrected since; nothing of a
        thing that only a person told of.
        """
        of_files = Tally.objects.filter(by_hand=False)
        newest = of_files.order_by(*SAME, "-pk").distinct(*SAME)
        return self.filter(pk__in=newest.values("pk"))


class Tally(models.Model):
    """One number, from ``first`` to ``last`` (a day, a month, a week), both among them.

    Of the whole library without a campus, of everybody without an ``audience``. ``value`` is None
    where nobody knows; ``rows`` of the file are summed in it, and ``unknown`` of them said no
    number. ``whole``: nothing is known to be missing. Each file keeps what it said beside others,
    so that it can be taken back in any order; ``by_hand`` there is no file.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(DataSource, models.PROTECT, related_name="+")
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="+")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    measure = models.CharField(_("what is counted"), max_length=10, choices=TallyMeasure.choices)
    audience = models.CharField(_("audience"), max_length=255, blank=True)
    labels = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    value = models.BigIntegerField(_("number"), null=True, blank=True)
    rows = models.PositiveIntegerField(default=1)
    unknown = models.PositiveIntegerField(default=0)
    whole = models.BooleanField(default=True)
    by_hand = models.BooleanField(default=False)
    note = models.CharField(_("why"), max_length=200, blank=True)
    at = models.DateTimeField(_("when it came"), auto_now_add=True)

    objects = TallyQuerySet.as_manager()
    #: Whether a small number would follow from this one; who prints it asks ``small`` first.
    is_covered = False

    class Meta:
        verbose_name = _("count without persons")
        verbose_name_plural = _("counts without persons")
        ordering = ["-last", "pk"]
        indexes = [
            models.Index(fields=["source", "measure", "first"], name="tally_of_source"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="tally_has_days"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="tally_is_no_code"
            ),
        ]

    def __str__(self):
        return f"{self.get_measure_display()} {self.first} – {self.last}"

    @property
    def what(self) -> dict:
        """What it counts, whatever the number: {name of a field: value} of SAME, in their order. Of
        a campus None is the whole library.
        """
        return values_of(self, SAME)

    @property
    def same(self) -> tuple:
        """The values of ``what``: two rows that are alike in it tell of the same thing."""
        return tuple(self.what.values())

    @property
    def told(self) -> Count | int | Missing:
        """The number as a page and a file may say it. Visits and attendance are persons: few of
        them are not said (``Count``), nor what would give them away. Loans and events are a plain
        number, or Missing.NOT_MEASURED.
        """
        if self.is_covered:
            return Count.without(Missing.WITHHELD)
        if self.measure in OF_PERSONS:
            return Count.of(self.value)
        if self.value is None:
            return Missing.NOT_MEASURED
        return self.value
