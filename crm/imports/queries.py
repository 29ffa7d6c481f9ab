"""The statements by which an import's staged rows become readers, and are taken back.

In order: what is locked, which rows are refused, whose word on consent counts, what is written.
"""

from core.kinds import FileKind
from crm.readers.models import BETWEEN, LookPlace, Purpose
from crm.readers.words import FROM_A_FILE

# In all statements ``s`` is the staged row, ``r`` the reader with its number, ``c`` a permission
# ("email:events").
# {table} and the other names in braces are filled in by ``Merge``; what comes from people is a
# parameter.

#: The staged rows whose reader is stored already …
KNOWN = "{table} s JOIN crm_reader r ON r.source = %(source)s AND r.number = s.number"
#: … and those whose reader is not.
STRANGE = """
    NOT EXISTS (
        SELECT 1 FROM crm_reader r WHERE r.source = %(source)s AND r.number = s.number)"""
#: Rows of a file were compared with readers, and somebody is told how many differ: who knows all
#: rows but one learns from the counts what is known of that reader. Also of refused rows, since why
#: a row is refused tells of its reader, and of the ``holders`` of addresses that are stopped. Never
#: limited: no row is shown, and files are as large as the library. The same set on the same day is
#: one look.
NOTE_WEIGHED = f"""
    INSERT INTO crm_look (at, user_id, place, reason, readers, n)
    SELECT
        statement_timestamp(), %(seen_by)s, '{LookPlace.WEIGHED}', '',
        w.keys, cardinality(w.keys)
    FROM (
        SELECT array_agg(k.id ORDER BY k.id) AS keys
        FROM (
            SELECT r.id FROM {KNOWN}
            UNION
            SELECT unnest(%(holders)s::bigint[])) k) w
    WHERE w.keys IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM crm_look l
        WHERE l.user_id IS NOT DISTINCT FROM %(seen_by)s
          AND l.place = '{LookPlace.WEIGHED}'
          AND l.at >= %(midnight)s
          AND l.readers = w.keys)"""
#: Two imports of one source wait for each other; other sources do not.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('crm.import'), hashtext(%(source)s))"
#: In order of the key, so that whoever locks several readers does not wait crosswise.
LOCK = f"""
    SELECT count(*) FROM (
        SELECT r.id FROM {KNOWN}
        WHERE s.reason IS NULL
        ORDER BY r.id
        FOR NO KEY UPDATE OF r) locked"""

# --- rows that only the whole file or the readers show to be wrong --------------------------------
#: Of several rows of one number the newest is taken, by the latest day in it, else the uppermost.
#: Only numbers that come twice are sorted: most files have none.
REFUSE_DUPLICATES = """
    UPDATE {table} s
    SET reason = 'duplicate', field = 'number', raw = jsonb_build_array(s.number)
    FROM (
        SELECT line, row_number() OVER (
            PARTITION BY number
            ORDER BY GREATEST(registered_on, last_seen_on) DESC NULLS LAST, line) AS place
        FROM {table}
        WHERE number IN (
            SELECT number FROM {table}
            WHERE reason IS NULL
            GROUP BY number
            HAVING count(*) > 1)
          AND reason IS NULL) d
    WHERE d.line = s.line AND d.place > 1 AND s.reason IS NULL"""
REFUSE_KINDLESS = f"""
    UPDATE {{table}} s
    SET reason = 'missing-kind', field = 'kind', raw = jsonb_build_array(s.number)
    WHERE s.reason IS NULL AND s.kind IS NULL AND {STRANGE}"""
#: Of another campus is who would come to it by the file, and who is at it now.
REFUSE_OTHER_CAMPUS = """
    UPDATE {table} t
    SET reason = 'other-campus', field = 'campus', raw = jsonb_build_array(t.number)
    WHERE t.reason IS NULL AND (
        COALESCE((%(campuses)s::bigint[])[t.campus], %(only_campus)s) <> %(only_campus)s
        OR EXISTS (
            SELECT 1 FROM crm_reader r
            WHERE r.source = %(source)s AND r.number = t.number
              AND r.campus_id IS DISTINCT FROM %(only_campus)s))"""

