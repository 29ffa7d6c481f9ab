"""Files of readers: their steps on the way of all imports."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.utils import timezone

from core.columns import first_column
from crm.imports.counts import UndoneImport
from crm.imports.describing import look_into, map_columns, meaning_for
from crm.imports.further import FORGET, NUMBERS_AGAIN, PASS_ON, systems_in
from crm.imports.merging import Merge
from crm.imports.midway import forget, take_out
from crm.imports.models import ImportBatch
from crm.imports.numbers import NumbersMerge, is_of_numbers, weighed_numbers
from crm.imports.previewing import ImportPreview, weighed
from crm.imports.queries import ONE_AT_A_TIME
from crm.imports.remarks import problems
from crm.imports.staging import StagedFile, drop, stage
from crm.imports.steps import ImportSteps, Written
from crm.imports.undoing import delete_created, delete_left, refuse_too_late, restore_changed
from crm.readers.kinds import IDENTITIES, PATRONS
from crm.staff.models import User


def problems_of(batch: ImportBatch) -> list[str]:
    """What keeps the batch's mapping from being used on its file, in sentences. Raises Unreadable.

    The header as the batch's encoding gives it: another one may name the columns otherwise.
    """
    header, _sample = look_into(batch)
    return problems(header, batch)


@contextmanager
def staged(batch: ImportBatch, report: Callable[[int], None] | None) -> Iterator[StagedFile]:
    """The whole file in a staging table, which is dropped at the end. Raises Unreadable."""
    found = stage(batch, report=report)
    try:
        yield found
    finally:
        drop(found.table)


def merge_of(read: StagedFile, batch: ImportBatch, now: datetime) -> Merge:
    """The way of this file: its rows are persons, or numbers of such. ``now``: the moment that what
    is written bears. A context, to be entered inside one transaction.
    """
    kind = NumbersMerge if is_of_numbers(batch.kind) else Merge
    return kind(read, batch, now)


def weigh(read: StagedFile, batch: ImportBatch, by: User | None) -> ImportPreview:
    """What the staged rows would do to the readers; ``by`` was told of those in them.

    Campuses and colleges that are new are named and not added.
    """
    tell = weighed_numbers if is_of_numbers(batch.kind) else weighed
    with merge_of(read, batch, timezone.now()) as merge:
        merge.weigh(store_places=False)
        merge.note_weighed(by)
        found = tell(merge, batch)
        merge.forget()
    return found


def merge_into_readers(read: StagedFile, batch: ImportBatch) -> Written:
    """Write the staged rows. Refused where rows look like another person and nobody has said what
    they are; nothing is written then.

    The moment of the batch stands in every reader that is written: by it undoing knows them again.
    """
    with merge_of(read, batch, batch.merged_at) as merge:
        merge.lock()
        merge.weigh(store_places=True)
        merge.note_weighed(batch.created_by)
        counts = merge.write()
    report = {
        "suppressed": read.plan.suppressions,
        "taken_numbers": merge.taken_numbers,
        NUMBERS_AGAIN: merge.numbers_again,
        "readers": merge.readers,
        "places": merge.places,
        "place_keys": merge.place_keys,
        "header": read.header,
        "warnings": read.plan.warnings.to_json(),
    }
    return Written(counts, report)


def take_back(batch: ImportBatch) -> UndoneImport:
    """Readers that the import made go, readers it changed become what they were, and what stays is
    counted. Call inside a transaction that holds the batch.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, {"source": batch.source})
        without = forget_numbers(cursor, batch)
        if is_of_numbers(batch.kind):
            delete_left(cursor, without)
            # It wrote numbers alone; who bore one of them is as before.
            kept = batch.report["readers"] - len(without)
            return UndoneImport(0, len(without), kept=kept)
        passed = take_out(cursor, batch)
        deleted = delete_created(cursor, batch)
        restored = restore_changed(cursor, batch)
        forget(cursor)
        delete_left(cursor, without)
    kept = batch.created + batch.changed - deleted - restored - passed
    # Who was passed on to it by an earlier import it had neither made nor changed more than once.
    return UndoneImport(deleted, restored, kept=max(0, kept), passed=passed)


def forget_numbers(cursor, batch: ImportBatch) -> list[int]:
    """Further numbers that the import wrote go, but for those that another import says too: they
    are that one's from now on. They would keep the readers it made. Returns the keys of the
    readers who bear one number less. Two statements.
    """
    systems = [batch.source, *systems_in(batch.mapping)]
    params = {"batch": batch.pk, "merged_at": batch.merged_at, "systems": systems}
    cursor.execute(PASS_ON, params)
    cursor.execute(FORGET, params)
    return first_column(cursor)


STEPS = [
    ImportSteps(
        kinds=(PATRONS, IDENTITIES),
        meaning=meaning_for,
        map_columns=map_columns,
        problems=problems_of,
        opened=staged,
        preview=ImportPreview,
        weighed=weigh,
        write=merge_into_readers,
        take_back=take_back,
        refuse_too_late=refuse_too_late,
        tables=("crm_reader", "crm_consentevent"),
        keeps_file=True,
    )
]
