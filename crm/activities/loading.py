"""A file of activities from its bytes to rows, and its preview."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from crm.activities import queries
from crm.activities.by_month import MonthMerge, MonthPlan
from crm.activities.hiding import hidden
from crm.activities.how_often import unclear_counts
from crm.activities.merging import ActivityMerge
from crm.activities.nameless import NamelessMerge
from crm.activities.options import ActivityOptions
from crm.activities.plan import ActivityPlan, problems
from crm.activities.telling import FileTold
from crm.collections.comparing import item_keys
from crm.imports import load
from crm.imports.counts import ImportCounts
from crm.imports.describing import format_of, look_into
from crm.imports.found import FilePreview
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.previewing import first_refusals, reasons_of
from crm.imports.rows import parse_table
from crm.imports.staging import StagedFile, drop, fresh
from crm.imports.steps import Written
from crm.readers.models import Activity
from crm.readers.models.activity import hold_folds_off
from crm.readers.words import kinds_in_words
from crm.sources.models import DataSource
from crm.sources.recording import note_compared, record_told
from crm.staff.models import Campus, User

#: What ``ActivityPlan`` gives for a row that is taken, and why a row is refused.
COLUMNS = """
    line integer,
    number varchar,
    at timestamp,
    kind varchar,
    campus integer,
    ref varchar,
    lists bigint[],
    item integer,
    field varchar,
    reason varchar,
    raw jsonb
