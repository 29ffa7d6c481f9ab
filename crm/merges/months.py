"""Months that were counted: two readers' become one, and are told apart again.

A month holds numbers and no rows, so what of it was whose cannot be read off it. The months of the
record that goes are set aside and added; what single rows of it were folded since then is known by
the keys that the merge noted.
"""

from crm.merges.models import MergedRow

#: What is noted of each activity that moves: enough to find it again once it is folded, and no
#: more than a folded month says.
ACTIVITY_NOTED = """
    jsonb_build_object(
        'id', d.id, 'kind', d.kind,
        'month', date_trunc('month', timezone(public.huixiang_library_zone(), d.at))::date,
        'key', substr(encode(sha256(convert_to(d.source || E'\\n' || d.ref, 'UTF8')), 'hex'), 1, 32)
    )"""
MONTHS = "crm.FoldedMonth.reader"
HOW = {how.name.lower(): how.value for how in MergedRow.How}
#: What the kept one had in these months is noted first, as WRITTEN.
JOIN = """
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, '{months}', '{aside}', to_jsonb(d)
    FROM crm_foldedmonth d WHERE d.reader_id = v_gone;
    INSERT INTO crm_mergedrow (merge_id, model, how, was)
    SELECT v_merge, '{months}', '{written}', to_jsonb(k)
    FROM crm_foldedmonth k
    JOIN crm_foldedmonth d ON d.reader_id = v_gone AND d.kind = k.kind AND d.month = k.month
    WHERE k.reader_id = v_kept;
    INSERT INTO crm_foldedmonth AS k (reader_id, kind, month, n, first, last)
    SELECT v_kept, d.kind, d.month, d.n, d.first, d.last
    FROM crm_foldedmonth d WHERE d.reader_id = v_gone
    ON CONFLICT (reader_id, kind, month) DO UPDATE SET
        n = k.n + excluded.n,
        first = least(k.first, excluded.first),
        last = greatest(k.last, excluded.last);
    DELETE FROM crm_foldedmonth WHERE reader_id = v_gone;
"""
#: Moments that a later fold has moved stay where it put them; all others become what they were.
PART = """
    INSERT INTO crm_foldedmonth
    SELECT p.* FROM crm_mergedrow w, jsonb_populate_record(NULL::crm_foldedmonth, w.was) p
    WHERE w.merge_id = v_merge AND w.model = '{months}' AND w.how = '{aside}';
    UPDATE crm_foldedmonth k SET
        n = greatest(0, k.n - g.n),
        first = CASE WHEN k.first < least(g.first, b.first) THEN k.first
                     ELSE coalesce(b.first, k.first) END,
        last = CASE WHEN k.last > greatest(g.last, b.last) THEN k.last
                    ELSE coalesce(b.last, k.last) END
    FROM crm_foldedmonth g
    LEFT JOIN LATERAL (
        SELECT p.first, p.last
        FROM crm_mergedrow w, jsonb_populate_record(NULL::crm_foldedmonth, w.was) p
        WHERE w.merge_id = v_merge AND w.model = '{months}' AND w.how = '{written}'
            AND p.kind = g.kind AND p.month = g.month) b ON true
    WHERE g.reader_id = v_gone AND k.reader_id = v_kept AND k.kind = g.kind AND k.month = g.month;

    -- Rows of the one that goes back which were folded while the two were one.
    INSERT INTO crm_foldedmonth AS g (reader_id, kind, month, n, first, last)
    SELECT v_gone, k.kind, k.month, f.n, k.first, k.last
    FROM (
        SELECT w.was ->> 'kind' AS kind, (w.was ->> 'month')::date AS month, count(*) AS n
        FROM crm_mergedrow w
        WHERE w.merge_id = v_merge AND w.model = 'crm.Activity.reader' AND w.how = '{moved}'
            AND NOT EXISTS (SELECT FROM crm_activity a WHERE a.id = (w.was ->> 'id')::bigint)
            AND EXISTS (SELECT FROM crm_foldedref r WHERE r.key = (w.was ->> 'key')::uuid)
        GROUP BY 1, 2) f
    JOIN crm_foldedmonth k ON k.reader_id = v_kept AND k.kind = f.kind AND k.month = f.month
    ON CONFLICT (reader_id, kind, month) DO UPDATE SET
        n = g.n + excluded.n,
        first = least(g.first, excluded.first),
        last = greatest(g.last, excluded.last);
    UPDATE crm_foldedmonth k SET n = greatest(0, k.n - f.n)
    FROM (
        SELECT w.was ->> 'kind' AS kind, (w.was ->> 'month')::date AS month, count(*) AS n
        FROM crm_mergedrow w
        WHERE w.merge_id = v_merge AND w.model = 'crm.Activity.reader' AND w.how = '{moved}'
            AND NOT EXISTS (SELECT FROM crm_activity a WHERE a.id = (w.was ->> 'id')::bigint)
            AND EXISTS (SELECT FROM crm_foldedref r WHERE r.key = (w.was ->> 'key')::uuid)
        GROUP BY 1, 2) f
    WHERE k.reader_id = v_kept AND k.kind = f.kind AND k.month = f.month;
    DELETE FROM crm_foldedmonth WHERE reader_id = v_kept AND n = 0;
"""


def join_sql() -> str:
    """SQL: the months of the one that goes, added to those of the kept one.

    Statements for the inside of the function, with its ``v_merge``, ``v_kept`` and ``v_gone``. What
    stood there before is noted, for ``part_sql``.
    """
    return JOIN.format(months=MONTHS, **HOW)


def part_sql() -> str:
    """SQL: the months of both as they were, and what was folded since then with whose it is.

    Runs when the row of the one that goes back and its activities are there again, and before the
    notes of the joining are deleted.
    """
    return PART.format(months=MONTHS, **HOW)
