"""The statements by which staged rows become activities, and are taken back.

``s`` is the staged row, ``r`` the reader whom its number in the chosen system leads to, ``w`` a
weighed row.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from core.disclosure import Count, Missing
from core.keying import sql as keyed
from crm.activities.models import HIDDEN, HIDDEN_REF, MONTH_COUNTS
from crm.collections.models import LEAST_MET, MOST_OF_ONE
from crm.imports.models import ImportBatch
from crm.sources.models import CoveredSpan

#: What a row is known again by: its own number in that system, a second kind of row beside it told
#: apart; else a digest of who, when, what and where (``known``).
#: None of these is stored: see ``STORED``.
BY_REF = "s.ref || CASE WHEN s.kind = ANY (%(usual)s) THEN '' ELSE ':' || s.kind END"
#: Of sessions how many platforms a reader used on a day, and none of them by itself: the second one
#: is known again whatever it was. ``ref`` tells platforms apart within the file.
BY_SESSION = """
    left(encode(sha256(convert_to(concat_ws(E'\\n', {system}, s.number, s.at, s.kind,
        dense_rank() OVER (PARTITION BY {system}, s.number, s.at, s.kind ORDER BY s.ref)
        ), 'UTF8')), 'hex'), 40)"""
#: What is stored of it. A system's own number may name an item, and who, when and what can be tried
#: one after the other: so both lie under a key, and are good for comparing alone. What was hidden
#: so already, in a list of refused rows that was mended, is taken as it is.
STORED = f"left({keyed('{was}')}, 40)"
STORED_REF = f"""
    CASE WHEN s.ref ~ '{HIDDEN_REF}' THEN substr(s.ref, 2)
    ELSE left({keyed("s.ref")}, 40) END || substr({BY_REF}, length(s.ref) + 1)"""
#: A refused row's own number as it may be kept.
KEPT_REF = f"COALESCE('{HIDDEN}' || left({keyed('s.ref')}, 40), '')"
#: The staged rows of a file are of the one system that its import names, and say one thing each …
OF_ONE_SYSTEM = {
    "system": "%(source)s::text",
    "systems": "ARRAY[%(source)s::text]",
    "again": "",
    "n": "1",
}
#: … those that a program sent name their own system, and say how often. Of a row that was refused
#: before it was understood that stands in its last cell.
OF_SEVERAL_SYSTEMS = {
    "system": "s.system",
    # Of a row that was refused as it was read it stands in its last cell but one.
    "systems": "(SELECT array_agg(DISTINCT COALESCE(system, raw ->> -2)) FROM {table})",
    "again": "CROSS JOIN generate_series(1, s.n)",
    "n": "COALESCE(s.n, (s.raw ->> -1)::integer)",
    "readers": """
        (SELECT o.source AS system, o.number AS known_as, o.* FROM crm_reader o
         UNION ALL
         SELECT i.system, i.number, o.* FROM crm_identity i JOIN crm_reader o ON o.id = i.reader_id
        ) r""",
    "led": "r.system = s.system AND r.known_as = s.number",
}
#: Behind the condition by which a number leads to its reader.
OF_THE_CAMPUS = " AND r.campus_id = %(only_campus)s"
COUNT_REFUSED = "SELECT COALESCE(sum({n}), 0) FROM {table} s WHERE s.reason IS NOT NULL"
#: Rows that say something that is not counted, as who goes out, or a book that comes back.
COUNT_LEFT_OUT = """
    SELECT COALESCE(sum({n}), 0) FROM {table} s WHERE s.reason IS NULL AND s.kind IS NULL"""
#: Rows of a campus that is not the librarian's.
REFUSE_OTHER_PLACE = """
    UPDATE {table} s
    SET reason = 'other-place', field = 'campus'
    WHERE s.reason IS NULL AND s.campus IS NOT NULL
      AND (%(campuses)s::bigint[])[s.campus] <> %(only_campus)s"""
#: Readers whom rows lead to are held: none of them is joined with another or erased before what is
#: written here can be seen. In the order of their keys, as others hold them. False where one went
#: while this waited: its rows lead to another reader now, or to nobody.
HOLD_READERS = """
    WITH led AS MATERIALIZED (
        SELECT DISTINCT r.id
        FROM (
            SELECT DISTINCT {system} AS system, s.number
            FROM {table} s
            WHERE s.reason IS NULL AND s.kind IS NOT NULL) s
        JOIN {readers} ON {led}
    ), held AS MATERIALIZED (
        SELECT o.id FROM crm_reader o
        WHERE o.id IN (SELECT id FROM led)
        ORDER BY o.id
        FOR KEY SHARE OF o
    )
    SELECT (SELECT count(*) FROM led) = (SELECT count(*) FROM held)"""
REFUSE_STRANGERS = """
    UPDATE {table} s
    SET reason = 'unknown-reader', field = 'number'
    WHERE s.reason IS NULL AND s.kind IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM {readers} WHERE {led})"""
#: Once it is known which places rows that are taken name, since others are not believed to be any.
KEEP_STRANGERS = "UPDATE {table} s SET raw = {raw} WHERE s.reason = 'unknown-reader'"
#: Rows of somebody of whom no behaviour is kept are weighed like those that are there already.
WEIGH = """
    CREATE TEMP TABLE crm_weighed AS
    SELECT
        r.id AS reader_id,
        s.at AT TIME ZONE %(zone)s AS at,
        s.kind,
        {place} AS campus_id,
        {ref} AS ref,
        {said} AS said,
        CASE WHEN {place} IS NOT NULL THEN {former} END AS former,
        {was} AS was,
        s.line,
        s.lists,
        s.item
    FROM {table} s
    JOIN {readers} ON {led}
    {again}
    WHERE s.reason IS NULL AND s.kind IS NOT NULL AND r.analytics"""
FOLDED_KEY = """encode(substring(sha256(
            convert_to(%(into)s || E'\\n' || {what}, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid"""
#: What stood in its place before references were keyed: no digest named a place then.
UNKEYED = "COALESCE(w.former, w.was)"
#: Whether any row was ever counted in a folded month, of whichever source.
HAS_FOLDED = "SELECT EXISTS (SELECT 1 FROM crm_foldedref)"
#: Those that are counted in no folded month. What was folded before references were keyed is found
#: by what it was.
NOT_FOLDED = f"""
    NOT EXISTS (
        SELECT 1 FROM crm_foldedref f WHERE f.key = {FOLDED_KEY.format(what="w.ref")})
    AND NOT EXISTS (
        SELECT 1 FROM crm_foldedref f
        WHERE f.key = left({keyed(FOLDED_KEY.format(what=UNKEYED) + "::text")}, 32)::uuid)
    AND NOT EXISTS (
        SELECT 1 FROM crm_foldedref f
        WHERE f.key = {FOLDED_KEY.format(what=f"left({keyed('w.former')}, 40)")})"""
#: {not_folded}: the condition above, where anything was folded at all.
NEW = "FROM crm_weighed w WHERE {not_folded}"
NOT_STORED = """
    NOT EXISTS (SELECT 1 FROM crm_activity a WHERE a.source = %(into)s AND a.ref = w.ref)"""
COUNT_NEW = f"SELECT count(DISTINCT w.ref) {NEW} AND {NOT_STORED}"
#: How many new activities each row brings; of two rows that are one the first brings it.
NEW_BY_ROW = f"""
    SELECT line, count(*)
    FROM (SELECT DISTINCT ON (w.ref) w.ref, w.line {NEW} AND {NOT_STORED} ORDER BY w.ref, w.line) n
    GROUP BY line"""
REFUSED_ROWS = """
    SELECT line, COALESCE(field, ''), reason FROM {table} WHERE reason IS NOT NULL ORDER BY line"""
#: Day by day: indexes by time grow at one place then, and more slowly at many. Of two rows with one
#: number, which are of one day, the uppermost comes first.
INSERT = f"""
    INSERT INTO crm_activity (reader_id, kind, at, campus_id, source, ref, late, import_run)
    SELECT w.reader_id, w.kind, w.at, w.campus_id, %(into)s, w.ref, w.at < %(young_from)s, %(batch)s
    {NEW}
    ORDER BY (w.at AT TIME ZONE %(zone)s)::date, w.line
    ON CONFLICT (source, ref) DO NOTHING"""
#: What another file brought and this one has as well stays when the other is taken back.
ALSO_IN = """
    INSERT INTO crm_alsoin (batch_id, activity)
    SELECT %(batch)s, a.id
    FROM crm_activity a
    WHERE a.source = %(into)s AND a.import_run <> %(batch)s
        AND a.ref IN (SELECT ref FROM crm_weighed)"""
#: Of these lists, taken together as a loan is of them, the file has loans of too few items, or of
#: one above all: what is kept of it would say which item it was.
FEW_ITEMS = f"""
    SELECT DISTINCT lists
    FROM (
        SELECT lists, count(*) AS loans
        FROM (SELECT DISTINCT ref, lists, item FROM crm_weighed WHERE lists IS NOT NULL) loan
        GROUP BY lists, item) by_item
    GROUP BY lists
    HAVING count(*) < {LEAST_MET} OR max(loans) > {MOST_OF_ONE} * sum(loans)"""
#: Of which collections the loans are: the only thing that is left of their items.
INSERT_LISTED = f"""
    INSERT INTO crm_listedloan (collection_id, reader_id, day, source, ref, import_run)
    SELECT l.key, w.reader_id, (w.at AT TIME ZONE %(zone)s)::date, %(into)s, w.ref, %(batch)s
    FROM crm_weighed w CROSS JOIN LATERAL unnest(w.lists) l(key)
    WHERE w.lists NOT IN ({FEW_ITEMS})
    ON CONFLICT DO NOTHING"""
#: Which collections the file has loans of, and whether all of these are kept. How many there are is
#: not told: one row more or less would tell whose.
LISTED = f"""
    SELECT c.id, c.name, bool_and(w.lists NOT IN ({FEW_ITEMS}))
    FROM crm_weighed w
    CROSS JOIN LATERAL unnest(w.lists) l(key)
    JOIN crm_listedcollection c ON c.id = l.key
    GROUP BY c.id, c.name
    ORDER BY c.name"""


KEEP_REFUSALS = """
    INSERT INTO crm_importrefusal (batch_id, line, field, reason, raw)
    SELECT %(batch)s, line, COALESCE(field, ''), reason, COALESCE(raw, '[]')
    FROM {table}
    WHERE reason IS NOT NULL
    ON CONFLICT DO NOTHING"""
#: How many rows of each day and place are taken and refused, and what those taken say happened. Of
#: another campus than the librarian's nothing is told.
ROWS_OF_DAYS = """
    SELECT s.at::date, s.campus,
        COALESCE(sum({n}) FILTER (WHERE s.reason IS NULL), 0)::integer,
        COALESCE(sum({n}) FILTER (WHERE s.reason IS NOT NULL), 0)::integer,
        array_remove(array_agg(DISTINCT s.kind) FILTER (WHERE s.reason IS NULL), NULL)
    FROM {table} s
    WHERE s.at IS NOT NULL AND s.at::date <= %(today)s
        AND s.reason IS DISTINCT FROM 'other-place'
    GROUP BY 1, 2
    ORDER BY 1, 2"""
#: Places of rows that are taken: what only a refused row names is not worth adding.
USED_PLACES = """
    SELECT DISTINCT campus FROM {table}
    WHERE at IS NOT NULL AND campus IS NOT NULL AND reason IS NULL"""
SAMPLE = """
    SELECT line, number, at, kind, campus FROM {table}
    WHERE reason IS NULL AND kind IS NOT NULL
    ORDER BY line
    LIMIT 8"""

# --- what is taken back ---------------------------------------------------------------------------
#: Rows that stand in another file, too, are that one's from now on.
PASS_ON = f"""
    WITH heirs AS (
        SELECT DISTINCT ON (o.activity) o.activity, o.batch_id, o.id
        FROM crm_alsoin o
        JOIN crm_importbatch b ON b.id = o.batch_id AND b.state = '{ImportBatch.State.DONE}'
        JOIN crm_activity a ON a.id = o.activity AND a.import_run = %(batch)s
        WHERE o.batch_id <> %(batch)s
        ORDER BY o.activity, o.batch_id
    ), passed AS (
        UPDATE crm_activity a
        SET import_run = h.batch_id
        FROM heirs h
        WHERE a.id = h.activity
        RETURNING a.id
    )
    DELETE FROM crm_alsoin o USING heirs h WHERE o.id = h.id"""
TAKE_BACK_LISTED = "DELETE FROM crm_listedloan WHERE import_run = %(batch)s"
TAKE_BACK_NAMELESS = "DELETE FROM crm_namelessvisit WHERE import_run = %(batch)s"
#: Readers whose own import was taken back before, and who stayed for rows of this one.
LEFT = f"""
    SELECT DISTINCT a.reader_id
    FROM (
        SELECT reader_id, import_run FROM crm_activity WHERE import_run = %(batch)s
        UNION ALL
        SELECT reader_id, import_run FROM crm_monthcount WHERE import_run = %(batch)s) a
    JOIN crm_reader r ON r.id = a.reader_id
    JOIN crm_importbatch b ON b.id = r.import_batch_id AND b.state = '{ImportBatch.State.UNDONE}'
    WHERE a.import_run = %(batch)s"""
#: Counts of months, by row of a file; what an older file said of the same holds again.
TAKE_BACK_MONTHS = """
    WITH gone AS (
        DELETE FROM crm_monthcount WHERE import_run = %(batch)s RETURNING kind, month, source, ref)
    SELECT count(DISTINCT (g.month, g.source, g.ref))
    FROM gone g
    WHERE NOT EXISTS (
        SELECT 1 FROM crm_monthcount c
        WHERE c.kind = g.kind AND c.month = g.month AND c.source = g.source AND c.ref = g.ref
            AND c.import_run <> %(batch)s)"""
TAKE_BACK = "DELETE FROM crm_activity WHERE import_run = %(batch)s"
#: Days on which programs sent other rows stay recorded in part.
PASS_ON_DAYS = f"""
    INSERT INTO crm_coveredspan
        (source_id, campus_id, first, last, state, note, told_at, apart, import_run, tells,
        compared)
    SELECT c.source_id, c.campus_id, d.day, d.day, '{CoveredSpan.State.PART}', '',
        statement_timestamp(), true, min(d.run), array_agg(DISTINCT d.kind), '{{}}'
    FROM (
        SELECT a.source, a.campus_id, (a.at AT TIME ZONE %(zone)s)::date AS day, a.kind,
            min(a.import_run) AS run
        FROM crm_activity a
        JOIN crm_importbatch b ON b.id = a.import_run
        WHERE b.report ->> 'stated' = 'false'
        GROUP BY 1, 2, 3, 4) d
    JOIN crm_datasource s ON s.code = d.source
    JOIN crm_coveredspan c ON c.source_id = s.id AND d.day BETWEEN c.first AND c.last
        AND (c.campus_id IS NULL OR c.campus_id = d.campus_id)
    WHERE c.import_run = %(batch)s
    GROUP BY c.source_id, c.campus_id, d.day"""
FORGET = "DELETE FROM crm_alsoin WHERE batch_id = %(batch)s"

ZONE = settings.TIME_ZONE
#: More arguments a function of PostgreSQL's does not take.
MOST_CELLS = 99

#: What of a row is still known after staging, by the field its column is mapped to.
STAGED = {
    "number": "s.number",
    # A day alone is given back as such.
    "at": "replace(s.at::text, ' 00:00:00', '')",
    "campus": "COALESCE((%(campus_names)s::text[])[s.campus], '')",
    "ref": KEPT_REF,
    # Of rows that a program sent.
    "system": "s.system",
    "kind": "s.kind",
    "count": "s.n::text",
    # Of rows that count a month.
    **{name: f"s.{name}::text" for name in MONTH_COUNTS},
}


def word_for(words: dict[str, str]) -> str:
    """SQL of the word for the kind of a staged row; ``words`` is {kind: its word}."""
    whens = " ".join(f"WHEN '{kind}' THEN '{word}'" for kind, word in words.items())
    return f"CASE s.kind {whens} ELSE '' END"


def not_folded() -> str:
    """SQL of the condition that a weighed row is counted in no folded month; where nothing was ever
    folded no row is looked up. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(HAS_FOLDED)
        (has_folded,) = cursor.fetchone()
    return NOT_FOLDED if has_folded else "true"


def raw_of(header: list[str], mapping: dict[str, str], words: dict[str, dict[str, str]]) -> str:
    """SQL of the refused row as the file has it, of what was staged: to be mended and sent again.
    ``words``: {field: {kind: the word for it}} of the columns that say what happened. Cells that
    were not staged are empty; of a file with more than MOST_CELLS columns there is the number
    alone.
    """
    if len(header) > MOST_CELLS:
        return "jsonb_build_array(s.number)"
    staged = STAGED | {field: word_for(of_kinds) for field, of_kinds in words.items()}
    columns = {name: staged[field] for field, name in mapping.items() if field in staged}
    cells = [columns.get(name, "''") for name in header]
    return f"jsonb_build_array({', '.join(cells)})"


# --- what is told of them -------------------------------------------------------------------------
#: Visits without names that count, as a table: of a day at a place the file that came last speaks.
UNNAMED_VISITS = """
(SELECT v.day, v.campus_id
FROM crm_namelessvisit v
JOIN (
    SELECT source_id, campus_id, day, max(import_run) AS import_run
    FROM crm_namelessvisit
    GROUP BY 1, 2, 3
) s ON s.source_id = v.source_id AND s.day = v.day AND s.import_run = v.import_run
    AND s.campus_id IS NOT DISTINCT FROM v.campus_id)"""
NAMELESS_MONTHS = """
    WITH speaking AS (
        SELECT source_id, campus_id, day, max(import_run) AS import_run
        FROM crm_namelessvisit
        WHERE date_trunc('month', day)::date = ANY (%(months)s::date[])
            AND (%(campus)s::bigint IS NULL OR campus_id = %(campus)s)
        GROUP BY 1, 2, 3
    ), by_file AS (
        SELECT v.source_id, date_trunc('month', v.day)::date AS month, v.import_run,
            count(*) AS visits, count(DISTINCT v.visitor) AS people
        FROM crm_namelessvisit v
        JOIN speaking s ON s.source_id = v.source_id AND s.day = v.day
            AND s.import_run = v.import_run AND s.campus_id IS NOT DISTINCT FROM v.campus_id
        GROUP BY 1, 2, 3
    )
    SELECT d.name, f.month, sum(f.visits)::bigint, count(*), max(f.people)
    FROM by_file f JOIN crm_datasource d ON d.id = f.source_id
    GROUP BY d.name, f.source_id, f.month
    ORDER BY d.name, f.source_id, f.month"""


@dataclass(frozen=True)
class NamelessMonth:
    """Visits of one source in a month, and how many different people made them.

    ``visits`` is not told where the people are few. ``visitors`` is "cannot say" where several
    files tell of the month: people are told apart within one.
    """

    source: str
    month: date
    visits: int | None
    visitors: Count


def visits_without_names(months: list[date], campus: int | None = None) -> list[NamelessMonth]:
    """Of each source in each of these months (first days), by source and month. One statement.

    ``campus``: of one alone. Of a day at a place the file that came last speaks. People are told
    apart within a month and a file and no longer, so their numbers are never added.
    """
    asked = {"months": months, "campus": campus}
    with connection.cursor() as cursor:
        cursor.execute(NAMELESS_MONTHS, asked)
        return [nameless_month(*row) for row in cursor.fetchall()]


def nameless_month(source: str, month: date, visits: int, files: int, most: int) -> NamelessMonth:
    """One row of NAMELESS_MONTHS: ``visits`` in ``month`` (its first day) by as many ``files``,
    ``most`` people in the one of them that knows most.
    """
    # So many there were at least, and whether their visits may be told is asked of them.
    people = Count.of(most)
    visitors = people if files == 1 else Count.without(Missing.CANNOT_SAY)
    return NamelessMonth(source, month, visits if people.is_shown else None, visitors)
