"""The statements by which an import's staged rows become readers, and are taken back.

In order: what is locked, which rows are refused, whose word on consent counts, what is written.
"""

from core.kinds import FileKind
from crm.readers.kinds import ended, is_another, names_again
from crm.readers.models import ADDRESS_FIELDS, BETWEEN, LookPlace, Purpose
from crm.readers.words import FROM_A_FILE, OTHER_ADDRESS, OTHER_ADDRESS_IN_FILE

# In all statements ``s`` is the staged row, ``r`` the reader with its number, ``c`` a permission
# ("email:events").
# {table} and the other names in braces are filled in by ``Merge``; what comes from people is a
# parameter.

#: Where the readers of the file's system are found, and by what a row leads to one. While nobody
#: bears a further number of the system their own rows suffice, and no row is looked up twice.
PLAIN = {
    "readers": "crm_reader r",
    "led": "r.source = %(source)s AND r.number = s.number",
}
FURTHER = {
    "readers": """
        (SELECT o.number AS known_as, o.* FROM crm_reader o WHERE o.source = %(source)s
         UNION ALL
         SELECT i.number, o.* FROM crm_identity i JOIN crm_reader o ON o.id = i.reader_id
         WHERE i.system = %(source)s) r""",
    "led": "r.known_as = s.number",
}
HAS_FURTHER = "SELECT EXISTS (SELECT 1 FROM crm_identity WHERE system = %(source)s)"
#: The staged rows whose reader is stored already …
KNOWN = "{table} s JOIN {readers} ON {led}"
#: … and those whose reader is not.
STRANGE = "NOT EXISTS (SELECT 1 FROM {readers} WHERE {led})"
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
#: In order of the key, so that whoever locks several readers does not wait crosswise.
LOCK = f"""
    SELECT count(*) FROM (
        SELECT r.id FROM {KNOWN}
        WHERE s.reason IS NULL
        ORDER BY r.id
        FOR NO KEY UPDATE OF r) locked"""
LOCK_FURTHER = f"""
    SELECT count(*) FROM (
        SELECT o.id FROM crm_reader o
        WHERE o.id IN (SELECT r.id FROM {KNOWN} WHERE s.reason IS NULL)
        ORDER BY o.id
        FOR NO KEY UPDATE OF o) locked"""

# --- rows that only the whole file or the readers show to be wrong --------------------------------
#: Which of several rows of one person is the newest: the one that was changed last, else whose card
#: is valid longest, else with the latest day in it, else the uppermost.
NEWEST = """
    s.updated_on DESC NULLS LAST,
    s.valid_until DESC NULLS LAST,
    GREATEST(s.registered_on, s.last_seen_on) DESC NULLS LAST,
    s.line"""
#: Of several rows of one number the newest is taken. Only numbers that come twice are sorted: most
#: files have none.
REFUSE_DUPLICATES = f"""
    UPDATE {{table}} s
    SET reason = 'duplicate', field = 'number', raw = jsonb_build_array(s.number)
    FROM (
        SELECT s.line, row_number() OVER (PARTITION BY s.number ORDER BY {NEWEST}) AS place
        FROM {{table}} s
        WHERE s.number IN (
            SELECT number FROM {{table}}
            WHERE reason IS NULL
            GROUP BY number
            HAVING count(*) > 1)
          AND s.reason IS NULL) d
    WHERE d.line = s.line AND d.place > 1 AND s.reason IS NULL"""
#: Of more digits a spreadsheet keeps 15 and writes zeros for the others. That all long numbers of a
#: file end so, three digits of them at least, is no chance.
LONG = "s.reason IS NULL AND length(s.number) > 15 AND s.number ~ '^[0-9]+[A-Za-z]?$'"
REFUSE_ROUNDED = f"""
    UPDATE {{table}} s
    SET reason = 'rounded-number', field = 'number', raw = jsonb_build_array(s.number)
    FROM (
        SELECT bool_and(substr(s.number, 16) ~ '^0+$') AS ends_in_zeros,
            sum(length(s.number) - 15) AS digits
        FROM {{table}} s
        WHERE {LONG}) f
    WHERE f.ends_in_zeros AND f.digits >= 3 AND {LONG}"""
#: Two numbers of one person: the newest row speaks for them.
REFUSE_SAME_READER = f"""
    UPDATE {{table}} t
    SET reason = 'same-reader', field = 'number', raw = jsonb_build_array(t.number)
    FROM (
        SELECT s.line, row_number() OVER (PARTITION BY r.id ORDER BY {NEWEST}) AS place
        FROM {KNOWN}
        WHERE s.reason IS NULL) d
    WHERE d.line = t.line AND d.place > 1"""
REFUSE_KINDLESS = f"""
    UPDATE {{table}} s
    SET reason = 'missing-kind', field = 'kind', raw = jsonb_build_array(s.number)
    WHERE s.reason IS NULL AND s.kind IS NULL AND {STRANGE}"""