"""


@dataclass(frozen=True)
class RowShown:
    """A row as it would be stored. ``kind``: what happened, in words, and how often where the row
    counts a month; ``is_month``: whether all that is known of ``at`` is its month.
    """

    line: int
    number: str
    at: datetime
    kind: str
    campus: str
    is_month: bool = False


@dataclass(frozen=True, kw_only=True)
class ActivityPreview(FilePreview):
    """What an import would do with the rows of a file of activities.

    ``sample``: the first rows as they would be stored. ``told``: the days and places that would be
    recorded. ``listed``: (name of a collection, whether its loans would be kept). ``left_out``: how
    many of the unchanged rows tell of what is not counted, as of who goes out, or say no number.
    """

    sample: list[RowShown]
    told: FileTold
    listed: list[tuple[str, bool]]
    left_out: int = 0


def source_of(batch: ImportBatch) -> DataSource:
    """Where the rows of the batch were recorded. Raises DoesNotExist where nobody has said that
    yet, and where the source is gone. One statement.
    """
    return DataSource.objects.get(pk=ActivityOptions.from_json(batch.options).data_source)


def problems_of(batch: ImportBatch) -> list[str]:
    """What keeps the file from being imported as it is mapped, in sentences; empty where nothing
    does. Reads the beginning of the file, and raises Unreadable where that is no table.
    """
    header, _sample = look_into(batch)
    return problems(header, batch) + unclear_counts(header, batch)


@contextmanager
def staged(batch: ImportBatch, report: Callable[[int], None] | None) -> Iterator[StagedFile]:
    """The whole file in a staging table, which is dropped at the end, but no cell of a column that
    is never read, nor a name where none is kept. Raises Unreadable.
    """
    header, rows = parse_table(Path(batch.file.path), format_of(batch))
    wrong = problems(header, batch) + unclear_counts(header, batch)
    if wrong:
        raise Unreadable(" ".join(wrong))

    plan = plan_of(header, batch)
    columns = COLUMNS + plan.further
    found = fresh(plan, header, hidden(rows, plan.steps()), columns=columns, report=report)
    try:
        yield found
    finally:
        drop(found.table)


def plan_of(header: list[str], batch: ImportBatch) -> ActivityPlan:
    """How the rows of this file are read, by whether they are of single moments or count a month.
    One statement where its items are compared with listed collections. Raises as ActivityPlan.
    """
    plan = MonthPlan if batch.kind.by_month else ActivityPlan
    return plan(header, batch, item_keys() if batch.kind.has_items else None)


def merge_of(staged: StagedFile, batch: ImportBatch, source: DataSource) -> ActivityMerge:
    """The way of this file, by whether it counts months, and whether anybody is to be known by it:
    a context, to be entered inside one transaction. Runs no statement.
    """
    if batch.kind.by_month:
        return MonthMerge(staged, batch, source)
    if staged.plan.is_nameless:
        return NamelessMerge(staged, batch, source)
    return ActivityMerge(staged, batch, source)


def weigh(read: StagedFile, batch: ImportBatch, by: User | None) -> ActivityPreview:
    """What the staged rows would become. Nothing is kept but that ``by`` was told of the readers in
    them. Raises DoesNotExist where nobody has said where they were recorded. Call inside a
    transaction.
    """
    with merge_of(read, batch, source_of(batch)) as merge:
        merge.weigh(store_places=False)
        merge.note_weighed(by)
        found = weighed(merge)
        merge.forget()
    return found


def weighed(merge: ActivityMerge) -> ActivityPreview:
    """The preview of a file whose rows are weighed and not written yet. Reads the weighed rows, so
    that it comes before ``ActivityMerge.forget``.
    """
    counts = merge.count()
    told = merge.told()
    return ActivityPreview(
        counts=counts,
        rows=merge.staged.rows,
        sample=first_months(merge) if merge.batch.kind.by_month else first_taken(merge),
        refusals=first_refusals(merge),
        places=merge.places,
        reasons=reasons_of(merge),
        spans=told.spans,
        told=told,
        listed=merge.listed(),
        left_out=merge.left_out,
    )


def first_taken(merge: ActivityMerge) -> list[RowShown]:
    """The first rows that would be taken, in words, at most eight, in the order of the file. The
    number is empty where nobody's name is kept. A row that names no campus is of the one that was
    chosen for such rows; the campus is empty where none was. Two statements.
    """
    usual = usual_place(merge)
    merge.run(queries.SAMPLE)
    labels = dict(Activity.Kind.choices)
    found = []
    for line, number, at, kind, campus in merge.cursor.fetchall():
        place = merge.plan.campuses.row_at(campus) or usual
        if merge.plan.is_nameless:
            # What stands there is a key made for the month, and nobody's number.
            number = ""
        found.append(RowShown(line, number, at, str(labels[kind]), str(place or "")))
    return found


def first_months(merge: MonthMerge) -> list[RowShown]:
    """The same of a file that counts months. Two statements."""
    usual = usual_place(merge)
    found = []
    for line, number, at, campus, done in merge.first_lines():
        place = merge.plan.campuses.row_at(campus) or usual
        found.append(RowShown(line, number, at, kinds_in_words(done), str(place or ""), True))
    return found


def usual_place(merge: ActivityMerge) -> Campus | None:
    """Where rows that name no place are of; None where they are of the whole library. One
    statement.
    """
    return Campus.objects.filter(pk=merge.params["own_place"]).first()


def merge_into_activities(read: StagedFile, batch: ImportBatch) -> Written:
    """Write the staged rows and the days they cover; what comes back is for the caller to store
    with the batch. Call inside a transaction that holds the batch. Raises DoesNotExist where nobody
    has said where the rows were recorded.
    """
    source = source_of(batch)
    # A row is either there or counted in a folded month: no fold begins before this is committed.
    hold_folds_off()
    with merge_of(read, batch, source) as merge:
        merge.weigh(store_places=True)
        merge.note_weighed(batch.created_by)
        counts = merge.write()
        told = merge.told()
    record_told(source, told.spans, import_run=batch.pk)
    note_compared(batch.pk, merge.compared)
    return Written(counts, report_of(read, merge, told))


def report_of(staged: StagedFile, merge: ActivityMerge, told: FileTold) -> dict:
    """What the page of the import says beside its counts, as ``ImportBatch.report`` keeps it: new
    campuses, first and last day as texts like 2026-10-01 or None, and the header.
    """
    return {
        "places": merge.places,
        "place_keys": merge.place_keys,
        "header": staged.header,
        "first": told.first.isoformat() if told.first else None,
        "last": told.last.isoformat() if told.last else None,
        "whole": told.whole,
        "left_out": merge.left_out,
    }


def finish(
    batch: ImportBatch,
    staged: StagedFile,
    merge: ActivityMerge,
    counts: ImportCounts,
    told: FileTold,
    **more,
) -> None:
    """The batch says what became of it, and is DONE; its file, which may name titles, is removed
    once that is committed. ``more``: what else its report keeps. Writes one audit row.
    """
    batch.rows = staged.rows
    load.finish(batch, counts, report_of(staged, merge, told) | more, at=timezone.now())
