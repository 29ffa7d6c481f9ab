"""Taking an import back when later ones have changed the same readers since.

A change keeps what stood there before it, when that was written, and of what its own file said
something. So the change that followed directly on an import bears the moment of that import, and
the changes of a reader are a chain. A link is taken out of it column by column: what this import
wrote, and no later one said or changed, becomes what it was before, in the reader and in what later
imports would give back; what a later one said stays. Before the import that made a reader nothing
was said of anything: then it is what the next import makes of somebody of whom it says nothing.
Where a person changed the reader in between the chain ends, and what lies behind it is left alone.
So imports may be taken back in any order.
"""

from django.db.models import F

from core.columns import first_column
from crm.imports.models import ImportBatch
from crm.imports.options import ImportOptions
from crm.imports.staging import COLUMNS
from crm.standings.taking import STANDINGS_OF, TOLD

DONE = f"'{ImportBatch.State.DONE}'"
#: When what stood before a change was written.
SINCE = "({change}.before ->> 'updated_at')::timestamptz"
WRITTEN_BEFORE = SINCE.format(change="n")
#: When the addresses were left that an import wrote over; NULL for one of 0.1, which noted none.
LEFT_AT = "({batch}.report ->> 'left_at')::timestamptz"
#: Consents and traits of a state, or of what a file said: each is a word of its own.
SINGLE = """
    SELECT jsonb_array_elements_text({0} -> 'consents')
    UNION
    SELECT jsonb_object_keys({0} -> 'traits')"""
SAID_SINGLE = SINGLE.format("(n.before -> 'said')")
#: Of ``{state}`` all but the consents and traits that are lost; of a state that keeps none nothing.
WITHOUT_LOST = """
    ({state} || jsonb_strip_nulls(jsonb_build_object(
        'consents', ({state} -> 'consents') - m.lost, 'traits', ({state} -> 'traits') - m.lost)))"""
#: What of ``old`` and ``lost`` goes further than the change ``n``: of what its file said nothing.
UNHEEDED = """{old} - ARRAY(SELECT jsonb_object_keys(n.before -> 'said'))"""
STILL_LOST = f"ARRAY(SELECT unnest(m.lost) EXCEPT ({SAID_SINGLE}))"
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
#: columns before and after it, ``lost`` the consents and traits that it brought, ``mark`` is when
#: the state that is looked at next was written. ``made``: this import made the reader.
BEGIN = f"""
    CREATE TEMP TABLE crm_midway AS
    SELECT
        c.reader_id, n.id AS next, c.before -> 'updated_at' AS since, n.before AS mine,
        b.merged_at AS mark, (
            SELECT COALESCE(jsonb_object_agg(o.key, o.value), '{{}}')
            FROM jsonb_each(c.before) o
            WHERE o.key <> ALL ('{{updated_at,said}}') AND n.before ? o.key
              AND o.value <> n.before -> o.key) AS old,
        CASE WHEN n.before ? 'said' THEN ARRAY(
            ({SINGLE.format("n.before")}) EXCEPT ({SINGLE.format("c.before")}))
            ELSE '{{}}' END AS lost,
        false AS made
    FROM crm_importchange c
    JOIN crm_importchange n ON n.reader_id = c.reader_id AND {WRITTEN_BEFORE} = %(merged_at)s
    JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
    WHERE c.batch_id = %(batch)s"""
#: Imports that come next behind this one with readers whom it made.
HEIRS = f"""
    SELECT DISTINCT n.batch_id
    FROM crm_reader r
    JOIN crm_importchange n ON n.reader_id = r.id AND {WRITTEN_BEFORE} = %(merged_at)s
    JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
    WHERE r.import_batch_id = %(batch)s AND n.before ? 'said'
    ORDER BY n.batch_id"""
#: A row of a file that says nothing.
SAYS_NOTHING = f"CREATE TEMP TABLE crm_says_nothing ({COLUMNS})"
#: Those readers, with what the next import makes of such a row; a kind they have in any case.
BEGIN_MADE = f"""
    INSERT INTO crm_midway (reader_id, next, mine, mark, old, lost, made)
    SELECT r.id, n.id, n.before, %(mark)s, (
            SELECT COALESCE(jsonb_object_agg(o.key, o.value), '{{}}')
            FROM jsonb_each(to_jsonb(w) || jsonb_build_object('standings', (
                SELECT COALESCE(jsonb_agg(g), '[]')
                FROM jsonb_array_elements(n.before -> 'standings') g
                WHERE g ->> 'import_run' IS DISTINCT FROM %(batch)s::text))) o
            WHERE o.key <> ALL ('{{consents,traits}}') AND n.before ? o.key
              AND o.value <> n.before -> o.key AND (o.key, o.value) <> ('kind', 'null')),
        ARRAY({SINGLE.format("n.before")}), true
    FROM crm_reader r
    JOIN crm_importchange n ON n.reader_id = r.id AND {WRITTEN_BEFORE} = %(merged_at)s
    CROSS JOIN (SELECT {{values}} FROM crm_says_nothing s {TOLD[False]}) w
    WHERE r.import_batch_id = %(batch)s AND n.batch_id = %(next)s AND n.before ? 'said'"""
