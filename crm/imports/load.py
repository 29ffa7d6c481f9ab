"""An import from file to readers, and its preview."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from crm.imports.counts import for_the_trail
from crm.imports.merging import Merge
from crm.imports.models import ImportBatch
from crm.imports.numbers import NumbersMerge, is_of_numbers, weighed_numbers
from crm.imports.previewing import ImportPreview, weighed
from crm.imports.staging import StagedFile, drop, stage
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: A file of so many rows is counted while somebody waits for the page; a larger one by a worker.
AT_ONCE = 5000


# --- the preview ----------------------------------------------------------------------------------
def preview(
    batch: ImportBatch, *, by: User | None = None, report: Callable[[int], None] | None = None
) -> ImportPreview:
    """Stage the file and weigh its rows against the readers.

    Nothing is kept but that ``by`` was told of the readers in them. ``report(rows so far)`` is
    called between batches of a large file and may raise to stop. Raises Unreadable.

    Campuses and colleges that are new are named and not added.
    """
    staged = stage(batch, report=report)
    try:
        with transaction.atomic(), merge_of(staged, batch, timezone.now()) as merge:
            merge.weigh(store_places=False)
            merge.note_weighed(by)
            tell = weighed_numbers if is_of_numbers(batch.kind) else weighed
            found = tell(merge, batch)
            merge.forget()
    finally:
        drop(staged.table)
    return found


def merge_of(staged: StagedFile, batch: ImportBatch, now: datetime) -> Merge:
    """The way of this file: its rows are persons, or numbers of such."""
    kind = NumbersMerge if is_of_numbers(batch.kind) else Merge
    return kind(staged, batch, now)


# --- the import itself ----------------------------------------------------------------------------
def load(batch: ImportBatch, *, report: Callable[[int], None] | None = None) -> ImportBatch:
    """Import the whole file. All or nothing: stopped or failed, the readers are as before.

    ``report(rows so far)`` is called between batches, outside the merging transaction, and may
    raise to stop. Raises Unreadable for a file that is no table. Returns the batch as it is stored
    afterwards.

    Refused where rows look like another person and nobody has said what they are. Where another
    worker has finished meanwhile, nothing is written.
    """
    staged = stage(batch, report=report)
    try:
        if report:
            report(staged.rows)
        with transaction.atomic():
            held = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by")
            batch = held.get(pk=batch.pk)
            # A second worker that took over a job believed dead finds the work done, and stops
            # here.
            if batch.state == ImportBatch.State.RUNNING:
                merge_into_readers(staged, batch)
    finally:
        drop(staged.table)
    return batch


def merge_into_readers(staged: StagedFile, batch: ImportBatch) -> None:
    """Write the staged rows, and in the same transaction what became of them.

    Call it inside of one. Refused where rows look like another person and nobody has said what they
    are; nothing is written then.
    """
    now = timezone.now()
    with merge_of(staged, batch, now) as merge:
        merge.lock()
        merge.weigh(store_places=True)
        merge.note_weighed(batch.created_by)
        counts = merge.write()

    batch.rows = staged.rows
    for name, value in asdict(counts).items():
        setattr(batch, name, value)
    # The same moment stands in every reader that was written: by it undoing knows them again.
    batch.merged_at = now
    batch.state = ImportBatch.State.DONE
    batch.report = {
        "suppressed": staged.plan.suppressions,
        "taken_numbers": merge.taken_numbers,
        "readers": merge.readers,
        "places": merge.places,
        "place_keys": merge.place_keys,
        "header": staged.header,
        "warnings": staged.plan.warnings.to_json(),
    }
    batch.save()
    audit.record(
        action=AuditAction.IMPORT_DONE, by=batch.created_by, on=batch, **for_the_trail(counts)
    )


def refresh_statistics() -> None:
    """Tell the planner about a large import at once.

    The first list page after it must not wait for autovacuum.

    Two tables, in one statement; no row is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_reader, crm_consentevent")
