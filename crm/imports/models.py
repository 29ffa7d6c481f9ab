"""An import: a file, how its columns were mapped, what was refused, what can be undone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from core.kinds import FileKind, kind_named
from core.tones import Toned
from crm.jobs.models import Job
from crm.readers.models import Reader


class ImportProfile(models.Model):
    """How one kind of file is mapped.

    ``mapping`` is {field: column}, ``options`` what to do with values and gaps.
    """

    # The command line names a profile by this; a person sees its name.
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    # What its files' rows are (``FileKind.code``).
    takes = models.CharField(max_length=32, default="patrons", db_default="patrons")
    source = models.CharField(_("source of the reader numbers"), max_length=32)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ["name"]

    def __str__(self):
        return self.name


class ImportBatchQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """All imports for staff of the whole library; staff of one campus see their own.

        None for staff who may not import.
        """
        if not user.can("readers.import"):
            return self.none()
        if user.campus_id:
            return self.filter(created_by=user)
        return self

    def with_idle_file(self):
        """Those whose file is there and that no worker needs, nor will soon."""
        at_work = Q(state=ImportBatch.State.RUNNING) | Q(job__in=Job.objects.open())
        return self.exclude(file="").exclude(pk__in=ImportBatch.objects.filter(at_work))

    def end_without_files(self) -> int:
        """Say that the files are gone; an import that was not run ends with it, as ``gone``.

        One statement; the files themselves are deleted by whoever asks for it. Returns how many
        rows were written.
        """
        unfinished = When(state__in=ImportBatch.UNFINISHED, then=Value(ImportBatch.State.GONE))
        return self.update(file="", state=Case(unfinished, default=F("state")))


class ImportBatch(Toned, models.Model):
    """One uploaded file on its way into Reader rows; either wholly in or not at all.

    ``merged_at`` is also the ``updated_at`` of every reader it wrote: who bears another time was
    touched since, and undoing leaves them alone. ``report`` holds what the counts do not say
    (suppressed addresses, new campuses and their keys, undo).
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        STOPPED = "stopped", _("Check stopped")
        UNREADABLE = "unreadable", _("No table")
        UPLOADED = "uploaded", _("Uploaded")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNDONE = "undone", _("Undone")
        GONE = "gone", _("File deleted")

    TONES: ClassVar = {State.DONE: "green", State.FAILED: "red", State.RUNNING: "amber"}

    #: What becomes of these nobody knows yet; without a file nothing can.
    UNFINISHED = (State.CHECKING, State.STOPPED, State.UPLOADED, State.FAILED)

    #: Nothing of these was ever written.
    NEVER_RUN = (State.STOPPED, State.UNREADABLE, State.UPLOADED, State.FAILED, State.GONE)

    #: Nothing of these is there, or will be.
    NOT_STANDING = (State.UNDONE, State.GONE, State.UNREADABLE)

    file = models.FileField(upload_to="imports/%Y/%m/")
    # What somebody called it: shown, and never a path.
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    profile = models.ForeignKey(ImportProfile, models.SET_NULL, null=True, blank=True)
    source = models.CharField(max_length=32, default="library")
    # What its rows are (``FileKind.code``).
    takes = models.CharField(max_length=32, default="patrons", db_default="patrons")
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    rows = models.PositiveIntegerField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)
    merged_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        ordering = ["-created_at"]

    def __str__(self):
        return self.filename

    @property
    def is_open(self) -> bool:
        """Still to be run: its file is there, and its columns may be mapped anew.

        So says an upload, or an import that failed, of which no job waits or runs.
        """
        if not self.file:
            return False
        # Between pressing "import" and the worker's first step the state says uploaded still.
        is_queued = self.job is not None and self.job.is_open
        if is_queued:
            return False
        return self.state in {self.State.UPLOADED, self.State.FAILED}

    @property
    def may_go(self) -> bool:
        """Whether it can be thrown away: it never came in, and no worker has it in hand. What says
        itself what its columns are is dropped on a page of its own.
        """
        if self.job is not None and self.job.is_open:
            return False
        return self.state in self.NEVER_RUN and bool(self.kind.fields)

    @property
    def kind(self) -> FileKind:
        """What its rows are. LookupError where no room takes such files any more."""
        return kind_named(self.takes)

    @property
    def own_campus(self) -> int | None:
        """Key of the campus whose staff brought it: its rows are of that one alone. None where
        staff of the whole library did, and where nobody is known to have.
        """
        return self.created_by and self.created_by.campus_id

    @property
    def systems(self) -> list[str]:
        """Codes of the systems of its numbers: rows that a program sent name their own.

        Its own comes first, and may come twice.
        """
        return [self.source, *self.report.get("systems", [])]

    def page(self, step: str) -> str:
        """The address of one of its pages, "map" or "preview"; the kind of file says how they are
        called.
        """
        return reverse(self.kind.page_of(step), args=[self.pk])

    @property
    def discard_page(self) -> str:
        """The name of the page that throws it away."""
        return self.kind.page_of("discard")

    def get_absolute_url(self):
        """The page of this import."""
        return self.page("detail")