#: Of another campus is who would come to it by the file, and who is at it now.
REFUSE_OTHER_CAMPUS = """
    UPDATE {table} s
    SET reason = 'other-campus', field = 'campus', raw = jsonb_build_array(s.number)
    WHERE s.reason IS NULL AND (
        COALESCE((%(campuses)s::bigint[])[s.campus], %(only_campus)s) <> %(only_campus)s
        OR EXISTS (
            SELECT 1 FROM {readers}
            WHERE {led}
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
#: What the reader ``r`` withdrew by themselves; nobody did who has another address now …
WITHDRAWN = f"""
        SELECT w.permission FROM crm_last_words w
        WHERE w.reader_id = r.id AND NOT w.granted
          AND w.source NOT LIKE '{FROM_A_FILE}%%' AND w.source <> '{OTHER_ADDRESS}'"""
#: … which no file grants again.
KEEP_WITHDRAWN = f"""
    UPDATE {{table}} s
    SET consents = ARRAY(
        SELECT unnest(s.consents)
        EXCEPT {WITHDRAWN})
    FROM {{readers}}
    WHERE {{led}}
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
    FROM {{readers}}
    WHERE {{led}} AND s.denials && r.consents"""
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


def ended_between(before: str, after: str, key: str) -> str:
    """SQL: what stood for addresses of which ``after`` has another one than ``before``.

    Both are patterns with the column of the address: "m.old_{0}".

    ``key``: the SQL of the reader's key, by which two writings of one address are known
    (``NONE_THE_SAME``).
    """
    tests = {}
    for channel, column in ADDRESS_FIELDS.items():
        tests[channel] = is_another(column, before, after, key)
    return ended(tests)


#: What stood for the former address of the row ``m`` of crm_changed, or for somebody who seems to
#: be another person: only an address that the row itself names again keeps what was given for it.
ENDED = ended(
    {
        channel: f"""{is_another(column, "m.old_{0}", "m.{0}", "m.reader_id")}
            OR (m.other AND NOT {names_again(column)})"""
        for channel, column in ADDRESS_FIELDS.items()
    }
)
#: Of readers that it changed only what became different is a word, and what ended with an address.
#: It ends first: the same may be given anew for the other address.
ENDED_CONSENTS = f"""{EVENT}
    SELECT
        m.reader_id, '', {PARTS}, false, '{OTHER_ADDRESS_IN_FILE}', %(wording)s, %(now)s, %(by)s,
        %(batch)s
    FROM crm_changed m, unnest(m.old_consents) c
    WHERE c = ANY ({ENDED})"""
NEW_CONSENTS = f"""{EVENT}
    SELECT m.reader_id, '', {PARTS}, true, '{FROM_A_FILE}', %(wording)s, %(now)s, %(by)s, %(batch)s
    FROM crm_changed m, unnest(m.consents) c
    WHERE c <> ALL (m.old_consents) OR c = ANY ({ENDED})"""
LOST_CONSENTS = f"""{EVENT}
    SELECT m.reader_id, '', {PARTS}, false, '{FROM_A_FILE}', %(wording)s, %(now)s, %(by)s, %(batch)s
    FROM crm_changed m, unnest(m.old_consents) c
    WHERE c <> ALL (m.consents) AND c <> ALL ({ENDED})"""
#: Addresses that may be one mailbox in two writings, which SQL cannot tell: a domain in letters of
#: its own, or a telephone number with other signs.
MAYBE_SAME = f"""
    SELECT m.reader_id, m.old_email, m.email, m.old_phone, m.phone
    FROM crm_changed m
    WHERE (m.old_consents && {ENDED} OR m.old_name <> m.name)
      AND (m.old_email || m.email ~ '[^\x01-\x7f]|xn--' OR m.old_phone <> m.phone)"""

# --- what is written ------------------------------------------------------------------------------
#: Readers whom the file changes, with their columns before (``old_…``) and after, what the row
#: itself says of who it is (``said_…``), and whether it looks like somebody else (``other``).
CHANGED = """
    CREATE TEMP TABLE crm_changed AS
    SELECT * FROM (
        SELECT
            s.line, r.id AS reader_id, jsonb_build_object({before}) AS before, {old}, {values},
            COALESCE(told.differs, false) AS has_other_days,
            told.old_start AS old_starts_on, told.starts_on, told.old_end AS old_ends_on,
            told.ends_on,
            s.name AS said_name,
            CASE WHEN s.email_made THEN NULL ELSE s.email END AS said_email,
            s.phone AS said_phone, NULL::varchar AS said_wechat, false AS other
        FROM {known} {told}
        WHERE s.reason IS NULL) m
    WHERE ({old_names}) IS DISTINCT FROM ({names}) OR has_other_days"""
#: Columns of crm_changed that stand in no reader's row: from when and until when.
DAYS = ("starts_on", "ends_on")
KEEP_BEFORE = """
    INSERT INTO crm_importchange (batch_id, reader_id, before)
    SELECT %(batch)s, reader_id, before FROM crm_changed
    ON CONFLICT DO NOTHING"""
#: How many were changed, and when by the database's clock: what a trigger keeps of them bears that
#: moment.
UPDATE = """
    WITH put AS (
        UPDATE crm_reader r
        SET {assignments}, updated_at = %(now)s
        FROM crm_changed c
        WHERE c.reader_id = r.id
        RETURNING r.id)
    SELECT count(*), statement_timestamp() FROM put"""
INSERT = f"""
    INSERT INTO crm_reader
        (source, number, {{names}}, import_batch_id, created_at, updated_at)
    SELECT %(source)s, s.number, {{new_values}}, %(batch)s, %(now)s, %(now)s
    FROM {{table}} s {{told}}
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
#: gave them; what those become whom later imports changed, too, stands in crm_restoring. With a
#: former address what had been given for it comes back, and nothing else.
RESTORED = ended_between("b.had_{0}", "b.{0}", "b.reader_id")
#: Whom nobody wrote to since, with what they were.
BACK = """
        SELECT w.reader_id, w.before
        FROM (
            SELECT reader_id, before, %(merged_at)s AS written
            FROM crm_importchange
            WHERE batch_id = %(batch)s
            UNION ALL
            SELECT reader_id, before, written FROM crm_restoring) w
        JOIN crm_reader o ON o.id = w.reader_id AND o.updated_at = w.written"""
