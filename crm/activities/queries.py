"""The statements by which staged rows become activities, and are taken back.

``s`` is the staged row, ``r`` the reader whom its number in the chosen system leads to, ``w`` a
weighed row.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models.functions import TruncMonth

from core.disclosure import Count
from crm.activities.models import NamelessVisit
from crm.imports.models import ImportBatch
from crm.sources.models import CoveredSpan

#: What a row is known again by: its own number in that system, a second kind of row beside it told
#: apart; else a digest of who, when, what and where (``known``). The same number in two systems is
#: two readers.
BY_REF = "s.ref || CASE WHEN s.kind = ANY (%(usual)s) THEN '' ELSE ':' || s.kind END"
#: The staged rows of a file are of the one system that its import names, and say one thing each …
OF_ONE_SYSTEM = {"system": "%(source)s::text", "again": "", "n": "1"}
#: … those that a program sent name their own system, and say how often. Of a row that was refused
#: before it was understood that stands in its last cell.
OF_SEVERAL_SYSTEMS = {
    "system": "s.system",
    "again": "CROSS JOIN generate_series(1, s.n)",
    "n": "COALESCE(s.n, (s.raw ->> -1)::integer)",
    "readers": """
        (SELECT o.source AS system, o.number AS known_as, o.* FROM crm_reader o
         UNION ALL
         SELECT i.system, i.number, o.* FROM crm_identity i JOIN crm_reader o ON o.id = i.reader_id
        ) r""",
    "led": "r.system = s.system AND r.known_as = s.number",
}
COUNT_REFUSED = "SELECT COALESCE(sum({n}), 0) FROM {table} s WHERE s.reason IS NOT NULL"
#: Rows of a campus that is not the librarian's.
REFUSE_OTHER_PLACE = """
    UPDATE {table} s
    SET reason = 'other-place', field = 'campus'
    WHERE s.reason IS NULL AND s.campus IS NOT NULL
      AND (%(campuses)s::bigint[])[s.campus] <> %(only_campus)s"""
REFUSE_STRANGERS = """
    UPDATE {table} s
    SET reason = 'unknown-reader', field = 'number', raw = {raw}
    WHERE s.reason IS NULL AND s.kind IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM {readers} WHERE {led})"""
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
        s.line,
        s.lists
    FROM {table} s
    JOIN {readers} ON {led}
    {again}
    WHERE s.reason IS NULL AND s.kind IS NOT NULL AND r.analytics"""
#: Those that are neither stored nor counted in a folded month.
FOLDED = """
    EXISTS (
        SELECT 1 FROM crm_foldedref f
        WHERE f.key = encode(substring(sha256(
            convert_to(%(into)s || E'\\n' || w.{}, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid)"""
NEW = f"""
    FROM crm_weighed w
    WHERE NOT {FOLDED.format("ref")} AND NOT {FOLDED.format("former")}"""
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
INSERT = f"""
    INSERT INTO crm_activity (reader_id, kind, at, campus_id, source, ref, late, import_run)
    SELECT w.reader_id, w.kind, w.at, w.campus_id, %(into)s, w.ref, w.at < %(young_from)s, %(batch)s
    {NEW}
    ON CONFLICT (source, ref) DO NOTHING"""
#: What another file brought and this one has as well stays when the other is taken back.
ALSO_IN = """
    INSERT INTO crm_alsoin (batch_id, activity)
    SELECT %(batch)s, a.id
    FROM (SELECT DISTINCT ref FROM crm_weighed) w
    JOIN crm_activity a ON a.source = %(into)s AND a.ref = w.ref
    WHERE a.import_run IS NOT NULL AND a.import_run <> %(batch)s"""
#: Of which collections the loans are: the only thing that is left of their items.
INSERT_LISTED = """
    INSERT INTO crm_listedloan (collection_id, reader_id, day, source, ref, import_run)
    SELECT l.key, w.reader_id, (w.at AT TIME ZONE %(zone)s)::date, %(into)s, w.ref, %(batch)s
    FROM crm_weighed w CROSS JOIN LATERAL unnest(w.lists) l(key)
    ON CONFLICT DO NOTHING"""
COUNT_LISTED = """
    SELECT c.name, count(DISTINCT w.ref)
    FROM crm_weighed w
    CROSS JOIN LATERAL unnest(w.lists) l(key)
    JOIN crm_listedcollection c ON c.id = l.key
    GROUP BY c.name
    ORDER BY c.name"""

