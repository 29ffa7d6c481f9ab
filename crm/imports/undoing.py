"""Taking an import back.

Readers it created go, readers it changed become what they were, and what stays is counted.
"""

from dataclasses import asdict, dataclass

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field, Model
from django.utils import timezone

from core.holds import registered
from crm.imports.merging import ONE_AT_A_TIME, column_names
from crm.imports.models import ImportBatch
from crm.readers.models import Reader
from crm.staff import audit
from crm.staff.words import AuditAction

#: Readers that the import created and that nothing has touched since: neither a row of another
#: room, nor a person who said something about consent.
UNTOUCHED = """
    CREATE TEMP TABLE crm_undone AS
    SELECT r.id FROM crm_reader r
    WHERE r.import_batch_id = %(batch)s
      AND r.updated_at = %(merged_at)s
      AND r.user_id IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM crm_consentevent e
        WHERE e.reader_id = r.id AND e.source NOT LIKE 'import%%')"""
#: Readers that the import changed become what they were, and the ledger says what that took or
#: gave them.
RESTORE = """
    WITH back AS (
        SELECT c.reader_id, r.consents AS had, p.*
        FROM crm_importchange c
        JOIN crm_reader r ON r.id = c.reader_id AND r.updated_at = %(merged_at)s,
        LATERAL jsonb_populate_record(NULL::crm_reader, c.before) p
        WHERE c.batch_id = %(batch)s
    ), put AS (
        UPDATE crm_reader r
        SET {assignments}, updated_at = b.updated_at
        FROM back b
        WHERE r.id = b.reader_id
        RETURNING r.id
    ), said AS (
        INSERT INTO crm_consentevent (reader_id, channel, granted, source, wording, at)
        SELECT reader_id, c, false, 'import.undone', '', %(now)s
        FROM back, unnest(had) c
        WHERE c <> ALL (consents)
        UNION ALL
        SELECT reader_id, c, true, 'import.undone', '', %(now)s
        FROM back, unnest(consents) c
        WHERE c <> ALL (had)
    )
    SELECT count(*) FROM put"""


@dataclass(frozen=True)
class UndoneImport:
    """Readers deleted and restored, and those left alone because something came after the
    import.
    """

    deleted: int
    restored: int
    kept: int


def following_models() -> list[type[Model]]:
    """Rows that follow from the reader and go with them.

    Anything else that names a reader keeps them.
    """
    return [hold.model_class() for hold in registered() if hold.follows]


def points_at_reader(field: Field) -> bool:
    return bool(field.remote_field) and field.remote_field.model is Reader and field.db_constraint


def references() -> list[tuple[str, str]]:
    """(table, column) of every foreign key to Reader in the whole project, those of the apps above
    included.
    """
    found = []
    following = following_models()
    for model in apps.get_models(include_auto_created=True):
        if model in following or model._meta.proxy or not model._meta.managed:
            continue
        fields = filter(points_at_reader, model._meta.local_fields)
        found += [(model._meta.db_table, field.column) for field in fields]
    return found


@transaction.atomic
def undo(batch: ImportBatch) -> UndoneImport:
    """Take the batch back. Running it again changes nothing."""
    held = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by")
    batch = held.get(pk=batch.pk)
    if batch.state != ImportBatch.State.DONE:
        return UndoneImport(0, 0, 0)
    params = {"batch": batch.pk, "merged_at": batch.merged_at, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, {"source": batch.source})
        deleted = delete_created(cursor, params)
        restored = restore_changed(cursor, batch, params)
    kept = batch.created + batch.changed - deleted - restored
    done = UndoneImport(deleted, restored, kept)
    batch.state = ImportBatch.State.UNDONE
    batch.report |= {"undone": asdict(done)}
    batch.save()
    audit.record(action=AuditAction.IMPORT_UNDONE, by=batch.created_by, on=batch, **asdict(done))
    return done


def restore_changed(cursor, batch: ImportBatch, params: dict) -> int:
    assignments = ", ".join(f"{name} = b.{name}" for name in column_names(batch.kind))
    cursor.execute(RESTORE.format(assignments=assignments), params)
    return cursor.fetchone()[0]


def delete_created(cursor, params: dict) -> int:
    """Set-based: 400,000 readers through the ORM would load every one of them."""
    unused = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.{column} = r.id)"
        for table, column in references()
    )
    cursor.execute("DROP TABLE IF EXISTS crm_undone")
    cursor.execute(UNTOUCHED + unused, params)
    cursor.execute("ANALYZE crm_undone")
    for model in following_models():
        table = model._meta.db_table
        cursor.execute(f"DELETE FROM {table} x USING crm_undone u WHERE x.reader_id = u.id")
    cursor.execute("DELETE FROM crm_reader r USING crm_undone u WHERE r.id = u.id")
    deleted = cursor.rowcount
    cursor.execute("DROP TABLE crm_undone")
    return deleted
