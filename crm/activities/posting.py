"""Activities that a program sends: the rows of one request, taken in as those of a file are.

The request is a table with the header ``HEADER``; plan, staging, merge, refusals and the way back
are those of files. A row names the system of its number, and may say how often something happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from django.db import connection, transaction

from crm.activities import queries
from crm.activities.describing import kinds_of_files
from crm.activities.kinds import BY_API
from crm.activities.loading import COLUMNS, finish
from crm.activities.merging import ActivityMerge
from crm.activities.options import ActivityOptions
from crm.activities.plan import ActivityPlan
from crm.activities.telling import DayRows, FileTold, runs_of
from crm.imports.copying import NULL, CellSource, copy_text
from crm.imports.counts import ImportCounts
from crm.imports.fields import Refusal
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.staging import StagedFile, drop, fill, new_table
from crm.imports.writings import OF_ROW
from crm.readers.models import Activity
from crm.readers.models.activity import hold_folds_off
from crm.sources.days import Told, days_of
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.recording import record_told, told_before
from crm.staff.models import User

#: Names of the cells of a row, in their order: those of the columns of files.
HEADER = ["number", "at", "time", "campus", "ref", "kind", "system", "count"]
REF, KIND, SYSTEM, COUNT = map(HEADER.index, ("ref", "kind", "system", "count"))
#: Kinds of which somebody may say what it was about, wherever a program puts that.
OF_ITEMS = {str(Activity.Kind.LOAN), str(Activity.Kind.RENEWAL)}
#: Rows of one request, and what they may add up to.
MOST_ROWS = 1000
MOST_ACTIVITIES = 10_000
Reason = ImportRefusal.Reason
NEW, KNOWN, REFUSED = "new", "known", "refused"


@dataclass(frozen=True)
class Posted:
    """One request: ``rows`` have a text for each name of ``HEADER``, empty where nothing was said.

    ``system``: of the rows that name none. ``first`` and ``last``: the days that it tells of
    wholly; None where nobody said so. ``campuses``: keys of the places it tells of, ``kinds`` codes
    of what; empty for those of its rows. ``sha256`` and ``size`` are of its body.
    """

    source: DataSource
    system: str
    rows: list[list[str]]
    first: date | None
    last: date | None
    campuses: list[int]
    kinds: list[str]
    create_campuses: bool
    name: str
    sha256: str
    size: int

    @property
    def systems(self) -> list[str]:
        """Codes of the systems that its rows name, each once, in the order of the alphabet."""
        return sorted({row[SYSTEM] for row in self.rows})

    @property
    def activities(self) -> int:
        """How many activities its rows tell of, whatever becomes of them; a row may tell of
        several. Raises ValueError where a row does not say a number.
        """
        return sum(int(row[COUNT]) for row in self.rows)


@dataclass(frozen=True)
class RowOutcome:
    """What became of a row: ``new``, ``known`` or ``refused`` with the field and the reason.

    ``row`` is its place, the first being 0; ``activities`` how many new ones it brought.
    """

    row: int
    outcome: str
    activities: int = 0
    field: str = ""
    reason: str = ""

    @property
    def message(self) -> str:
        """The reason in words of the current language; empty where the row was not refused."""
        if not self.reason:
            return ""
        return str(ImportRefusal.Reason(self.reason).label)


@dataclass(frozen=True)
class TakenRows:
    """What a request did, or would do. ``batch`` is not stored where nothing was written.

    ``of_form``: the rows that are refused whoever their readers are, ``refused_by_form`` what these
    add up to. ``little``: it is to be told to a key that reads nothing, see ``as_little``.
    """

    batch: ImportBatch
    counts: ImportCounts
    rows: list[RowOutcome]
    told: FileTold
    places: list[str]
    source: DataSource
    of_form: list[RowOutcome]
    refused_by_form: int
    little: bool = False

    def as_little(self) -> "TakenRows":
        """The same as a key that reads nothing is told: what was wrong with its rows in themselves.
        Whether a number is a reader's, and whether something was there already, is the same to it;
        which days and places are recorded follows from that, now or later.
        """
        counts = ImportCounts(0, 0, 0, self.refused_by_form)
        told = FileTold([])
        return replace(self, counts=counts, rows=self.of_form, told=told, places=[], little=True)

    @property
    def strangers(self) -> int:
        """How many rows were refused since their numbers are no reader's: 0 of those that
        ``as_little`` gives, which says nothing of readers.
        """
        return sum(outcome.reason == Reason.UNKNOWN_READER for outcome in self.rows)

    @property
    def new(self) -> int | None:
        """How many activities were new; None where that is not told."""
        return None if self.little else self.counts.created

    @property
    def known(self) -> int | None:
        """How many were there already, or are somebody's of whom nothing is kept; None likewise."""
        return None if self.little else self.counts.unchanged


