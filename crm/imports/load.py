"""An import from file to rows, and its preview: one way for all kinds of file."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from itertools import filterfalse
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from crm.imports.counts import ImportCounts, for_the_trail
from crm.imports.models import ImportBatch
from crm.imports.overlooked import overlooked_in
from crm.imports.steps import steps_of
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: A file of so many rows is counted while somebody waits for the page; a larger one by a worker.
AT_ONCE = 5000
#: From here on an import is worth telling the planner about.
LARGE = 10_000


def preview(
    batch: ImportBatch, *, by: User | None = None, report: Callable[[int], None] | None = None
) -> Any:
    """What the import of the whole file would do: an instance of ``ImportSteps.preview``.

    Nothing is kept but that ``by`` was told of the readers in it. ``report(rows so far)`` is called
    between batches of a large file and may raise to stop. Raises Unreadable.
    """
    steps = steps_of(batch)
    with steps.opened(batch, report) as read, transaction.atomic():
        found = steps.weighed(read, batch, by)
    missed = filterfalse(lambda one: steps.needless(one.column), overlooked_in(batch))
    return replace(found, overlooked=list(missed))


def load(batch: ImportBatch, *, report: Callable[[int], None] | None = None) -> ImportBatch:
    """Import the whole file. All or nothing: stopped or failed, everything is as before.

    ``report(rows so far)`` is called between batches, outside the writing transaction, and may
    raise to stop. Raises Unreadable for a file that is no table, and Refused where somebody has to
    decide first. Returns the batch as it is stored afterwards.

    Where another worker has finished meanwhile, nothing is written.
    """
    steps = steps_of(batch)
    with steps.opened(batch, report) as read:
        if report:
            # The last moment at which it can be stopped before anything is written.
            report(read.rows)
        with transaction.atomic():
            held = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by")
            batch = held.get(pk=batch.pk)
            # A second worker that took over a job believed dead finds the work done, and stops
            # here.
            if batch.state == ImportBatch.State.RUNNING:
                batch.rows = read.rows
                batch.merged_at = timezone.now()
                written = steps.write(read, batch)
                finish(batch, written.counts, written.report, keep_file=steps.keeps_file)
    if batch.created + batch.changed > LARGE:
        refresh_statistics(steps.tables)
    return batch


def finish(
    batch: ImportBatch,
    counts: ImportCounts,
    report: dict,
    *,
    at: datetime | None = None,
    keep_file: bool = False,
) -> None:
    """The batch says what became of it, and is DONE; a file that is not to be kept, since it may
    name titles or events, is removed once that is committed. Writes one audit row.

    ``at``: when the rows were written; without it the moment that the batch names already.
    """
    batch.merged_at = at or batch.merged_at
    for name, value in asdict(counts).items():
        setattr(batch, name, value)
    batch.state = ImportBatch.State.DONE
    batch.report = report
    if not keep_file:
        let_file_go(batch)
    batch.save()
    # Of a file that names nobody the trail may say how many.
    told = for_the_trail(counts) if batch.kind.names_readers else asdict(counts)
    audit.record(action=AuditAction.IMPORT_DONE, by=batch.created_by, on=batch, **told)


def let_file_go(batch: ImportBatch) -> None:
    """Empty the field of the batch's file, not stored yet, and remove the file, if there is one,
    once that is committed.
    """
    if batch.file:
        # Its name is noted here: the field is emptied before the file is removed.
        transaction.on_commit(partial(batch.file.storage.delete, batch.file.name))
        batch.file = ""


def refresh_statistics(tables: tuple[str, ...]) -> None:
    """Tell the planner about a large import at once: the first page after it must not wait for
    autovacuum.

    One statement; no row is locked. The names come from here, never from a file.
    """
    if tables:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
