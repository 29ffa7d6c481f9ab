"""Taking an import back: one way for all kinds of file, and what becomes of readers.

Readers it created go, readers it changed become what they were, whatever other imports came later
(``midway``), and what stays is counted. What it added as campus or college goes where nothing else
names it.
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from core.holds import registered
from core.refusals import Refused
from crm.imports.counts import UndoneImport, for_the_trail
from crm.imports.keys import keys_to
from crm.imports.midway import COUNT_MADE
from crm.imports.models import ImportBatch
from crm.imports.options import DATA_SOURCE
from crm.imports.queries import (
    BACK,
    FORGET_WRITTEN,
    RESTORE,
    column_names,
    listed,
)
from crm.imports.steps import steps_of
from crm.imports.strip import source_of
from crm.imports.terms import TOO_LATE
from crm.imports.undoing_places import remove_left_places, remove_places
from crm.readers.kinds import NONE_THE_SAME
from crm.readers.models import ConsentEvent, Reader
from crm.readers.words import FROM_A_FILE
from crm.sources.recording import note_emptied
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.standings.taking import note_back, put_back

#: Keys of the readers that go, kept so that every statement speaks of the same ones.
DELETED_KEYS = "SELECT reader_id FROM crm_undone"
#: The ledger is kept; the owner's function removes what this import wrote into it, nothing else.
DELETE_CONSENTS = f"SELECT huixiang_undo_consents(%s, ARRAY({DELETED_KEYS}))"
#: Not through the ORM, which would load every reader to look for what hangs on them.
DELETE_READERS = f"DELETE FROM crm_reader WHERE id IN ({DELETED_KEYS})"


@transaction.atomic
def undo(batch: ImportBatch, *, by: User | None) -> UndoneImport:
    """Take the batch back, for ``by``. Running it again changes nothing and counts nothing.

    Refused where it is too late: what is left would take back a part.

    What went, came back and stayed is stored in the batch's report and goes into the audit trail,
    and campuses and colleges that only this file named are removed.
    """
    steps = steps_of(batch)
    # Locked before its state is looked at: of two workers the second finds it undone.
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.DONE:
        return UndoneImport(deleted=0, restored=0, kept=0)
    steps.refuse_too_late(batch)

    done = steps.take_back(batch)
    batch.state = ImportBatch.State.UNDONE
    batch.report |= {
        "undone": asdict(done),
        "undone_at": timezone.now().isoformat(),
        "places_removed": remove_places(batch),
    }
    batch.save()
    remove_left_places()
    leave_source(batch)
    # Of a file that names nobody the trail may say how many.
    told = for_the_trail(done) if batch.kind.names_readers else {"deleted": done.deleted}
    audit.record(action=AuditAction.IMPORT_UNDONE, by=by, on=batch, **told)
    return done


def leave_source(batch: ImportBatch) -> None:
    """Say of the source of a batch that was taken back that nothing of it is kept, where that is so
    and no other import of it is there. Nothing for a file that has no source.
    """
    source = source_of(batch)
    if source is None:
        return
    others = ImportBatch.objects.filter(**{f"options__{DATA_SOURCE}": source.pk})
    if not others.exclude(state__in=ImportBatch.NOT_STANDING).exists():
        note_emptied(source)


def refuse_too_late(batch: ImportBatch) -> None:
    """Refused where what stood there before the import is not kept any more.

    What was removed after its term is noted in the batch's report.
    """
    if batch.report.get(TOO_LATE):
        raise Refused(
            _("This import was too long ago: what stood there before is not kept any more.")
        )


# --- readers that the import created --------------------------------------------------------------
def delete_created(cursor, batch: ImportBatch, among: Collection[int] | None = None) -> int:
    """Delete the untouched readers (of those ``among`` these keys) and what follows from them;
    returns how many readers.

    Set-based: 400,000 readers through the ORM would load every one of them.

    Of the ledger only what this import wrote about them goes. IntegrityError where a row has come
    to name one of them.
    """
    found = untouched(batch)
    if among is not None:
        found = found.filter(pk__in=among)
    keys, params = found.order_by().values("pk").query.sql_with_params()
    cursor.execute("DROP TABLE IF EXISTS crm_undone")
    cursor.execute(f"CREATE TEMP TABLE crm_undone (reader_id) AS {keys}", params)
    # A fresh table has no statistics, and every statement below looks into it.
    cursor.execute("ANALYZE crm_undone")

    cursor.execute(DELETE_CONSENTS, [batch.pk])
    for model, field in following():
        # The ledger was dealt with above, by the owner's function.
        if model is ConsentEvent:
            continue
        # The base manager leaves out no rows, as a default one may.
        rows = model._base_manager.filter(**{f"{field}__in": RawSQL(DELETED_KEYS, [])})
        rows.delete()
    # A row that came to name one of them since the keys were taken fails the whole undoing by its
    # foreign key: nothing is half taken back.
    cursor.execute(DELETE_READERS)
    deleted = cursor.rowcount
    cursor.execute("DROP TABLE crm_undone")
    return deleted


def delete_left(cursor, readers: Collection[int]) -> None:
    """Delete those of the readers whose import was taken back before, and whom nothing holds any
    more: they had stayed for what was taken back just now.

    The reports of those imports count them as deleted instead of kept.
    """
    undone = ImportBatch.objects.filter(state=ImportBatch.State.UNDONE, takes="patrons")
    for batch in undone.filter(pk__in=Reader.objects.filter(pk__in=readers).values("import_batch")):
        deleted = delete_created(cursor, batch, among=readers)
        counts = batch.report["undone"]
        batch.report["undone"] = counts | {
            "deleted": counts["deleted"] + deleted,
            "kept": counts["kept"] - deleted,
        }
        batch.save(update_fields=["report"])


def untouched(batch: ImportBatch) -> QuerySet[Reader]:
    """Readers that the import created and that nothing has touched since.

    Nobody corrected them, they have not signed in, they said nothing about consent by themselves,
    and no row that does not merely follow from them names them.

    No statement by itself; the condition looks into every table that names readers.
    """
    found = Reader.objects.filter(import_batch=batch, updated_at=batch.merged_at, user__isnull=True)
    consents = ConsentEvent.objects.filter(reader=OuterRef("pk"))
    found = found.exclude(Exists(consents.exclude(source__startswith=FROM_A_FILE)))
    for model, field in references():
        naming = model._base_manager.filter(**{field: OuterRef("pk")})
        found = found.exclude(Exists(naming))
    return found


def following() -> list[tuple[type[Model], str]]:
    """(model, field) of the rows that follow from a reader and go with them.

    Each room registers its own, so that this one names no table of a room above it.

    Among them is the ledger of consents.
    """
    found = []
    for hold in registered():
        if hold.follows:
            found.append((hold.model_class(), hold.field))
    return found


def references() -> Iterator[tuple[type[Model], str]]:
    """(model, field) of every foreign key in the whole project that keeps the reader it names."""
    followers = dict(following())
    for model, field in keys_to(Reader):
        if model not in followers:
            yield model, field


# --- readers that the import changed --------------------------------------------------------------
def restore_changed(cursor, batch: ImportBatch) -> int:
    """Give changed readers back what they were, unless a person changed them since; returns how
    many. Call after ``take_out``. Readers whom the import made, and who stay as another one's, are
    given back what that one makes of them, and not counted.

    One statement gives them back and writes the ledger; others put back from when and until when
    they are what they are, and forget the addresses that the import had brought.
    """
    # By the database's clock, as the trigger that keeps former addresses.
    cursor.execute("SELECT clock_timestamp()")
    (began,) = cursor.fetchone()
    of_batch = {"batch": batch.pk, "merged_at": batch.merged_at}
    note_back(cursor, BACK, of_batch)
    assignments = listed("{0} = b.{0}", column_names(batch.kind))
    cursor.execute(
        RESTORE.format(assignments=assignments),
        {
            **of_batch,
            "now": timezone.now(),
            **NONE_THE_SAME,
        },
    )
    (restored,) = cursor.fetchone()
    cursor.execute(COUNT_MADE)
    (made,) = cursor.fetchone()
    put_back(cursor, since=timezone.localdate(batch.merged_at))
    cursor.execute(FORGET_WRITTEN, {"batch": batch.pk, "began": began})
    return restored - made
