"""Where what readers do is recorded, and which days of it have come in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Activity
from crm.staff.models import Campus

#: What a provider of e-resources counts, in ``DataSource.measures``.
USE_OF_ERESOURCES = "eresources"


class DataSourceQuerySet(models.QuerySet):
    """Sources as lists offer them."""

    def in_use(self, also: int | None = None):
        """Without those of which nothing is kept any more; ``also``: the key of one that is among
        them all the same, since somebody has chosen it.
        """
        return self.filter(Q(emptied_at=None) | Q(pk=also))


class DataSource(models.Model):
    """A system that records something of readers: a gate, the library system, a seat booking.

    ``code`` is what stands in ``Activity.source``. ``kinds``: what its rows are. ``emptied_at``:
    since when nothing of it is kept, because all its files were taken back; None while anything is,
    and before its first file. The next file that comes makes it None again.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")
        AT_WILL = "at-will", _("whenever there is one")
        UNSAID = "", _("nobody has said when")

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kinds = ArrayField(models.CharField(max_length=16, choices=Activity.Kind.choices))
    # What it counts where its rows are no persons: then it has no kinds, since nothing
    # it tells is any reader's.
    measures = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    # Until somebody says it, nothing is expected of a source: see ``is_regular``.
    rhythm = models.CharField(
        _("a file comes"),
        max_length=8,
        choices=Rhythm.choices,
        default=Rhythm.UNSAID,
        blank=True,
    )
    # What it sends is stored under readers; otherwise nobody knows whose it is, see
    # crm.activities.models.NamelessVisit, and nothing can be said of any reader by it.
    named = models.BooleanField(default=True, db_default=True)
    # Days after the end of what a file is about, until it is missed.
    due_after = models.PositiveSmallIntegerField(_("days until it is missed"), default=5)
    # After this day nothing more is expected of it, and nothing is missing.
    until = models.DateField(_("taken out of service after"), null=True, blank=True)
    contact = models.CharField(_("who is asked for its files"), max_length=120, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    objects = DataSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of records")
        verbose_name_plural = _("sources of records")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_regular(self) -> bool:
        """Whether its files come at set times, so that it is to tell of every day from its first
        one on. Of any other source nothing is expected: it counts on the days that it told of.
        """
        return self.rhythm in REGULAR

    @property
    def tells(self) -> list[str]:
        """Codes of all that it tells of: kinds of activity, and what it counts."""
        return [*self.kinds, *self.measures]


#: Rhythms of which a file can be late.
REGULAR = (DataSource.Rhythm.DAILY, DataSource.Rhythm.WEEKLY, DataSource.Rhythm.MONTHLY)


class CoveredSpan(models.Model):
    """The days, both ends among them, of which a source has told all that happened at a place.

    ``tells``: of what, as codes of kinds of activity or of what is counted; a file of loans says
    nothing of renewals. Empty stands for all that the source tells of.
    Without a campus it has told of the whole library. ``part``: what was told is known to be
    incomplete. ``apart`` unless it told of these days together: a month of which the single days
    are unknown. ``lost``: somebody said that nobody recorded these days and no file of them will
    come; they stay as unknown as before, and nobody is asked for them any more. ``import_run``: the
    import that brought it, and takes it along when it is undone. ``told_at``: None of what was told
    before that was kept. ``compared``: keys of the listed collections that the loans of its file
    were compared with, and of which all loans found were kept.
    """

    class State(models.TextChoices):
        FULL = "full", _("recorded")
        PART = "part", _("recorded in part")
        LOST = "lost", _("not recorded, and no file will come")

        @classmethod
        def told(cls, *, whole: bool) -> "CoveredSpan.State":
            """The state of days that a file told of: FULL, or PART where it is known to lack
            something.
            """
            if whole:
                return cls.FULL
            return cls.PART

    source = models.ForeignKey(DataSource, models.CASCADE, related_name="spans")
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="+")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    state = models.CharField(max_length=4, choices=State.choices, default=State.FULL)
    apart = models.BooleanField(default=True)
    tells = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    import_run = models.BigIntegerField(null=True, blank=True, db_index=True)
    note = models.CharField(_("why"), max_length=120, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    compared = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        verbose_name = _("recorded days")
        verbose_name_plural = _("recorded days")
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="span_has_days")
        ]

    def __str__(self):
        return f"{self.source_id} {self.first} – {self.last}"
