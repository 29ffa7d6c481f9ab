"""What readers did: single rows while they are young, months afterwards."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.keying import DerivedKey
from crm.readers.models.reader import Reader
from crm.staff.models import Campus

#: The lock under which folding and appending wait for each other.
FOLD_LOCK = "huixiang.fold"
#: A row that is this much older than its coming may belong to a day that no nightly run counts any
#: more. Less than the shortest term, so that no row is folded that was young when it came.
LATE_AFTER = timedelta(days=28)
#: Under which lies what rows of files are known again by.
REFERENCES = DerivedKey("references of activities")
#: reader id, kind, time, source, reference within the source
ActivityRow = tuple[int, str, datetime, str, str]


def key_of(source: str, ref: str) -> UUID:
    """By this a folded row is known again; ``huixiang_fold_activities`` makes the same.

    The first 16 bytes of the SHA-256 of source and reference, a line break between them.
    """
    digest = hashlib.sha256(f"{source}\n{ref}".encode()).digest()
    return UUID(bytes=digest[:16])


def key_of_before(key: UUID) -> UUID:
    """Under what a row is known again that was folded when ``key_of`` itself was stored. What was
    known by number and day could be tried out then; now it lies under a key, and is asked for by
    the key of the key.
    """
    return UUID(hex=REFERENCES.hex_of(str(key))[:32])


def hold_folds_off() -> None:
    """Until the transaction ends no row is folded; what is being folded is waited for.

    Others who hold folds off are not waited for: the lock is shared among them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [FOLD_LOCK])


def counted_already(rows: Iterable[ActivityRow]) -> set[UUID]:
    """Keys of those rows that stand in a folded month, in one query; the rest is new."""
    asked = {}
    for _reader, _kind, _at, source, ref in rows:
        key = key_of(source, ref)
        asked |= {key: key, key_of_before(key): key}
    found = FoldedRef.objects.filter(key__in=list(asked)).values_list("key", flat=True)
    return {asked[key] for key in found}


class ActivityQuerySet(models.QuerySet):
    def log(self, rows: Iterable[ActivityRow]) -> int:
        """Append activities; a ``(source, ref)`` that is there already, as a row or counted in a
        folded month, is left alone.

        Those that come late wait for the night that counts them before they may be folded. Returns
        how many rows were offered, not how many were new.
        """
        rows = list(rows)
        with transaction.atomic():
            # No fold begins before this is committed: a row is either there or counted.
            hold_folds_off()
            known = counted_already(rows)
            offered = list(_offered(rows, known))
            self.bulk_create(offered, ignore_conflicts=True, batch_size=2000)
        return len(offered)


def _offered(rows: list[ActivityRow], known: set[UUID]) -> Iterator["Activity"]:
    """Activities of ``rows`` but those that are counted in a month, or of whom nothing is kept.

    ``known``: keys of the former. What is older than ``LATE_AFTER`` is marked as late.
    """
    asked = {reader for reader, *_rest in rows}
    silent = set(Reader.objects.filter(pk__in=asked, analytics=False).values_list("pk", flat=True))
    young_from = timezone.now() - LATE_AFTER
    for reader, kind, at, source, ref in rows:
        if reader in silent or key_of(source, ref) in known:
            continue
        late = at < young_from
        yield Activity(reader_id=reader, kind=kind, at=at, source=source, ref=ref, late=late)


class Activity(models.Model):
    """Something a reader did, as a kind and a time: never which title.

    ``(source, ref)`` says which row elsewhere it stands for, so importing or projecting it twice
    changes nothing.
    """

    class Kind(models.TextChoices):
        LOAN = "loan", _("Loan")
        RENEWAL = "renewal", _("Renewal")
        VISIT = "visit", _("Visit")
        SEAT = "seat", _("Seat used")
        VIOLATION = "violation", _("Seat booked and not kept")
        ERESOURCE = "eresource", _("E-resource used")
        EVENT = "event", _("Event attended")
        CLICK = "click", _("Link followed")
        ANSWER = "answer", _("Survey answered")
        VOICE = "voice", _("Said something")
        CONTRIBUTION = "contribution", _("Contribution")

    # The index of a reader's rows by their time serves those that ask for the reader alone.
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="activities", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    at = models.DateTimeField(_("time"))
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    source = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)
    # Came late, and is in no daily figure yet: until it is, it is not folded.
    late = models.BooleanField(default=False, db_default=False)
    # The import that brought it, and takes it along when it is undone; empty for what the portal
    # noted itself. Not indexed: undoing is rare, and every row would pay for it.
    import_run = models.BigIntegerField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="activity_source_ref")
        ]
        indexes = [
            # For segments, which count a kind's activities by reader without opening the table.
            models.Index(fields=["kind", "at"], include=["reader"], name="activity_kind_at"),
            # For the page of one reader, newest first.
            models.Index(fields=["reader", "-at"], name="activity_reader_at"),
            models.Index(fields=["at"], condition=models.Q(late=True), name="activity_late"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {timezone.localdate(self.at)}"


class FoldedMonth(models.Model):
    """How often a reader did something of one kind in one month, of rows that are over their term.

    ``month`` is its first day in the library's own time; ``first`` and ``last`` are the moments of
    the first and the last of the rows. What of the month is still in single rows is not counted
    here.
    """

    pk = models.CompositePrimaryKey("reader", "kind", "month")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="folded_months", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Activity.Kind.choices)
    month = models.DateField(_("month"))
    n = models.PositiveIntegerField(_("how often"))
    first = models.DateTimeField(_("first"))
    last = models.DateTimeField(_("last"))

    class Meta:
        verbose_name = _("month of activities")
        verbose_name_plural = _("months of activities")
        indexes = [
            # For segments and monthly figures, as the index of single rows.
            models.Index(
                fields=["kind", "month"], include=["reader", "n"], name="folded_kind_month"
            )
        ]


class MonthCount(models.Model):
    """How often a reader did something of one kind in one month, as a system counts it that does
    not say on which days. It is never spread over them.

    ``month`` is the first day of the month; ``begins`` and ``ends`` are the moments from which and
    before which it lasts, in the library's own time. ``source`` and ``ref`` say which number of
    which system it is: of several with the same ones the one of the newest import holds, so that
    each import can be taken back alone. What it adds to single rows see ``readers.folding``.
    """

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="month_counts")
    kind = models.CharField(_("kind"), max_length=16, choices=Activity.Kind.choices)
    month = models.DateField(_("month"))
    begins = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("before"))
    n = models.PositiveIntegerField(_("how often"))
    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    source = models.CharField(max_length=32)
    ref = models.CharField(max_length=64)
    import_run = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("count of a month")
        verbose_name_plural = _("counts of months")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "month", "source", "ref", "import_run"], name="month_count_once"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.month:%Y-%m}"


class FoldedRef(models.Model):
    """That a row of some source is counted in a month already, so that it is not counted again.

    ``key`` is a digest of source and reference. References of files lie under the portal's key, so
    no number and no day can be tried against it (``crm.activities.queries.STORED``).
    """

    key = models.UUIDField(primary_key=True)

    class Meta:
        verbose_name = _("reference of a folded activity")
        verbose_name_plural = _("references of folded activities")