class PostedPlan(ActivityPlan):
    """Which cell of a posted row goes where."""

    by_program = True

    @property
    def usual(self) -> list[str]:
        """Kinds whose rows bear their number alone, as in files: the first kind of each kind of
        file. So a row that a program sent is known again in a file.
        """
        return [str(kind.does[0]) for kind in kinds_of_files()]

    def kinds(self) -> CellSource:
        """Each row says its kind by its code, which the serializer has found to be one."""
        return self.cell("kind", str)

    def names_of_columns(self) -> list[str]:
        """Those of a file's row, its system, and how often it happened."""
        return [*super().names_of_columns(), "system", "n"]

    def texts_of(self, row: list[str]) -> list[str]:
        """As in files; but a loan adds no campus, since a title may stand in its place. Raises
        Refusal.
        """
        texts = super().texts_of(row)
        place = texts[self.columns.index("campus")]
        is_of_an_item = row[KIND] in OF_ITEMS
        if is_of_an_item and place != NULL and self.campuses.is_new(int(place)):
            raise Refusal("campus", "unknown-campus")
        return texts

    def cells(self, row: list[str], ordinal: int) -> list[str]:
        """COPY texts of ``columns``. Raises Refusal."""
        return [*super().cells(row, ordinal), copy_text(row[SYSTEM]), row[COUNT]]


class PostedMerge(ActivityMerge):
    """The staged rows of a request on their way into the activities."""

    of_systems = queries.OF_SEVERAL_SYSTEMS
    numbers_told = OF_ROW
    #: Keys of the places, and codes of the kinds, that the program named.
    campuses: Sequence[int] = ()
    kinds: Sequence[str] = ()
    #: What the rows of the source are said to be.
    source_kinds: Sequence[str] = ()
    #: {line: (field, reason)} of the rows that were refused before any reader was looked up.
    of_form: dict[int, tuple[str, str]] = {}

    def weigh_form(self) -> None:
        """The same, and it is remembered which rows were refused so far."""
        super().weigh_form()
        self.of_form = self.refused_rows()

    def refused_rows(self) -> dict[int, tuple[str, str]]:
        """{line: (field, reason)} of the rows refused so far. One statement."""
        self.run(queries.REFUSED_ROWS)
        return {line: (field, reason) for line, field, reason in self.cursor.fetchall()}

    def outcomes(self, rows: int) -> list[RowOutcome]:
        """What becomes of each of the ``rows`` rows of the request, in their order; call after
        ``weigh`` and before anything is written. Two statements.
        """
        self.run(queries.NEW_BY_ROW)
        new = dict(self.cursor.fetchall())
        refused = self.refused_rows()
        return [outcome_of(line, new, refused) for line in range(1, rows + 1)]

    def told(self) -> FileTold:
        """Days that the program stated are told wholly, unless too many rows are refused; without
        such days those of its rows, in part. Places that it named go before those of its rows.
        """
        if self.plan.options.first:
            return super().told().of(self.campuses)
        return FileTold(self.telling().each_day()).at(self.keys_of_places())

    def places_said(self, _named: set[int]) -> list[int]:
        """Those that the program named, as staged; none where it named none. What a former request
        told of is not asked, as it is with files.
        """
        return self.places_of(self.campuses)

    def kinds_told(self, rows: Iterable[DayRows]) -> frozenset[str]:
        """Kinds that the program named; else those of its rows and all of which the source told
        before, or where there are none those that it is said to have.
        """
        found = set(self.kinds) or told_before(self.params["into_key"])
        found = found.union(*(row.kinds for row in rows))
        return frozenset(found or self.source_kinds)


def outcome_of(line: int, new: dict[int, int], refused: dict[int, tuple[str, str]]) -> RowOutcome:
    """What became of the row in ``line``, the first being 1. ``new``: {line: activities it brings};
    ``refused``: {line: (field, reason)}. A row in neither is known already, or of somebody of whom
    nothing is kept.
    """
    if line in refused:
        field, reason = refused[line]
        return RowOutcome(line - 1, REFUSED, field=field, reason=reason)
    if line in new:
        return RowOutcome(line - 1, NEW, activities=new[line])
    return RowOutcome(line - 1, KNOWN)


def batch_of(posted: Posted, by: User | None) -> ImportBatch:
    """The import that such a request is; not stored yet, so that it has no key. Staff of one campus
    add no campus by it. Runs no statement.
    """
    mapping = {name: name for name in HEADER}
    # Either each row has a number of its own in that system, or none has.
    if not any(row[REF] for row in posted.rows):
        del mapping["ref"]
    options = ActivityOptions(
        data_source=posted.source.pk,
        first=posted.first,
        last=posted.last,
        # Staff of one campus bring rows of no other.
        create_places=posted.create_campuses and getattr(by, "campus_id", None) is None,
    )
    return ImportBatch(
        filename=posted.name,
        sha256=posted.sha256,
        size=posted.size,
        takes=BY_API,
        source=posted.system,
        mapping=mapping,
        options=options.to_json(),
        rows=posted.activities,
        created_by=by,
    )


