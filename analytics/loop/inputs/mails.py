"""The campaign's deliveries and what came of each, for as long as they are counted.

Most questions of an evaluation are asked of them, so they are put together once, into a table that
only this connection sees. Its columns: id, content_id, sent_at, reader_id (below zero where the
reader was erased), segment_ids, channel, state, hour (local, None where nothing was sent),
responded.
"""

from contextlib import AbstractContextManager

from analytics.loop.inputs.tables import kept

# Which deliveries does the campaign have, and did their readers respond? What was sent after
# %(until)s counts as waiting: a look back shows what was known then. A response is known by its
# delivery or, without one, by its reader, so that a reader who typed the survey's address counts.
MAILS = """
WITH followed AS (
    SELECT DISTINCT k.delivery_id
    FROM campaigns_click k
    JOIN campaigns_trackedlink l ON l.id = k.link_id
    WHERE l.campaign_id = %(campaign)s
      AND k.delivery_id IS NOT NULL
      AND k.left_out = ''
      AND k.at >= %(start)s
      AND k.at < %(until)s
), answered AS (
    SELECT r.delivery_id, r.reader_id
    FROM feedback_response r
    JOIN feedback_survey s ON s.id = r.survey_id
    WHERE s.campaign_id = %(campaign)s
      AND r.submitted_at >= %(start)s
      AND r.submitted_at < %(until)s
), made AS (
    SELECT w.author_id, NULL::bigint AS delivery_id
    FROM feedback_submission w
    JOIN feedback_call c ON c.id = w.call_id
    WHERE c.campaign_id = %(campaign)s
      AND w.submitted_at >= %(start)s
      AND w.submitted_at < %(until)s
      AND w.state <> %(withdrawn)s
    UNION ALL
    -- Whose author was erased: the work counts in the arm in which they were.
    SELECT NULL, g.delivery_id
    FROM feedback_gonework g
    JOIN feedback_call c ON c.id = g.call_id
    WHERE c.campaign_id = %(campaign)s
      AND g.submitted_at >= %(start)s
      AND g.submitted_at < %(until)s
)
SELECT
    d.id,
    d.content_id,
    d.sent_at,
    -- Whoever was erased stays in their arm, as a person without a key.
    coalesce(d.reader_id, -d.id) AS reader_id,
    d.segment_ids,
    h.code AS channel,
    CASE
        WHEN d.state = %(sent)s AND d.sent_at >= %(until)s THEN %(pending)s
        ELSE d.state
    END AS state,
    extract(hour FROM d.sent_at AT TIME ZONE %(zone)s)::int AS hour,
    d.id IN (SELECT delivery_id FROM followed)
        OR d.id IN (SELECT delivery_id FROM answered WHERE delivery_id IS NOT NULL)
        OR coalesce(d.reader_id, 0) IN (
            SELECT reader_id FROM answered
            WHERE delivery_id IS NULL AND reader_id IS NOT NULL
        )
        OR d.id IN (SELECT delivery_id FROM made WHERE delivery_id IS NOT NULL)
        OR coalesce(d.reader_id, 0) IN (
            SELECT author_id FROM made WHERE author_id IS NOT NULL
        ) AS responded
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
JOIN campaigns_channel h ON h.id = t.channel_id
LEFT JOIN crm_reader p ON p.id = d.reader_id
WHERE t.campaign_id = %(campaign)s
  -- Who switched analytics about themselves off is in no evaluation.
  AND coalesce(p.analytics, true)
  -- Whose mailbox another reader has as well stands for no mail of their own, and who had had
  -- as many as the library sends was left out before the draw: both are in no arm.
  AND d.reason <> ALL(%(in_no_arm)s::text[])
"""

#: Begins a statement that asks what each reader's first mail was, and whether they responded to any
#: of them.
FIRST_MAILS = """
WITH first AS (
    SELECT DISTINCT ON (reader_id)
        reader_id,
        segment_ids,
        content_id,
        hour,
        bool_or(responded) OVER (PARTITION BY reader_id) AS responded
    FROM analytics_mails
    WHERE state = %(sent)s
    ORDER BY reader_id, sent_at, id
)"""


def mails_kept(cursor, params: dict) -> AbstractContextManager[None]:
    """Inside, ``analytics_mails`` can be asked. ``params``: those of ``statements``."""
    return kept(cursor, "analytics_mails", MAILS, params)