# --- rows of which nobody knows whose they are ----------------------------------------------------
WEIGH_NAMELESS = """
    CREATE TEMP TABLE crm_weighed AS
    SELECT
        substring(s.number FROM 2)::uuid AS visitor,
        s.at::date AS day,
        {place} AS campus_id,
        {ref} AS ref,
        s.line
    FROM {table} s
    WHERE s.reason IS NULL AND s.kind IS NOT NULL"""
COUNT_NEW_NAMELESS = """
    SELECT count(DISTINCT w.ref) FROM crm_weighed w
    WHERE NOT EXISTS (
        SELECT 1 FROM crm_namelessvisit v WHERE v.source_id = %(into_key)s AND v.ref = w.ref)"""
#: A row that another file brought as well has a row for each: any may be taken back.
INSERT_NAMELESS = """
    INSERT INTO crm_namelessvisit (source_id, campus_id, day, visitor, ref, import_run)
    SELECT %(into_key)s, w.campus_id, w.day, w.visitor, w.ref, %(batch)s
    FROM crm_weighed w
    ON CONFLICT DO NOTHING"""

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
    WHERE s.at IS NOT NULL AND s.reason IS DISTINCT FROM 'other-place'
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
#: How many rows go with this file, and no other has.
COUNT_NAMELESS = """
    SELECT count(*) FROM crm_namelessvisit v
    WHERE v.import_run = %(batch)s AND NOT EXISTS (
        SELECT 1 FROM crm_namelessvisit o
        WHERE o.source_id = v.source_id AND o.ref = v.ref AND o.import_run <> v.import_run)"""
TAKE_BACK_NAMELESS = "DELETE FROM crm_namelessvisit WHERE import_run = %(batch)s"
#: Readers whose own import was taken back before, and who stayed for rows of this one.
LEFT = f"""
    SELECT DISTINCT a.reader_id
    FROM crm_activity a
    JOIN crm_reader r ON r.id = a.reader_id
    JOIN crm_importbatch b ON b.id = r.import_batch_id AND b.state = '{ImportBatch.State.UNDONE}'
    WHERE a.import_run = %(batch)s"""
TAKE_BACK = "DELETE FROM crm_activity WHERE import_run = %(batch)s"
#: Days on which programs sent other rows stay recorded in part.
PASS_ON_DAYS = f"""
    INSERT INTO crm_coveredspan
        (source_id, campus_id, first, last, state, note, told_at, apart, import_run, tells)
    SELECT c.source_id, c.campus_id, d.day, d.day, '{CoveredSpan.State.PART}', '',
        statement_timestamp(), true, min(d.run), array_agg(DISTINCT d.kind)
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
    "at": "s.at::text",
    "ref": "COALESCE(s.ref, '')",
    # Of rows that a program sent.
    "system": "s.system",
    "kind": "s.kind",
    "count": "s.n::text",
}


def raw_of(header: list[str], mapping: dict[str, str]) -> str:
    """SQL of the refused row as the file has it, of what was staged: to be mended and sent again.
    Cells that were not staged are empty; of a file with more than MOST_CELLS columns there is the
    number alone.
    """
    if len(header) > MOST_CELLS:
        return "jsonb_build_array(s.number)"
    columns = {name: STAGED[field] for field, name in mapping.items() if field in STAGED}
    cells = [columns.get(name, "''") for name in header]
    return f"jsonb_build_array({', '.join(cells)})"


# --- what is told of them -------------------------------------------------------------------------
@dataclass(frozen=True)
class NamelessMonth:
    """Visits of one source in a month, and how many different people made them.

    ``visits`` is not told where the people are few.
    """

    source: str
    month: date
    visits: int | None
    visitors: Count


def visits_without_names(months: list[date], campus: int | None = None) -> list[NamelessMonth]:
    """Of each source in each of these months (first days), by source and month. One statement.

    ``campus``: of one alone. People are told apart within a month and no longer, so the numbers of
    two months are never added.
    """
    rows = NamelessVisit.objects.annotate(month=TruncMonth("day")).filter(month__in=months)
    if campus:
        rows = rows.filter(campus=campus)
    found = rows.values_list("source__name", "month").annotate(
        models.Count("ref", distinct=True), models.Count("visitor", distinct=True)
    )
    shown = []
    for source, month, visits, different in found.order_by("source__name", "month"):
        visitors = Count.of(different)
        told = visits if visitors.is_shown else None
        shown.append(NamelessMonth(source, month, told, visitors))
    return shown
