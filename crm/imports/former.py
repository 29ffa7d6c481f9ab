"""Former addresses that an import left behind: an undoing takes them back with the rest.

An address that an import writes over is kept by a trigger, with the moment of the statement; the
report of the import notes that moment (``left_at``), so what it left is known again. When an import
is taken back, what those that stay have left is told anew from what each had found and made: it is
then as if the one that was taken back had never been, in whatever order that happens.
"""

from crm.imports.midway import DONE, LEFT_AT, SINCE
from crm.imports.models import ImportBatch
from crm.readers.models import ADDRESS_FIELDS

#: What stands there now, as a change keeps it.
NOW = ", ".join(f"'{column}', r.{column}" for column in ADDRESS_FIELDS.values())
CHANNELS = ", ".join(f"('{channel}', '{column}')" for channel, column in ADDRESS_FIELDS.items())
#: Readers whom the import had changed, and what it and each that stays had left of them. Only of
#: those who have become what they were, or would be by a later import: where a person wrote in
#: between, nothing is touched. ``is_known``: nobody else wrote between this change and ``after``.
TELL = f"""
    CREATE TEMP TABLE crm_left AS
    WITH others AS (
        SELECT n.reader_id, n.before, b.merged_at, {LEFT_AT.format(batch="b")} AS left_at,
            {SINCE.format(change="n")} AS since
        FROM crm_importchange c
        JOIN crm_importchange n ON n.reader_id = c.reader_id AND n.batch_id <> c.batch_id
        JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
        WHERE c.batch_id = %(batch)s
    ), taken AS (
        SELECT c.reader_id, r.updated_at, jsonb_build_object({NOW}) AS now
        FROM crm_importchange c
        JOIN crm_reader r ON r.id = c.reader_id
        WHERE c.batch_id = %(batch)s AND (
            r.updated_at = {SINCE.format(change="c")}
            OR EXISTS (
                SELECT 1 FROM others o
                WHERE o.reader_id = c.reader_id AND o.since = {SINCE.format(change="c")}))
    )
    SELECT t.reader_id, {LEFT_AT.format(batch="b")} AS left_at, NULL::jsonb AS before,
        NULL::jsonb AS after, true AS is_known
    FROM taken t
    JOIN crm_importbatch b ON b.id = %(batch)s
    UNION ALL
    SELECT o.reader_id, o.left_at, o.before, COALESCE(x.before, t.now),
        x.before IS NOT NULL OR t.updated_at = o.merged_at
    FROM taken t
    JOIN others o ON o.reader_id = t.reader_id
    LEFT JOIN others x ON x.reader_id = o.reader_id AND x.since = o.merged_at"""
FORGET = """
    DELETE FROM crm_formeraddress f
    USING crm_left l
    WHERE f.reader_id = l.reader_id AND f.until = l.left_at AND l.is_known"""
TELL_ANEW = f"""
    INSERT INTO crm_formeraddress (reader_id, channel, address, until)
    SELECT l.reader_id, a.channel, l.before ->> a.name, l.left_at
    FROM crm_left l
    CROSS JOIN (VALUES {CHANNELS}) AS a (channel, name)
    WHERE l.left_at IS NOT NULL
      AND l.before ->> a.name <> ''
      AND l.before ->> a.name <> l.after ->> a.name
    ORDER BY l.left_at
    ON CONFLICT DO NOTHING"""


def take_back_left(cursor, batch: ImportBatch) -> None:
    """Former addresses that the import left are gone, and those of other imports are what they
    would be without it. Call after the readers became what they were, and before the batch is
    noted as undone. Four statements.
    """
    cursor.execute(TELL, {"batch": batch.pk})
    cursor.execute(FORGET)
    cursor.execute(TELL_ANEW)
    cursor.execute("DROP TABLE crm_left")
