"""Taking an import back when later ones have changed the same readers since.

A change keeps what stood there before it, and when that was written. So the change that followed
directly on an import bears the moment of that import, and the changes of a reader are a chain. A
link is taken out of it column by column: what this import wrote and nobody changed since becomes
what it was before, in the reader and in what later imports would give back; what a later one wrote
stays. Where a person changed the reader in between the chain ends, and what lies behind it is left
alone. So imports may be taken back in any order.
"""

from crm.imports.models import ImportBatch
from crm.standings.taking import STANDINGS_OF

DONE = f"'{ImportBatch.State.DONE}'"
#: When what stood before a change was written.
SINCE = "({change}.before ->> 'updated_at')::timestamptz"
WRITTEN_BEFORE = SINCE.format(change="n")
#: When the addresses were left that an import wrote over; NULL for one of 0.1, which noted none.
LEFT_AT = "({batch}.report ->> 'left_at')::timestamptz"
#: A reader whom this import created and the next one changed is the next one's from now on, and the
#: addresses that the next one wrote over were never the reader's.
PASS_ON = f"""
    WITH heirs AS (
        SELECT n.id, n.reader_id, n.batch_id, {LEFT_AT.format(batch="b")} AS left_at
        FROM crm_reader r
        JOIN crm_importchange n ON n.reader_id = r.id AND {WRITTEN_BEFORE} = %(merged_at)s
        JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
        WHERE r.import_batch_id = %(batch)s
    ), passed AS (
        UPDATE crm_reader r SET import_batch_id = h.batch_id FROM heirs h WHERE r.id = h.reader_id
    ), forgotten AS (
        DELETE FROM crm_formeraddress f USING heirs h
        WHERE f.reader_id = h.reader_id AND f.until = h.left_at
    )
    DELETE FROM crm_importchange n USING heirs h WHERE n.id = h.id"""
#: Of ``old`` those columns that are in ``state`` what this import had made of them.
STILL_THERE = """
    CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_object_agg(o.key, o.value), '{{}}') AS old
        FROM jsonb_each(m.old) o
        WHERE {state} -> o.key = m.mine -> o.key) d"""
#: Readers whom this import changed and the next one changed again: ``old`` and ``mine`` are the
#: columns before and after it, ``mark`` is when the state that is looked at next was written.
BEGIN = f"""
    CREATE TEMP TABLE crm_midway AS
    SELECT
        c.reader_id, n.id AS next, c.before -> 'updated_at' AS since, n.before AS mine,
        b.merged_at AS mark, (
            SELECT COALESCE(jsonb_object_agg(o.key, o.value), '{{}}')
            FROM jsonb_each(c.before) o
            WHERE o.key <> 'updated_at' AND n.before ? o.key
              AND o.value <> n.before -> o.key) AS old
    FROM crm_importchange c
    JOIN crm_importchange n ON n.reader_id = c.reader_id AND {WRITTEN_BEFORE} = %(merged_at)s
    JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
    WHERE c.batch_id = %(batch)s"""
#: The next change rests on what stood before this import.
RELINK = """
    UPDATE crm_importchange n
    SET before = n.before || m.old || jsonb_build_object('updated_at', m.since)
    FROM crm_midway m
    WHERE n.id = m.next"""
#: So do those after it, as far as nobody changed the column.
FOLLOW = f"""
    WITH step AS (
        SELECT n.id, n.reader_id, b.merged_at, d.old
        FROM crm_midway m
        JOIN crm_importchange n ON n.reader_id = m.reader_id AND {WRITTEN_BEFORE} = m.mark
        JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
        {STILL_THERE.format(state="n.before")}
    ), put AS (
        UPDATE crm_importchange n SET before = n.before || s.old FROM step s WHERE n.id = s.id
    )
    UPDATE crm_midway m SET mark = s.merged_at, old = s.old
    FROM step s
    WHERE m.reader_id = s.reader_id"""
#: What stands there now, as a change keeps it.
NOW = f"(to_jsonb(r) || jsonb_build_object('standings', {STANDINGS_OF.format('r.id')}))"
#: And the reader, where nobody else wrote to the row since the last of them.
RESTORED = f"""
    CREATE TEMP TABLE crm_restoring AS
    SELECT m.reader_id, m.mark AS written, to_jsonb(r) || d.old AS before
    FROM crm_midway m
    JOIN crm_reader r ON r.id = m.reader_id AND r.updated_at = m.mark
    {STILL_THERE.format(state=NOW)}
    WHERE d.old <> '{{}}'"""
FORGET = "DROP TABLE IF EXISTS crm_midway, crm_restoring"


def take_out(cursor, batch: ImportBatch) -> int:
    """Take the batch out of the chains of its readers, but for the readers' own rows. Returns how
    many readers it created that are a later import's from now on.

    What these become stands in the temporary table crm_restoring afterwards: reader_id, ``before``
    as jsonb, and when the row must have been ``written``. Call ``forget`` when it was read.
    """
    params = {"batch": batch.pk, "merged_at": batch.merged_at}
    cursor.execute(PASS_ON, params)
    passed = cursor.rowcount
    forget(cursor)
    cursor.execute(BEGIN, params)
    cursor.execute(RELINK)
    # Each turn goes one import further on; their moments rise, so it ends.
    cursor.execute(FOLLOW)
    while cursor.rowcount:
        cursor.execute(FOLLOW)
    cursor.execute(RESTORED)
    return passed


def forget(cursor) -> None:
    """The temporary tables would stay as long as the connection.

    Where there are none it does nothing.
    """
    cursor.execute(FORGET)
