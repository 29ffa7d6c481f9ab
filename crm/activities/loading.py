"""A file of activities from its bytes to rows, and its preview."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from crm.activities import queries
from crm.activities.hiding import hidden
from crm.activities.merging import ActivityMerge, FileTold, merge_of
from crm.activities.options import ActivityOptions
from crm.activities.plan import ActivityPlan, problems
from crm.collections.comparing import item_keys
from crm.imports.counts import ImportCounts, for_the_trail
from crm.imports.describing import format_of
from crm.imports.load import AT_ONCE
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.opening import Unreadable
from crm.imports.overlooked import Overlooked, overlooked_in
from crm.imports.previewing import first_refusals
from crm.imports.rows import parse_table
from crm.imports.staging import StagedFile, drop, fill, new_table
from crm.readers.models import Activity
from crm.readers.models.activity import hold_folds_off
from crm.sources.models import DataSource
from crm.sources.recording import record_days
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: What ``ActivityPlan`` gives for a row that is taken, and why a row is refused.
COLUMNS = """
    line integer,
    number varchar,
    at timestamp,
    kind varchar,
    campus integer,
    ref varchar,
    lists bigint[],
    field varchar,
    reason varchar,
    raw jsonb
"""


@dataclass(frozen=True)
class RowShown:
    """A row as it would be stored."""

    line: int
    number: str
    at: datetime
    kind: str
    campus: str


@dataclass(frozen=True)
class ActivityPreview:
    """What an import would do with the first ``rows`` rows, or with all when ``whole``.

    ``told``: the days and places that would be recorded. ``places``: names of new campuses.
    ``listed``: (name of a collection, loans of it). ``overlooked``: columns that would be missed.
    """

    counts: ImportCounts
    rows: int
    whole: bool
    sample: list[RowShown]
    refusals: list[ImportRefusal]
    places: list[str]
    told: FileTold
    source: DataSource
    listed: list[tuple[str, int]]
    overlooked: list[Overlooked] = field(default_factory=list)


def source_of(batch: ImportBatch) -> DataSource:
    """Where the rows of the batch were recorded. Raises DoesNotExist where nobody has said that
    yet.
    """
    return DataSource.objects.get(pk=ActivityOptions.from_json(batch.options).data_source)


def staged_file(
    batch: ImportBatch,
    *,
    limit: int | None = None,
    report: Callable[[int], None] | None = None,
    temporary: bool = False,
) -> StagedFile:
    """Copy the file (or its first ``limit`` rows) into a fresh staging table, but no cell of a
    column that is never read, nor a name where none is kept. Raises Unreadable.
    """
    header, rows = parse_table(Path(batch.file.path), format_of(batch))
    wrong = problems(header, batch)
    if wrong:
        raise Unreadable(" ".join(wrong))

    plan = ActivityPlan(header, batch, item_keys() if batch.kind.has_items else None)
    rows = hidden(rows, plan.steps())
    with connection.cursor() as cursor:
        table = new_table(cursor, temporary=temporary, columns=COLUMNS)
        staged = StagedFile(table, plan, header=header)
        try:
            fill(cursor, staged, rows, limit, report)
        except BaseException:
            # Also when the worker is told to end: nobody else knows of this table.
            drop(staged.table)
            raise
        # Without it the planner takes the table to be empty and joins it row by row.
        cursor.execute(f"ANALYZE {staged.table}")
    return staged


def preview(batch: ImportBatch, *, by: User | None = None) -> ActivityPreview:
    """Stage the first rows in a temporary table and weigh them; nothing is kept but that ``by``
    was told of the readers in them. Raises Unreadable.
    """
    with transaction.atomic():
        staged = staged_file(batch, limit=AT_ONCE, temporary=True)
        try:
            with merge_of(staged, batch, source_of(batch)) as merge:
                merge.weigh(store_places=False)
                merge.note_weighed(by)
                found = weighed(merge, source_of(batch), overlooked_in(batch))
                merge.forget()
        finally:
            drop(staged.table)
    return found


def weighed(
    merge: ActivityMerge, source: DataSource, overlooked: list[Overlooked]
) -> ActivityPreview:
    """The preview of a file whose rows are weighed and not written yet."""
    counts = merge.count()
    return ActivityPreview(
        counts=counts,
        rows=merge.staged.rows,
        whole=merge.staged.whole,
        sample=first_taken(merge),
        refusals=first_refusals(merge),
        places=merge.places,
        told=merge.told(counts.refused),
        source=source,
        listed=merge.listed(),
        overlooked=overlooked,
    )


def first_taken(merge: ActivityMerge) -> list[RowShown]:
    """The first rows that would be taken, in words, at most eight. One statement."""
    merge.run(queries.SAMPLE)
    labels = dict(Activity.Kind.choices)
    found = []
    for line, number, at, kind, campus in merge.cursor.fetchall():
        place = merge.plan.campuses.row_at(campus)
        if merge.plan.is_nameless:
            # What stands there is a key made for the month, and nobody's number.
            number = ""
        found.append(RowShown(line, number, at, str(labels[kind]), str(place or "")))
    return found


def load(batch: ImportBatch, *, report: Callable[[int], None] | None = None) -> ImportBatch:
    """Import the whole file. All or nothing: stopped or failed, nothing of it is there.

    ``report(rows so far)`` is called between batches and may raise to stop. Raises Unreadable.
    Returns the batch as it is stored afterwards.
    """
    staged = staged_file(batch, report=report)
    try:
        if report:
            # The last moment at which it can be stopped before anything is written.
            report(staged.rows)
        with transaction.atomic():
            held = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by")
            batch = held.get(pk=batch.pk)
            # A second worker that took over a job believed dead finds the work done.
            if batch.state == ImportBatch.State.RUNNING:
                merge_into_activities(staged, batch)
    finally:
        drop(staged.table)
    return batch


def merge_into_activities(staged: StagedFile, batch: ImportBatch) -> None:
    """Write the staged rows, what they cover, and in the same transaction what became of them. Call
    inside a transaction that holds the batch.
    """
    source = source_of(batch)
    # A row is either there or counted in a folded month: no fold begins before this is committed.
    hold_folds_off()
    with merge_of(staged, batch, source) as merge:
        merge.weigh(store_places=True)
        merge.note_weighed(batch.created_by)
        counts = merge.write()
        told = merge.told(counts.refused)
    for stretch in told.stretches:
        record_days(
            source,
            told.places,
            stretch.first,
            stretch.last,
            whole=told.whole,
            import_run=batch.pk,
        )
    finish(batch, staged, merge, counts, told)


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
    for name, value in asdict(counts).items():
        setattr(batch, name, value)
    batch.merged_at = timezone.now()
    batch.state = ImportBatch.State.DONE
    batch.report = {
        "places": merge.places,
        "place_keys": merge.place_keys,
        "header": staged.header,
        "first": told.first.isoformat() if told.first else None,
        "last": told.last.isoformat() if told.last else None,
        "whole": told.whole,
        **more,
    }
    if batch.file:
        transaction.on_commit(partial(batch.file.storage.delete, batch.file.name))
    batch.file = ""
    batch.save()
    audit.record(
        action=AuditAction.IMPORT_DONE, by=batch.created_by, on=batch, **for_the_trail(counts)
    )