# --- consents -------------------------------------------------------------------------------------
PURPOSES = ", ".join(f"'{purpose}'" for purpose in Purpose.values)
UNDONE = f"{FROM_A_FILE}.undone"
#: An event of the ledger as what it speaks of; one of 0.1 speaks of every purpose of its channel.
SPOKEN_OF = f"""
    unnest(CASE WHEN e.purpose = '' THEN ARRAY[{PURPOSES}] ELSE ARRAY[e.purpose::text] END)
        AS spoken(purpose)"""
#: The last word on each permission of the readers who ever said no, or to whom the file says no.
LAST_WORDS = f"""
    CREATE TEMP TABLE crm_last_words AS
    SELECT DISTINCT ON (e.reader_id, e.channel, spoken.purpose)
        e.reader_id, e.channel || '{BETWEEN}' || spoken.purpose AS permission, e.granted, e.source
    FROM crm_consentevent e
    JOIN (
        SELECT r.id FROM {{known}}
        WHERE s.reason IS NULL AND (
            s.denials && r.consents
            OR EXISTS (
                SELECT 1 FROM crm_consentevent n
                WHERE n.reader_id = r.id AND NOT n.granted))) w ON w.id = e.reader_id
    CROSS JOIN LATERAL {SPOKEN_OF}
    ORDER BY e.reader_id, e.channel, spoken.purpose, e.at DESC, e.id DESC"""
#: What the reader ``r`` withdrew by themselves …
WITHDRAWN = f"""
        SELECT w.permission FROM crm_last_words w
        WHERE w.reader_id = r.id AND NOT w.granted AND w.source NOT LIKE '{FROM_A_FILE}%%'"""
#: … which no file grants again.
KEEP_WITHDRAWN = f"""
    UPDATE {{table}} s
    SET consents = ARRAY(
        SELECT unnest(s.consents)
        EXCEPT {WITHDRAWN})
    FROM crm_reader r
    WHERE r.source = %(source)s AND r.number = s.number
      AND s.consents <> '{{{{}}}}'
      AND EXISTS ({WITHDRAWN})"""
#: What a person allowed by themselves, no file takes back.
KEEP_GIVEN = f"""
    UPDATE {{table}} s
    SET denials = ARRAY(
        SELECT unnest(s.denials)
        INTERSECT
        SELECT w.permission FROM crm_last_words w
        WHERE w.reader_id = r.id AND w.granted AND w.source LIKE '{FROM_A_FILE}%%')
    FROM crm_reader r
    WHERE r.source = %(source)s AND r.number = s.number AND s.denials && r.consents"""
EVENT = """
    INSERT INTO crm_consentevent
        (reader_id, erased, channel, purpose, granted, source, wording, at, by_id, import_run)"""
#: The two parts of a permission ``c``.
PARTS = f"split_part(c, '{BETWEEN}', 1), split_part(c, '{BETWEEN}', 2)"
#: Readers that this import created have no word before its own. They are as many as the file has
#: rows: a function in FROM would be started anew for each of them.
FIRST_CONSENTS = f"""{EVENT}
    SELECT r.id, '', {PARTS}, true, '{FROM_A_FILE}', %(wording)s, %(now)s, %(by)s, %(batch)s
    FROM (
        SELECT id, unnest(consents) AS c
        FROM crm_reader
        WHERE import_batch_id = %(batch)s) r"""
#: Of readers that it changed only what became different is a word.
NEW_CONSENTS = f"""{EVENT}
    SELECT m.reader_id, '', {PARTS}, true, '{FROM_A_FILE}', %(wording)s, %(now)s, %(by)s, %(batch)s
    FROM crm_changed m, unnest(m.consents) c
    WHERE c <> ALL (m.old_consents)"""
LOST_CONSENTS = f"""{EVENT}
    SELECT m.reader_id, '', {PARTS}, false, '{FROM_A_FILE}', %(wording)s, %(now)s, %(by)s, %(batch)s
    FROM crm_changed m, unnest(m.old_consents) c
    WHERE c <> ALL (m.consents)"""

