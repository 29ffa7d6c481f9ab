"""An import from file to readers, its preview, and its undoing."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import connection, transaction
from django.utils import timezone

from crm.imports.merging import Counts, Merge
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.staging import drop, stage
from crm.readers.models import ContactChannel, Reader
from crm.staff import audit

#: A preview counts this many rows; more would keep the person at the screen waiting.
PREVIEW_ROWS = 5000
SHOWN = 8
REFUSED = 20


@dataclass(frozen=True)
class Preview:
    """What an import would do with the first rows, or with all when ``whole``."""

    counts: Counts
    rows: int
    whole: bool
    sample: list[dict]
    refusals: list[ImportRefusal]
    places: list[str]
    suppressed: int


def preview(batch: ImportBatch) -> Preview:
    """Stage the first rows in a temporary table and weigh them.

    Nothing is kept. Raises Unreadable.
    """
    with transaction.atomic():
        staged = stage(batch, limit=PREVIEW_ROWS, temporary=True)
        try:
            with Merge(staged, batch, timezone.now()) as merge:
                merge.weigh(store_places=False)
                counts = merge.count()
                sample = shown(merge, staged)
                refusals = first_refusals(merge, staged)
                merge.run("DROP TABLE IF EXISTS crm_last_words, crm_changed")
        finally:
            drop(staged.table)
    return Preview(
        counts, staged.rows, staged.whole, sample, refusals, merge.places, staged.plan.suppressions
    )


def first_refusals(merge: Merge, staged) -> list[ImportRefusal]:
    sql = f"SELECT line, field, reason, raw FROM {staged.table} WHERE reason IS NOT NULL ORDER BY line LIMIT {REFUSED}"
    found = dicts(merge.cursor, sql)
    return [
        ImportRefusal(**row | {"field": row["field"] or "", "raw": json.loads(row["raw"] or "[]")})
        for row in found
    ]


def shown(merge: Merge, staged) -> list[dict]:
    """The first rows as they would be stored, with the names of places."""
    kinds, labels = dict(Reader.Kind.choices), dict(ContactChannel.choices)
    found = dicts(
        merge.cursor,
        f"SELECT * FROM {staged.table} WHERE reason IS NULL ORDER BY line LIMIT {SHOWN}",
    )
    for row in found:
        row["kind_label"] = kinds.get(row["kind"] or merge.params["kind"], "")
        row["allows"] = ", ".join(str(labels[channel]) for channel in row["consents"] or [])
        row["traits"] = json.loads(row["traits"] or "{}")
        for name, register in (("campus", staged.plan.campuses), ("college", staged.plan.colleges)):
            row[name] = register.rows[row[name] - 1] if row[name] else None
    return found


def dicts(cursor, sql: str) -> list[dict]:
    cursor.execute(sql)
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def load(batch: ImportBatch, *, report: Callable[[int], None] | None = None) -> ImportBatch:
    """Import the whole file. All or nothing: stopped or failed, the readers are as before.

    ``report(rows read)`` is called between batches, outside the merging transaction, and may raise
    to stop.
    """
    staged = stage(batch, report=report)
    try:
        if report:
            report(staged.rows)
        with transaction.atomic():
            batch = (
                ImportBatch.objects.select_for_update(of=("self",))
                .select_related("created_by")
                .get(pk=batch.pk)
            )
            # A second worker that took over a job believed dead finds the work done, and stops
            # here.
            if batch.state == ImportBatch.State.RUNNING:
                merge_into_readers(staged, batch)
    finally:
        drop(staged.table)
    return batch


def merge_into_readers(staged, batch: ImportBatch) -> None:
    now = timezone.now()
    with Merge(staged, batch, now) as merge:
        merge.lock()
        merge.weigh(store_places=True)
        counts = merge.write()
    for name, value in asdict(counts).items():
        setattr(batch, name, value)
    batch.rows, batch.merged_at, batch.state = staged.rows, now, ImportBatch.State.DONE
    batch.report = {
        "suppressed": staged.plan.suppressions,
        "places": merge.places,
        "header": staged.header,
    }
    batch.save()
    audit.record(
        action="import.done", by=batch.created_by, on=batch, rows=batch.rows, **asdict(counts)
    )


def refresh_statistics() -> None:
    """Tell the planner about a large import at once.

    The first list page after it must not wait for autovacuum.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_reader, crm_consentevent")
