"""An import from file to readers, and its preview."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import connection, transaction
from django.utils import timezone

from crm.imports.counts import ImportCounts, for_the_trail
from crm.imports.merging import Merge
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.staging import StagedFile, drop, stage
from crm.readers.models import Reader
from crm.readers.words import permissions_in_words
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: A preview counts this many rows; more would keep the person at the screen waiting.
PREVIEW_ROWS = 5000
#: Rows of a preview that are shown as they would be stored, and rows shown as refused.
SHOWN, SHOWN_REFUSED = 8, 20
FIRST_TAKEN = f"""
    SELECT * FROM {{table}}
    WHERE reason IS NULL
    ORDER BY line
    LIMIT {SHOWN}"""
FIRST_REFUSED = f"""
    SELECT line, field, reason, raw FROM {{table}}
    WHERE reason IS NOT NULL
    ORDER BY line
    LIMIT {SHOWN_REFUSED}"""


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do with the first ``rows`` rows, or with all when ``whole``.

    ``sample``: the first rows as they would be stored. ``places``: names of campuses and colleges
    that would be added. ``suppressed``: addresses that would not come in. ``warnings``: what rows
    would come without.
    """

    counts: ImportCounts
    rows: int
    whole: bool
    sample: list[dict]
    refusals: list[ImportRefusal]
    places: list[str]
    suppressed: int
    warnings: list[dict]


# --- the preview ----------------------------------------------------------------------------------
def preview(batch: ImportBatch, *, by: User | None = None) -> ImportPreview:
    """Stage the first rows in a temporary table and weigh them.

    Nothing is kept but that ``by`` was told of the readers in them. Raises Unreadable.
    """
    with transaction.atomic():
        staged = stage(batch, limit=PREVIEW_ROWS, temporary=True)
        try:
            with Merge(staged, batch, timezone.now()) as merge:
                merge.weigh(store_places=False)
                merge.note_weighed(by)
                found = weighed(merge)
                merge.forget()
        finally:
            drop(staged.table)
    return found


def weighed(merge: Merge) -> ImportPreview:
    """What the merge found, before it has written anything."""
    staged = merge.staged
    return ImportPreview(
        counts=merge.count(),
        rows=staged.rows,
        whole=staged.whole,
        sample=first_taken(merge),
        refusals=first_refusals(merge),
        places=merge.places,
        suppressed=staged.plan.suppressions,
        warnings=staged.plan.warnings.to_json(),
    )


def first_refusals(merge: Merge) -> list[ImportRefusal]:
    """The first refused rows, as they would be stored; not stored."""
    found = []
    for row in merge.rows(FIRST_REFUSED):
        # A row refused while staging has no field where it is no row at all.
        row["field"] = row["field"] or ""
        row["raw"] = json.loads(row["raw"] or "[]")
        found.append(ImportRefusal(**row))
    return found


def first_taken(merge: Merge) -> list[dict]:
    """The first rows as they would be stored, with the names of places."""
    plan = merge.staged.plan
    kinds = dict(Reader.Kind.choices)

    found = merge.rows(FIRST_TAKEN)
    for row in found:
        kind = row["kind"] or merge.params["kind"]
        row["kind_label"] = kinds.get(kind, "")

        row["allows"] = permissions_in_words(row["consents"] or ())

        row["traits"] = json.loads(row["traits"] or "{}")
        row["campus"] = plan.campuses.row_at(row["campus"])
        row["college"] = plan.colleges.row_at(row["college"])
    return found


# --- the import itself ----------------------------------------------------------------------------
def load(batch: ImportBatch, *, report: Callable[[int], None] | None = None) -> ImportBatch:
    """Import the whole file. All or nothing: stopped or failed, the readers are as before.

    ``report(rows so far)`` is called between batches, outside the merging transaction, and may
    raise to stop. Raises Unreadable for a file that is no table. Returns the batch as it is stored
    afterwards.
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
    """Write the staged rows, and in the same transaction what became of them."""
    now = timezone.now()
    with Merge(staged, batch, now) as merge:
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
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_reader, crm_consentevent")