def staged_rows(posted: Posted, batch: ImportBatch) -> StagedFile:
    """The rows in a temporary table, with what they add up to as its number of rows. Call inside a
    transaction, and drop it afterwards.
    """
    columns = f"{COLUMNS}, system varchar, n integer"
    rows = iter(enumerate(posted.rows, start=1))
    with connection.cursor() as cursor:
        table = new_table(cursor, temporary=True, columns=columns)
        staged = StagedFile(table, PostedPlan(HEADER, batch), header=HEADER)
        fill(cursor, staged, rows)
        cursor.execute(f"ANALYZE {table}")
    # One row may tell of several activities, and all counts are of activities.
    staged.rows = posted.activities
    return staged


def merging(staged: StagedFile, posted: Posted, batch: ImportBatch) -> PostedMerge:
    """The merge of the staged rows, which knows what the program stated; to be used as a context
    inside one transaction. Runs no statement.
    """
    merge = PostedMerge(staged, batch, posted.source)
    merge.campuses, merge.kinds = posted.campuses, posted.kinds
    merge.source_kinds = posted.source.kinds
    return merge


def weigh_posted(posted: Posted, *, by: User, little: bool = False) -> TakenRows:
    """What the request would do; the batch in the answer is not stored. Nothing is kept but that
    ``by`` was told of the readers in it; ``little``: of its form alone, and no reader is looked up.
    """
    batch = batch_of(posted, by)
    with transaction.atomic():
        staged = staged_rows(posted, batch)
        with merging(staged, posted, batch) as merge:
            if little:
                merge.weigh_form()
                counts, rows, told = ImportCounts(0, 0, 0, 0), [], FileTold([])
            else:
                merge.weigh(store_places=False)
                merge.note_weighed(by)
                counts = merge.count()
                rows, told = merge.outcomes(len(posted.rows)), merge.told()
                merge.forget()
            taken = taken_of(posted, merge, counts, rows, told)
        drop(staged.table)
    return taken.as_little() if little else taken


def taken_of(
    posted: Posted,
    merge: PostedMerge,
    counts: ImportCounts,
    rows: list[RowOutcome],
    told: FileTold,
) -> TakenRows:
    """What became of a request, or would, and beside it what is wrong in its form alone. Runs no
    statement, so that it may come after ``forget``.
    """
    of_form = [outcome_of(line, {}, merge.of_form) for line in sorted(merge.of_form)]
    return TakenRows(
        batch=merge.batch,
        counts=counts,
        rows=rows,
        told=told,
        places=merge.places,
        source=posted.source,
        of_form=of_form,
        refused_by_form=sum(int(posted.rows[outcome.row][COUNT]) for outcome in of_form),
    )


def take_posted(posted: Posted, batch: ImportBatch) -> TakenRows:
    """Write the rows, the days they tell of, and what became of the stored ``batch``. Call inside a
    transaction: all of it is there afterwards, or nothing.
    """
    # A row is either there or counted in a folded month: no fold begins before this is committed.
    hold_folds_off()
    staged = staged_rows(posted, batch)
    with merging(staged, posted, batch) as merge:
        merge.weigh(store_places=True)
        merge.note_weighed(batch.created_by)
        rows = merge.outcomes(len(posted.rows))
        counts = merge.write()
        taken = taken_of(posted, merge, counts, rows, merge.told())
        record_posted(posted, taken.told, batch)
        more = {"systems": posted.systems, "stated": posted.first is not None}
        finish(batch, staged, merge, counts, taken.told, **more)
    drop(staged.table)
    return taken


# --- which days are recorded ----------------------------------------------------------------------
def record_posted(posted: Posted, told: FileTold, batch: ImportBatch) -> None:
    """Days that were stated are recorded; those of rows alone in part, where nothing else tells of
    them: a program that sends a few rows every minute would record the same day again and again.
    """
    found = told.spans
    if posted.first is None:
        found = chain.from_iterable(map(not_told_yet, told.spans))
    record_told(posted.source, found, import_run=batch.pk)


def not_told_yet(one: Told) -> list[Told]:
    """Those runs of days of ``one`` of which its source has not told there so far, of the same
    kinds; of days that are lost it has not told. One statement.
    """
    spans = CoveredSpan.objects.exclude(state=CoveredSpan.State.LOST).filter(
        source=one.source,
        campus=one.place,
        first__lte=one.last,
        last__gte=one.first,
        tells__contains=sorted(one.tells),
    )
    untold = set(days_of(one.first, one.last))
    for first, last in spans.values_list("first", "last"):
        untold.difference_update(days_of(first, last))
    runs = runs_of(untold)
    return [replace(one, first=run.first, last=run.last) for run in runs]
