"""What files say that readers are, from when and until when: taken in and put back set-based.

A file gives its rows in a staging table of the import, and the import runs these statements with
its own names in braces ({table}, {readers} and {led}: how a row leads to a reader). In all of them
``s`` is the staged row, ``r`` its reader, ``x`` a standing that is stored.

One file says one thing of a reader: what it said before of the same days is the same standing, and
is corrected. A day that a row does not say stays as it is known.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.columns import first_column
from core.disclosure import Count
from crm.readers.models import Reader
from crm.readers.words import FROM_A_FILE
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.standings.models import Then
from crm.standings.moving import (
    COMING,
    GRADUATED,
    HOLDING,
    HOLDS,
    MARKED,
    NIGHT,
    STAGE,
    THEN_OF,
    move_again,
    values_on,
)

#: Fields of a file that say from when or until when somebody is what they are.
DATED = frozenset({"expires_on", "cohort", "registered_on"})
#: Of an entry year the studies begin on this day of it (month, day). Ours: docs/adr/0030.
ENTRY = (9, 1)
#: The day on which somebody came, where the file gives one; a year of registration is none.
REGISTERED = {True: "s.registered_on", False: "NULL::date"}
#: What an import joins to its rows: what the dates make of each, or nothing of any.
TOLD = {
    True: "LEFT JOIN crm_told told ON told.line = s.line",
    False: """CROSS JOIN (
        SELECT NULL::varchar AS kind, NULL::varchar AS state, NULL::varchar AS stage,
               false AS differs, NULL::date AS old_start, NULL::date AS starts_on,
               NULL::date AS old_end, NULL::date AS ends_on) told""",
}
#: All that is known of a reader with dates, but for what the night made of it; the key of the
#: reader is in braces. What moved a row on which day is no part of what is known.
STANDINGS_OF = f"""(
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
        'id', x.id, 'kind', x.kind, 'starts_on', x.starts_on, 'ends_on', x.ends_on,
        'then', x.then, 'source', x.source, 'import_run', x.import_run, 'by_id', x.by_id,
        'created_at', x.created_at) ORDER BY x.id), '[]'::jsonb)
    FROM crm_standing x
    WHERE x.reader_id = {{}} AND x.source <> '{NIGHT}')"""
#: What a row says: studies begin on the first day of the entry year's autumn, else when somebody
#: was registered. An end before its beginning holds, and the beginning is not known.
SAID = f"""
    SELECT
        s.line, r.id AS reader_id, r.state AS stored, s.state AS word, k.kind, s.ends_on,
        CASE WHEN f.day <= COALESCE(s.ends_on, f.day) THEN f.day END AS starts_on
    FROM {{table}} s
    LEFT JOIN {{readers}} ON {{led}}
    CROSS JOIN LATERAL (
        SELECT COALESCE(
            s.kind,
            (SELECT x.kind FROM crm_standing x
             WHERE x.reader_id = r.id AND x.source = %(told_by)s
             ORDER BY x.starts_on DESC NULLS LAST, x.id DESC LIMIT 1),
            r.kind, %(kind)s) AS kind) k
    CROSS JOIN LATERAL (
        SELECT CASE WHEN k.kind = ANY(%(students)s)
                    THEN COALESCE(make_date(s.cohort, {ENTRY[0]}, {ENTRY[1]}), {{registered}})
                    ELSE {{registered}} END AS day) f
    WHERE s.reason IS NULL
      AND (s.ends_on IS NOT NULL
           OR f.day IS NOT NULL AND (f.day > %(day)s OR k.kind = ANY(%(students)s)))"""
#: … and which standing of the reader it is about: one of its kind whose beginning is the same or
#: not known, else one that the same system told of the same days; of another kind only as long as
#: that one holds.
ABOUT = f"""
    SELECT x.* FROM crm_standing x
    WHERE x.reader_id = a.reader_id AND x.source <> '{NIGHT}' AND (
        x.kind = a.kind
            AND (a.starts_on IS NULL OR x.starts_on IS NULL OR x.starts_on = a.starts_on)
        OR x.source = %(told_by)s
            AND (x.kind = a.kind OR COALESCE(x.ends_on, 'infinity') >= %(day)s)
            AND COALESCE(x.starts_on, '-infinity') <= COALESCE(a.ends_on, 'infinity')
            AND COALESCE(a.starts_on, '-infinity') <= COALESCE(x.ends_on, 'infinity'))
    ORDER BY (x.kind = a.kind) DESC, (x.starts_on IS NOT DISTINCT FROM a.starts_on) DESC,
             x.starts_on DESC NULLS LAST
    LIMIT 1"""
IS_THE_SAME_KIND = "x.kind IS NOT DISTINCT FROM a.kind"
#: A day that the row does not say stays, unless it contradicts the one that it says.
MEANT = f"""
    SELECT
        a.line, a.reader_id, a.stored, a.word, a.kind, x.id AS standing,
        a.ends_on IS NOT NULL AS says_end,
        COALESCE(a.starts_on, CASE WHEN {IS_THE_SAME_KIND}
            AND x.starts_on <= COALESCE(a.ends_on, x.starts_on) THEN x.starts_on END) AS starts_on,
        COALESCE(a.ends_on, CASE WHEN {IS_THE_SAME_KIND}
            AND x.ends_on >= COALESCE(a.starts_on, x.ends_on) THEN x.ends_on END) AS ends_on,
        CASE WHEN {IS_THE_SAME_KIND} THEN x.then ELSE {THEN_OF.format("a.kind")} END AS "then",
        x.kind AS old_kind, x.starts_on AS old_start, x.ends_on AS old_end
    FROM ({SAID}) a
    LEFT JOIN LATERAL ({ABOUT}) x ON true"""
#: Whoever has left stays gone, unless the row says a last day that is still to come.
STAYS_GONE = f"""(m.word IS NOT DISTINCT FROM '{Reader.State.LEFT}'
                  OR m.stored IS NOT DISTINCT FROM '{Reader.State.LEFT}')"""
#: What the dates make of every row that says any, in the temporary table crm_told: as of the day of
#: the import it is what the night would make of them, so it does not matter when the file comes.
TELL = f"""
    CREATE TEMP TABLE crm_told AS
    SELECT
        m.line, m.reader_id, m.standing, m.kind AS stands_as, m.starts_on, m.ends_on, m.then,
        m.old_start, m.old_end,
        m.standing IS NULL OR (m.kind, m.starts_on, m.ends_on)
            IS DISTINCT FROM (m.old_kind, m.old_start, m.old_end) AS differs,
        COALESCE(
            (%(rank)s)[COALESCE(t.holding, t.coming)],
            CASE WHEN t.graduated AND NOT {STAYS_GONE} THEN '{Reader.Kind.ALUMNUS}' END,
            m.kind) AS kind,
        CASE WHEN NOT m.says_end OR m.word = '{Reader.State.LEFT}' THEN m.word
             WHEN COALESCE(t.holding, t.coming) IS NOT NULL THEN '{Reader.State.ACTIVE}'
             WHEN t.graduated AND NOT {STAYS_GONE} THEN '{Reader.State.ACTIVE}'
             ELSE '{Reader.State.LEFT}' END AS state,
        t.stage
    FROM ({MEANT}) m
    CROSS JOIN LATERAL (
        SELECT {HOLDING} AS holding, {COMING} AS coming, {STAGE} AS stage,
               bool_or(s.then = '{Then.ALUMNUS}' AND s.ends_on < %(day)s) AS graduated
        FROM (
            SELECT m.kind, m.starts_on, m.ends_on, m.then
            UNION ALL
            SELECT x.kind, x.starts_on, x.ends_on, x.then
            FROM crm_standing x
            WHERE x.reader_id = m.reader_id AND x.id IS DISTINCT FROM m.standing
              AND x.source <> '{NIGHT}') s
    ) t"""
#: How many rows say days, of how many the last one has passed (who graduated, who left), and how
#: many begin later. Rows that are refused say nothing.
COUNT = f"""
    SELECT
        count(*) AS dated,
        count(*) FILTER (WHERE t.ends_on < %(day)s AND t.kind = '{Reader.Kind.ALUMNUS}'
                         AND t.stands_as <> t.kind) AS graduated,
        count(*) FILTER (WHERE t.ends_on < %(day)s AND t.state = '{Reader.State.LEFT}') AS gone,
        count(*) FILTER (WHERE t.starts_on > %(day)s) AS coming
    FROM crm_told t
    JOIN {{table}} s ON s.line = t.line
    WHERE s.reason IS NULL"""
#: Rows that say something new, with their reader, who may have come by this very import.
NEWS = """
    CREATE TEMP TABLE crm_news AS
    SELECT t.*, COALESCE(t.reader_id, o.id) AS about
    FROM crm_told t
    JOIN {table} s ON s.line = t.line
    LEFT JOIN crm_reader o
        ON t.reader_id IS NULL AND o.source = %(source)s AND o.number = s.number
    WHERE t.differs AND s.reason IS NULL AND COALESCE(t.reader_id, o.id) IS NOT NULL"""
#: What the night made of days that are others now is made anew.
UNMAKE = f"""
    DELETE FROM crm_standing x
    USING crm_news n
    WHERE x.reader_id = n.about AND x.source = '{NIGHT}'"""
#: The readers' rows say already what the days up to today make of them.
MOVED_ON = f"CASE WHEN ({HOLDS}) OR s.ends_on < %(day)s THEN %(day)s::date END"
CORRECT = f"""
    UPDATE crm_standing x
    SET kind = s.stands_as, starts_on = s.starts_on, ends_on = s.ends_on, "then" = s.then,
        source = %(told_by)s, import_run = %(batch)s, by_id = NULL, moved_on = {MOVED_ON}
    FROM crm_news s
    WHERE x.id = s.standing"""
ADD = f"""
    INSERT INTO crm_standing
        (reader_id, kind, starts_on, ends_on, "then", source, import_run, moved_on, created_at)
    SELECT s.about, s.stands_as, s.starts_on, s.ends_on, s.then, %(told_by)s, %(batch)s,
           {MOVED_ON}, now()
    FROM crm_news s
    WHERE s.standing IS NULL
    ON CONFLICT DO NOTHING"""
OF_NEWS = "s.reader_id IN (SELECT about FROM crm_news)"
MAKE = GRADUATED.format(which=f"{OF_NEWS} AND s.ends_on < %(day)s")
MARK_MADE = MARKED.format(whose=OF_NEWS)
#: In this order; each about all rows of the file at once.
WRITE = (UNMAKE, CORRECT, ADD, MAKE, MARK_MADE)
FORGET = "DROP TABLE IF EXISTS crm_told, crm_news"

# --- by the undoing of an import ------------------------------------------------------------------
#: {back}: rows with ``reader_id`` and with ``before``, what the reader was before the import.
NOTE_BACK = f"""
    CREATE TEMP TABLE crm_standings_back AS
    SELECT c.reader_id, c.before -> 'standings' AS standings
    FROM ({{back}}) c
    WHERE c.before ? 'standings'
      AND c.before -> 'standings' <> {STANDINGS_OF.format("c.reader_id")}"""
CLEAR = """
    DELETE FROM crm_standing x USING crm_standings_back b WHERE x.reader_id = b.reader_id"""
#: Whose account has gone since wrote it all the same.
PUT_BACK = """
    INSERT INTO crm_standing
        (id, reader_id, kind, starts_on, ends_on, "then", source, import_run, by_id, created_at)
    SELECT g.id, b.reader_id, g.kind, g.starts_on, g.ends_on, g.then, g.source, g.import_run,
           (SELECT u.id FROM crm_user u WHERE u.id = g.by_id), g.created_at
    FROM crm_standings_back b,
         jsonb_to_recordset(b.standings) AS g(
             id bigint, kind text, starts_on date, ends_on date, "then" text, source text,
             import_run bigint, by_id bigint, created_at timestamptz)"""
FORGET_BACK = "DROP TABLE IF EXISTS crm_standings_back"


# --- by a file ------------------------------------------------------------------------------------
def is_dated(mapping: Iterable[str]) -> bool:
    """Whether a file with these fields says from when or until when somebody is a reader: one of
    DATED is among them.
    """
    return not DATED.isdisjoint(mapping)


def names(mapping: Iterable[str], is_told: bool) -> dict[str, str]:
    """What stands for the names in braces that are this room's: {name: SQL}.

    ``is_told``: the file says days, and ``TELL`` has run before what reads them.
    """
    return {
        "told": TOLD[is_told],
        "registered": REGISTERED["registered_on" in mapping],
        "standings": STANDINGS_OF.format("r.id"),
    }


def values(source: str, day: date) -> dict:
    """The parameters of the statements, for a file with numbers of ``source`` on that day.
    ``told_by`` is cut to 32 letters, the width of the column that keeps it.
    """
    return values_on(day) | {"told_by": f"{FROM_A_FILE}:{source}"[:32]}


@transaction.atomic
def take_standings(*, run: Callable[[str], int], by: User | None, on, source: str) -> int:
    """Write down what the rows of a file say that is new; returns of how many readers.

    Call it when the file's readers are written, with ``TELL`` run before. ``run`` executes a
    statement with the import's names and parameters and returns how many rows it was about.
    ``on``: the import, which stands in every standing and in the trail. The same rows again change
    nothing, and then the trail says nothing.
    """
    readers = run(NEWS)
    if not readers:
        return 0
    for sql in WRITE:
        run(sql)
    # A small number in the trail could tell whom the file was about.
    told = Count.of(readers).public_number
    audit.record(action=AuditAction.STANDING_TAKE_IN, by=by, on=on, source=source, readers=told)
    return readers


def note_back(cursor, back: str, values: dict) -> None:
    """Note whose standings are others than before an import; call it before their rows are put
    back. ``back``: SQL of rows (reader_id, before) with the parameters ``values``.
    """
    cursor.execute(FORGET_BACK)
    cursor.execute(NOTE_BACK.format(back=back), values)


def put_back(cursor, *, since: date) -> None:
    """Put the noted standings back, when the readers' own rows are; ``since``: the day of the
    import. What has passed since then moves them at once, as every night would have. Call after
    ``note_back``, in the same transaction; what was noted is forgotten then.
    """
    cursor.execute(CLEAR)
    cursor.execute(PUT_BACK)
    cursor.execute("SELECT reader_id FROM crm_standings_back ORDER BY reader_id")
    readers = first_column(cursor)
    if readers:
        move_again(readers, since=since, day=timezone.localdate())
    cursor.execute(FORGET_BACK)
