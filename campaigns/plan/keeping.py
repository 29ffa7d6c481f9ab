"""Whether what locked campaigns are judged by is what they were locked with, as the record says.

The trigger of a standard asks whether its campaign is locked; who could take the lock off for a
moment would change both without a word. The histories saw it all the same.
"""

from collections.abc import Iterator

from django.db import connection

#: The first state of each locked campaign in its history that was locked, with the budget of then.
LOCKED = """
WITH locked AS (
    SELECT DISTINCT ON (e.pgh_obj_id)
        e.pgh_obj_id AS campaign_id, e.pgh_id, e.pgh_created_at AS at, e.budget
    FROM campaigns_campaignevent e
    JOIN campaigns_campaign c ON c.id = e.pgh_obj_id
    WHERE e.locked_at IS NOT NULL
    ORDER BY e.pgh_obj_id, e.pgh_id
)"""
#: Locks that were taken off: a later state, or the row itself, is without.
UNLOCKED = f"""{LOCKED}
SELECT DISTINCT l.campaign_id
FROM locked l
JOIN campaigns_campaign c ON c.id = l.campaign_id
LEFT JOIN campaigns_campaignevent e ON e.pgh_obj_id = l.campaign_id
    AND e.pgh_id > l.pgh_id AND e.locked_at IS NULL
WHERE e.pgh_id IS NOT NULL OR c.locked_at IS NULL
ORDER BY 1"""
#: Budgets that are neither what was locked nor what the last change since then says.
BUDGETS = f"""{LOCKED}
SELECT c.id
FROM locked l
JOIN campaigns_campaign c ON c.id = l.campaign_id
LEFT JOIN LATERAL (
    SELECT b.after FROM campaigns_budgetchange b
    WHERE b.campaign_id = c.id AND b.at >= l.at
    ORDER BY b.id DESC LIMIT 1
) changed ON true
WHERE c.budget IS DISTINCT FROM coalesce(changed.after, l.budget)
ORDER BY 1"""
#: Standards that differ from their last state before the lock, a target from its last amendment;
#: and those that came afterwards. Where that state is past its term nothing can be compared.
STANDARDS = f"""{LOCKED}
SELECT s.id, CASE
    WHEN f.pgh_id IS NULL THEN 'id'
    WHEN s.target <> coalesce(amended.after, f.target) THEN 'target'
    WHEN s.metric <> f.metric THEN 'metric'
    WHEN s.direction <> f.direction THEN 'direction'
    WHEN s.weight <> f.weight THEN 'weight'
    ELSE 'source'
END
FROM locked l
JOIN campaigns_standard s ON s.campaign_id = l.campaign_id
LEFT JOIN LATERAL (
    SELECT e.* FROM campaigns_standardevent e
    WHERE e.pgh_obj_id = s.id AND e.campaign_id = s.campaign_id AND e.pgh_created_at <= l.at
    ORDER BY e.pgh_id DESC LIMIT 1
) f ON true
LEFT JOIN LATERAL (
    SELECT a.after FROM campaigns_standardamendment a
    WHERE a.standard_id = s.id
    ORDER BY a.id DESC LIMIT 1
) amended ON true
WHERE CASE
    WHEN f.pgh_id IS NULL THEN EXISTS (
        SELECT FROM campaigns_standardevent e
        WHERE e.pgh_obj_id = s.id AND e.pgh_label = 'insert' AND e.pgh_created_at > l.at)
    ELSE (s.target, s.metric, s.direction, s.weight, s.source) IS DISTINCT FROM
         (coalesce(amended.after, f.target), f.metric, f.direction, f.weight, f.source)
END
ORDER BY 1"""


def locks_taken_off() -> Iterator[dict]:
    """Campaigns that were locked and, at some time since, not."""
    for (campaign,) in rows(UNLOCKED):
        yield {"code": "lock_was_off", "values": {"row": f"campaigns_campaign/{campaign}"}}


def budgets_differ() -> Iterator[dict]:
    """Budgets of locked campaigns that no change on record leads to."""
    for (campaign,) in rows(BUDGETS):
        yield unlike_record(f"campaigns_campaign/{campaign}", "budget")


def standards_differ() -> Iterator[dict]:
    """Standards of locked campaigns that no amendment on record leads to, or that were added."""
    for standard, field in rows(STANDARDS):
        yield unlike_record(f"campaigns_standard/{standard}", field)


def unlike_record(row: str, field: str) -> dict:
    """A break as the look through what was published stores it."""
    return {"code": "unlike_record", "values": {"row": row, "field": field}}


def rows(statement: str) -> list[tuple]:
    """All rows of one statement, as tuples."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