# --- what is written ------------------------------------------------------------------------------
#: Readers whom the file changes, with their columns before (``old_…``) and after.
CHANGED = """
    CREATE TEMP TABLE crm_changed AS
    SELECT * FROM (
        SELECT r.id AS reader_id, jsonb_build_object({before}) AS before, {old}, {values}
        FROM {known}
        WHERE s.reason IS NULL) m
    WHERE ({old_names}) IS DISTINCT FROM ({names})"""
KEEP_BEFORE = """
    INSERT INTO crm_importchange (batch_id, reader_id, before)
    SELECT %(batch)s, reader_id, before FROM crm_changed
    ON CONFLICT DO NOTHING"""
UPDATE = """
    UPDATE crm_reader r
    SET {assignments}, updated_at = %(now)s
    FROM crm_changed c
    WHERE c.reader_id = r.id"""
INSERT = f"""
    INSERT INTO crm_reader
        (source, number, {{names}}, import_batch_id, created_at, updated_at)
    SELECT %(source)s, s.number, {{new_values}}, %(batch)s, %(now)s, %(now)s
    FROM {{table}} s
    WHERE s.reason IS NULL AND {STRANGE}
    ORDER BY s.line
    ON CONFLICT (source, number) DO NOTHING"""
KEEP_REFUSALS = """
    INSERT INTO crm_importrefusal (batch_id, line, field, reason, raw)
    SELECT %(batch)s, line, COALESCE(field, ''), reason, COALESCE(raw, '[]')
    FROM {table}
    WHERE reason IS NOT NULL
    ON CONFLICT DO NOTHING"""

# --- what is taken back ---------------------------------------------------------------------------
#: Readers that the import changed become what they were, and the ledger says what that took or
#: gave them.
RESTORE = f"""
    WITH back AS (
        SELECT c.reader_id, r.consents AS had, p.*
        FROM crm_importchange c
        JOIN crm_reader r ON r.id = c.reader_id AND r.updated_at = %(merged_at)s,
        LATERAL jsonb_populate_record(NULL::crm_reader, c.before) p
        WHERE c.batch_id = %(batch)s
    ), put AS (
        UPDATE crm_reader r
        SET {{assignments}}, updated_at = b.updated_at
        FROM back b
        WHERE r.id = b.reader_id
        RETURNING r.id
    ), said AS (
        INSERT INTO crm_consentevent
            (reader_id, erased, channel, purpose, granted, source, wording, at, import_run)
        SELECT reader_id, '', {PARTS}, false, '{UNDONE}', '', %(now)s, %(batch)s
        FROM back, unnest(had) c
        WHERE c <> ALL (consents)
        UNION ALL
        SELECT reader_id, '', {PARTS}, true, '{UNDONE}', '', %(now)s, %(batch)s
        FROM back, unnest(consents) c
        WHERE c <> ALL (had)
    )
    SELECT count(*) FROM put"""

#: An address that the import had written was never the reader's: the undoing forgets it again.
FORGET_WRITTEN = """
    DELETE FROM crm_formeraddress f
    USING crm_importchange c
    WHERE c.batch_id = %(batch)s AND f.reader_id = c.reader_id AND f.until >= %(began)s"""


def names_in_statements(table: str, kind: FileKind) -> dict[str, str]:
    """What stands for the names in braces: the staging table, and the columns the kind writes."""
    names = column_names(kind)
    known = [f"{written.known} AS {written.column}" for written in kind.written]
    new = [written.new for written in kind.written]
    return {
        "table": table,
        "known": KNOWN.format(table=table),
        "names": listed("{0}", names),
        "old_names": listed("old_{0}", names),
        "old": listed("r.{0} AS old_{0}", names),
        # When it was written last is needed as well, to be put back with the rest.
        "before": listed("'{0}', r.{0}", [*names, "updated_at"]),
        "assignments": listed("{0} = c.{0}", names),
        "values": ", ".join(known),
        "new_values": ", ".join(new),
    }


def column_names(kind: FileKind) -> list[str]:
    """The columns of a stored row that files of this kind write."""
    return [written.column for written in kind.written]


def listed(pattern: str, names: list[str]) -> str:
    """``pattern`` once for each name, by commas: ("{0} = c.{0}", ["a", "b"]) → "a = c.a, b = c.b".

    The names are those a kind of file declares, never what a file or a person says.
    """
    return ", ".join(map(pattern.format, names))
