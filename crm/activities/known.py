"""Which rows of a file are there already, told by statements; only those are left alone.

``w`` is a weighed row of crm_weighed, ``a`` a stored activity. A row without a number of its own is
known again by who, when, what and where, and by how many of them there are. Where nobody said where
(a file without such a column, or one of 0.1, whose digests say no place) a row at any place may be
the same one: what is there is taken for it once, and a second one is new.
"""

from core.keying import sql as keyed

#: Who, when and what of a staged row.
SAID = "concat_ws(E'\\n', {system}, s.number, s.at, s.kind)"
#: Where it was: as the row says, else the file, else the librarian's own campus.
PLACE = "COALESCE((%(campuses)s::bigint[])[s.campus], %(own_place)s)"
DIGEST = "left(encode(sha256(convert_to(concat_ws(E'\\n', {}), 'UTF8')), 'hex'), 40)"
#: What was said and where, with the how-manieth of them in the file. Without a place it is what all
#: rows had in 0.1. Places go before the lists, so that one sorting serves this and ``FORMER``.
BY_DIGEST = DIGEST.format(f"""{SAID}, '@' || {PLACE},
    row_number() OVER (
        PARTITION BY {{system}}, s.number, s.at, s.kind, {PLACE} ORDER BY s.lists)""")
#: What a row with a place had in 0.1: of folded months only that is known.
FORMER = DIGEST.format(f"""{SAID},
    row_number() OVER (
        PARTITION BY {{system}}, s.number, s.at, s.kind ORDER BY {PLACE}, s.lists)""")
#: The digest of what was ``said`` of a stored row, for the ``i``-th of them, without a place and
#: with its own.
OF_NO_PLACE = f"left({keyed(DIGEST.format('near.said, i'))}, 40)"
OF_ITS_PLACE = f"""left({keyed(DIGEST.format("near.said, '@' || near.campus_id, i"))}, 40)"""
STORED = "EXISTS (SELECT 1 FROM crm_activity a WHERE a.source = %(into)s AND a.ref = w.ref)"
#: What is stored of that which the file says, but under another digest: of no place, or of another
#: one. After the first pairing only what is left of it. Behind a row that was taken back the count
#: of those that stayed goes on, so that a few more are tried than there are.
HOLD = f"""
    CREATE TEMP TABLE crm_held AS
    WITH near AS (
        SELECT d.said, a.campus_id, a.ref, count(*) OVER (PARTITION BY d.said) AS n
        FROM (
            SELECT DISTINCT w.said, w.reader_id, w.at, w.kind
            FROM crm_weighed w
            WHERE NOT {STORED}) d
        JOIN crm_activity a ON a.source = %(into)s
            AND a.reader_id = d.reader_id AND a.at = d.at AND a.kind = d.kind)
    SELECT near.said, near.campus_id, near.ref
    FROM near
    WHERE NOT EXISTS (SELECT 1 FROM crm_weighed x WHERE x.ref = near.ref)
      AND EXISTS (
        SELECT 1 FROM generate_series(1, near.n + 2) i
        WHERE near.ref IN ({OF_NO_PLACE}, {OF_ITS_PLACE}))"""
#: The rows of the file that are not stored under their own digest, and what is held of the same
#: moment: the first of the ones goes with the first of the others.
PAIR = f"""
    UPDATE crm_weighed x
    SET ref = h.ref
    FROM (
        SELECT said, campus_id, ref, row_number() OVER (PARTITION BY {{of}} ORDER BY ref) AS nth
        FROM crm_held
        WHERE {{held}}) h
    JOIN (
        SELECT w.said, w.campus_id, w.ref,
            row_number() OVER (PARTITION BY {{of}} ORDER BY w.ref) AS nth
        FROM crm_weighed w
        WHERE {{lost}} AND w.said IN (SELECT said FROM crm_held) AND NOT {STORED}) l
      ON l.said = h.said AND l.nth = h.nth AND {{fit}}
    WHERE x.ref = l.ref"""
#: Rows of one place first; then those that say none, whatever is held; then what is held of none.
PAIRINGS = [
    PAIR.format(
        of="said, campus_id",
        held="true",
        lost="true",
        fit="l.campus_id IS NOT DISTINCT FROM h.campus_id",
    ),
    PAIR.format(of="said", held="true", lost="w.campus_id IS NULL", fit="true"),
    PAIR.format(of="said", held="campus_id IS NULL", lost="true", fit="true"),
]
LET_GO = "DELETE FROM crm_held h USING crm_weighed w WHERE w.ref = h.ref"

# --- rows with a number of their own --------------------------------------------------------------
#: A day without a time is the same moment as any of that day.
OTHER_MOMENT = """
    (a.at <> w.at AND ((a.at AT TIME ZONE %(zone)s)::date <> (w.at AT TIME ZONE %(zone)s)::date
        OR ((a.at AT TIME ZONE %(zone)s)::time <> '00:00'
            AND (w.at AT TIME ZONE %(zone)s)::time <> '00:00')))"""
REFUSE = f"""
    UPDATE {{table}} s
    SET reason = 'other-row', field = 'ref', raw = {{raw}}
    FROM crm_weighed w
    JOIN {{those}} a ON a.ref = w.ref
    WHERE s.line = w.line AND {{of}}
      AND (a.reader_id <> w.reader_id OR a.kind <> w.kind OR {OTHER_MOMENT})"""


def refusing(those: str, of: str) -> str:
    """The statement that refuses rows whose number is borne by one of ``those`` who are another
    reader's or of another moment; ``of``: a further condition on ``a``.
    """
    return REFUSE.replace("{those}", those).replace("{of}", of)


#: A number that a stored row bears, of another reader or moment: two systems number from 1 each.
REFUSE_OTHER_ROWS = refusing("crm_activity", "a.source = %(into)s")
#: The same within the file: the uppermost row has the number. Only numbers that come twice are
#: sorted: most files have few.
REFUSE_DOUBLES = refusing(
    """(
        SELECT DISTINCT ON (ref) ref, reader_id, at, kind FROM crm_weighed
        WHERE ref IN (SELECT ref FROM crm_weighed GROUP BY ref HAVING count(*) > 1)
        ORDER BY ref, line)""",
    "true",
)
DROP_REFUSED = """
    DELETE FROM crm_weighed w USING {table} s WHERE s.line = w.line AND s.reason IS NOT NULL"""