#: A column of which nothing was kept, since imports did not write it then, stays as it is.
RESTORE = f"""
    WITH back AS (
        SELECT
            c.reader_id, r.consents AS had,
            r.email AS had_email, r.phone AS had_phone, r.wechat AS had_wechat, p.*
        FROM ({BACK}) c
        JOIN crm_reader r ON r.id = c.reader_id,
        LATERAL jsonb_populate_record(r, c.before) p
    ), put AS (
        UPDATE crm_reader r
        SET {{assignments}}, updated_at = b.updated_at
        FROM back b
        WHERE r.id = b.reader_id
        RETURNING r.id
    ), said AS (
        INSERT INTO crm_consentevent
            (reader_id, erased, channel, purpose, granted, source, wording, at, import_run)
        SELECT b.reader_id, '', {PARTS}, false, '{UNDONE}', '', %(now)s, %(batch)s
        FROM back b, unnest(b.had) c
        WHERE c <> ALL (b.consents) OR c = ANY ({RESTORED})
        UNION ALL
        SELECT b.reader_id, '', {PARTS}, true, '{UNDONE}', '', %(now)s, %(batch)s
        FROM back b, unnest(b.consents) c
        WHERE c <> ALL (b.had) OR c = ANY ({RESTORED})
    )
    SELECT count(*) FROM put"""

#: An address that the import had written was never the reader's: the undoing forgets it again.
FORGET_WRITTEN = """
    DELETE FROM crm_formeraddress f
    USING (
        SELECT reader_id FROM crm_importchange WHERE batch_id = %(batch)s
        UNION
        SELECT reader_id FROM crm_restoring) c
    WHERE f.reader_id = c.reader_id AND f.until >= %(began)s"""


def names_in_statements(
    table: str, kind: FileKind, *, further: bool, days: dict[str, str]
) -> dict[str, str]:
    """What stands for the names in braces: the staging table, how its rows lead to readers, and the
    columns the kind writes. ``further``: some of its readers bear further numbers of the system.
    ``days``: the names of ``standings.taking``.
    """
    led = FURTHER if further else PLAIN
    names = column_names(kind)
    known = [f"{written.known} AS {written.column}" for written in kind.written]
    new = [written.new for written in kind.written]
    return {
        "table": table,
        **led,
        **days,
        "known": KNOWN.format(table=table, **led),
        "names": listed("{0}", names),
        "old_names": listed("old_{0}", names),
        "old": listed("r.{0} AS old_{0}", names),
        # When it was written last is needed as well, to be put back with the rest.
        "before": listed("'{0}', r.{0}", [*names, "updated_at"])
        + f", 'standings', {days['standings']}, 'said', jsonb_strip_nulls({said_by(kind)})",
        "assignments": listed("{0} = c.{0}", names),
        "values": ", ".join(known),
        "new_values": ", ".join(new),
        "another_person": "m.other",
        "ended": ENDED,
        "counted": listed(
            "count(*) FILTER (WHERE m.old_{0} IS DISTINCT FROM m.{0}) AS {0}", [*names, *DAYS]
        ),
    }


def said_by(kind: FileKind) -> str:
    """SQL: which columns the staged row says something of, {column: true} as jsonb, and null for
    those of which it says nothing; of consents and traits which ones.
    """
    said = [f"'{written.column}', {written.says}" for written in kind.written]
    # A row that says days says with them what its reader is, whether that is new or not.
    said.append("'standings', CASE WHEN told.kind IS NOT NULL THEN true END")
    return f"jsonb_build_object({', '.join(said)})"


def column_names(kind: FileKind) -> list[str]:
    """The columns of a stored row that files of this kind write.

    In the order in which the kind lists them.
    """
    return [written.column for written in kind.written]


def listed(pattern: str, names: list[str]) -> str:
    """``pattern`` once for each name, by commas: ("{0} = c.{0}", ["a", "b"]) → "a = c.a, b = c.b".

    The names are those a kind of file declares, never what a file or a person says.
    """
    return ", ".join(map(pattern.format, names))