class ImportRefusal(models.Model):
    """A row that was not taken, with its line in the file and the reason.

    ``raw`` holds its cells, or only the reader number where it was refused while merging.
    """

    class Reason(models.TextChoices):
        QUOTES = "quotes", _("The quotes of this row do not close")
        TOO_LONG = "too-long", _("A cell is longer than it may be")
        TOTAL_ROW = "total-row", _("A total or a footer, it seems, and no person")
        HEADER_AGAIN = "header-again", _("The names of the columns once more, and no person")
        TOO_MANY_COLUMNS = "too-many-columns", _("More cells than there are columns")
        NUL = "nul", _("Holds a character that text may not hold")
        UNDECODABLE = "undecodable", _("Some characters could not be read in this encoding")
        MISSING_NUMBER = "missing-number", _("No reader number")
        SHORTENED_NUMBER = (
            "shortened-number",
            _(
                "A spreadsheet kept this number with 15 digits only (E+): its last digits are lost."
                " Format the column as text and export it again"
            ),
        )
        FRACTION_NUMBER = (
            "fraction-number",
            _(
                "A program added “.0” or a fraction to this number. Export the column as text, so"
                " that no second person comes of it"
            ),
        )
        ROUNDED_NUMBER = (
            "rounded-number",
            _(
                "All long numbers of this file end in zeros: a spreadsheet kept 15 digits of them,"
                " and the last ones are lost. Format the column as text and export it again"
            ),
        )
        DAY_AS_NUMBER = (
            "day-as-number",
            _(
                "A date or a time stands where the number is: a spreadsheet made one of it, it"
                " seems. Format the column as text and export it again"
            ),
        )
        TRUTH_AS_NUMBER = "truth-as-number", _("True or false stands where the number is")
        GROUPED_NUMBER = (
            "grouped-number",
            _(
                "A program set commas between the digits of this number. Export the column as text,"
                " so that no second person comes of it"
            ),
        )
        DUPLICATE = (
            "duplicate",
            _("Another row of this reader number is newer or stands further up"),
        )
        SAME_READER = (
            "same-reader",
            _("Another number of a reader of whom another row is newer or stands further up"),
        )
        NUMBER_TAKEN = (
            "number-taken",
            _("Numbers of two different readers: perhaps one person, or a number given anew"),
        )
        ANOTHER_PERSON = (
            "another-person",
            _("The number of a reader, and somebody else, it seems"),
        )
        UNKNOWN_KIND = "unknown-kind", _("Unknown kind of reader")
        MISSING_KIND = "missing-kind", _("A new reader without a kind")
        UNKNOWN_CAMPUS = "unknown-campus", _("Unknown campus or branch")
        UNKNOWN_COLLEGE = "unknown-college", _("Unknown college")
        BAD_EMAIL = "bad-email", _("Not an e-mail address")
        BAD_PHONE = "bad-phone", _("Not a telephone number")
        BAD_DATE = "bad-date", _("Not a date")
        DAY_NUMBER = (
            "day-number",
            _("A spreadsheet's number of a day, where the column does not tell that it is one"),
        )
        AMBIGUOUS_DATE = "ambiguous-date", _("Day and month cannot be told apart")
        BAD_YEAR = "bad-year", _("Not a year")
        BAD_MONTH = "bad-month", _("Not a month")
        BAD_ANSWER = "bad-answer", _("Neither yes nor no")
        UNKNOWN_LANGUAGE = "unknown-language", _("Unknown language")
        UNKNOWN_STATE = "unknown-state", _("Unknown state")
        UNKNOWN_READER = "unknown-reader", _("No reader with this number is known in this system")
        OTHER_ROW = (
            "other-row",
            _("This number is that of another row: of another reader, or of another moment"),
        )
        MISSING_DATE = "missing-date", _("No date")
        BAD_TIME = "bad-time", _("Not a time of day")
        FUTURE_DATE = "future-date", _("A day that is still to come")
        UNKNOWN_ACTION = "unknown-action", _("Unknown what happened")
        BAD_COUNT = "bad-count", _("Not a number of something that was counted")
        BAD_PERIOD = "bad-period", _("The last day is before the first")
        MISSING_YEAR = (
            "missing-year",
            _("A month without a year: please say of which year the file is"),
        )
        MISSING_PLACE = "missing-place", _("No place")
        TOTAL_PLACE = (
            "total-place",
            _("A sum of other rows, it seems: what it counts would be counted twice"),
        )
        FAR_AWAY = (
            "far-away",
            _(
                "This day lies far from all others of the file: its year was mistyped, it seems."
                " Where it is right, say from which day to which the file is"
            ),
        )
        OUTSIDE_PERIOD = "outside-period", _("Not of the days that the file is said to be about")
        COUNTER_FELL = (
            "counter-fell",
            _("Lower than the reading before, and the next one goes on above it: a slip, left out"),
        )
        COUNTER_RESET = (
            "counter-reset",
            _(
                "Lower than the reading before, and it cannot be told how often the counter turned"
                " over or who reset it: how many passed until here is unknown"
            ),
        )
        COUNTER_UNCLEAR = (
            "counter-unclear",
            _(
                "The counter fell after this reading to about where it had been before it: this one"
                " may be the slip, so how many passed is unknown"
            ),
        )
        OTHER_PLACE = "other-place", _("This row is of another campus than yours")
        OTHER_CAMPUS = "other-campus", _("This reader belongs to another campus than yours")

    #: Reasons that do not say themselves which cell is meant.
    ABOUT_A_CELL = {Reason.TOO_LONG, Reason.NUL, Reason.UNDECODABLE}

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=40)
    raw = models.JSONField(default=list)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="refusal_once_per_line")
        ]

    @property
    def said(self) -> str:
        """The reason in words, with the column it is about.

        A reason that only another version knew is said by its code.
        """
        said = reason_in_words(self.reason)
        if self.field and self.reason in self.ABOUT_A_CELL:
            return f"{said} ({self.field})"
        return said

    @property
    def shown(self) -> str:
        """The row's cells on one line."""
        return " | ".join(self.raw)


def reason_in_words(code: str) -> str:
    """Why a row was refused, in the language of the moment; a reason that only another version knew
    is said by its code.
    """
    try:
        return str(ImportRefusal.Reason(code).label)
    except ValueError:
        return code


class ImportChange(models.Model):
    """What an updated reader looked like before the batch, so that the batch can be undone.

    ``before`` is {column: value} of every column the batch may have written.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changes")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="+")
    before = models.JSONField()

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        constraints = [
            models.UniqueConstraint(fields=["batch", "reader"], name="change_once_per_reader")
        ]