#: The next change rests on what stood before this import.
RELINK = f"""
    UPDATE crm_importchange n
    SET before = {WITHOUT_LOST.format(state="(n.before || m.old)")}
        || jsonb_build_object('updated_at', m.since)
    FROM crm_midway m
    WHERE n.id = m.next AND NOT m.made"""
#: And what its file said stays.
HEED = f"""
    UPDATE crm_midway m
    SET old = {UNHEEDED.format(old="m.old")}, lost = {STILL_LOST}
    FROM crm_importchange n
    WHERE n.id = m.next"""
#: So do those after it, as far as nobody changed the column.
FOLLOW = f"""
    WITH step AS (
        SELECT n.id, n.reader_id, b.merged_at, {UNHEEDED.format(old="d.old")} AS old,
            {STILL_LOST} AS lost, {WITHOUT_LOST.format(state="(n.before || d.old)")} AS before
        FROM crm_midway m
        JOIN crm_importchange n ON n.reader_id = m.reader_id AND {WRITTEN_BEFORE} = m.mark
        JOIN crm_importbatch b ON b.id = n.batch_id AND b.state = {DONE}
        {STILL_THERE.format(state="n.before")}
    ), put AS (
        UPDATE crm_importchange n SET before = s.before FROM step s WHERE n.id = s.id
    )
    UPDATE crm_midway m SET mark = s.merged_at, old = s.old, lost = s.lost
    FROM step s
    WHERE m.reader_id = s.reader_id"""
#: What stands there now, as a change keeps it.
NOW = f"(to_jsonb(r) || jsonb_build_object('standings', {STANDINGS_OF.format('r.id')}))"
#: And the reader, where nobody else wrote to the row since the last of them.
RESTORED = f"""
    CREATE TEMP TABLE crm_restoring AS
    SELECT m.reader_id, m.mark AS written, m.made,
        {WITHOUT_LOST.format(state="(to_jsonb(r) || d.old)")} AS before
    FROM crm_midway m
    JOIN crm_reader r ON r.id = m.reader_id AND r.updated_at = m.mark
    {STILL_THERE.format(state=NOW)}
    WHERE d.old <> '{{}}'
       OR m.lost && ARRAY({SINGLE.format("to_jsonb(r)")})"""
#: Of readers who are restored those whom this import had made: they stay as others' readers.
COUNT_MADE = "SELECT count(*) FROM crm_restoring WHERE made"
FORGET = "DROP TABLE IF EXISTS crm_midway, crm_restoring, crm_says_nothing"


def take_out(cursor, batch: ImportBatch) -> int:
    """Take the batch out of the chains of its readers, but for the readers' own rows. Returns how
    many readers it created that are a later import's from now on.

    What these become stands in the temporary table crm_restoring afterwards: reader_id, ``before``
    as jsonb, when the row must have been ``written``, and whether the batch ``made`` the reader.
    Call ``forget`` when it was read.
    """
    params = {"batch": batch.pk, "merged_at": batch.merged_at}
    forget(cursor)
    cursor.execute(BEGIN, params)
    begin_made(cursor, batch, params)
    cursor.execute(RELINK)
    cursor.execute(HEED)
    cursor.execute(PASS_ON, params)
    passed = cursor.rowcount
    # Each turn goes one import further on; their moments rise, so it ends.
    cursor.execute(FOLLOW)
    while cursor.rowcount:
        cursor.execute(FOLLOW)
    cursor.execute(RESTORED)
    return passed


def begin_made(cursor, batch: ImportBatch, params: dict) -> None:
    """Add the readers whom the batch made and another import changed; ``params`` as in ``BEGIN``.
    One statement for each of those imports, and three.
    """
    cursor.execute(SAYS_NOTHING)
    cursor.execute("INSERT INTO crm_says_nothing DEFAULT VALUES")
    new = [f"{written.new} AS {written.column}" for written in batch.kind.written]
    sql = BEGIN_MADE.replace("{values}", ", ".join(new))
    cursor.execute(HEIRS, params)
    heirs = ImportBatch.objects.filter(pk__in=first_column(cursor))
    for heir in heirs.annotate(only_campus=F("created_by__campus")).order_by("pk"):
        cursor.execute(sql, params | made_of_nothing(heir))


def made_of_nothing(heir: ImportBatch) -> dict:
    """The parameters by which an import makes a reader of a row that says nothing, and its own."""
    options = ImportOptions.from_json(heir.options)
    return {
        "next": heir.pk,
        "mark": heir.merged_at,
        "kind": options.kind or None,
        "language": options.language or "zh-hans",
        "only_campus": heir.only_campus,
        "campuses": [],
        "colleges": [],
    }


def forget(cursor) -> None:
    """The temporary tables would stay as long as the connection.

    Where there are none it does nothing.
    """
    cursor.execute(FORGET)
