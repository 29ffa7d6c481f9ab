"""What an evaluation counts, as somebody who knows PostgreSQL would ask it by hand of one campaign.

The mails with what came of them stand in a table for the session; everything else is asked of it.
Left out is what only this product asks: who switched analytics off, erased readers, late works.
"""

from django.db import connection, transaction

from campaigns.plan.models import Campaign
from tests.bench.mailed import AFTER, LAUNCH

MAILS = """
CREATE TEMP TABLE mails ON COMMIT DROP AS
SELECT d.id, d.reader_id, d.content_id, h.code AS channel, d.segment_ids, d.state, d.sent_at,
    extract(hour FROM d.sent_at AT TIME ZONE 'Asia/Shanghai')::int AS hour,
    k.delivery_id IS NOT NULL OR r.delivery_id IS NOT NULL AS responded
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
JOIN campaigns_channel h ON h.id = t.channel_id
LEFT JOIN (
    SELECT DISTINCT k.delivery_id
    FROM campaigns_click k
    JOIN campaigns_trackedlink l ON l.id = k.link_id
    WHERE l.campaign_id = %(campaign)s AND k.at >= %(launch)s AND k.at < %(until)s
) k ON k.delivery_id = d.id
LEFT JOIN (
    SELECT DISTINCT r.delivery_id
    FROM feedback_response r
    JOIN feedback_survey s ON s.id = r.survey_id
    WHERE s.campaign_id = %(campaign)s AND r.submitted_at >= %(launch)s
      AND r.submitted_at < %(until)s
) r ON r.delivery_id = d.id
WHERE t.campaign_id = %(campaign)s
"""
CELLS = """
SELECT channel, segment_ids, state, hour, responded, count(*)
FROM mails
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
"""
# Any of four outcomes in the campaign's own time, for everybody addressed and held out.
PERSONS = """
SELECT held, reached, responded, a.reader_id IS NOT NULL, count(*)
FROM (
    SELECT reader_id, bool_or(state = 'holdout') AS held, bool_or(state = 'sent') AS reached,
        bool_or(responded) AS responded
    FROM mails
    GROUP BY 1
) p
LEFT JOIN (
    SELECT DISTINCT reader_id
    FROM crm_activity
    WHERE kind IN ('visit', 'event', 'loan', 'contribution')
      AND at >= %(launch)s AND at < %(until)s
) a USING (reader_id)
GROUP BY 1, 2, 3, 4
"""
UNCHOSEN = """
SELECT m.segment_id, count(*), count(*) FILTER (WHERE p.responded)
FROM (
    SELECT reader_id, bool_or(responded) AS responded FROM mails WHERE state = 'sent' GROUP BY 1
) p
JOIN crm_segmentmember m USING (reader_id)
WHERE m.segment_id NOT IN (
    SELECT segment_id FROM campaigns_campaign_segments WHERE campaign_id = %(campaign)s
)
GROUP BY 1
"""
# The outcome and the same of the 90 days before, with the sums that the correction is made of.
ARMS = """
SELECT coalesce(m.code, 'held_out'), a.identity || '@' || coalesce(a.campus_id::text, ''),
    count(*), sum(y), sum(y * y), sum(x), sum(x * x), sum(x * y)
FROM (
    SELECT a.arm_id, a.identity, a.campus_id,
        least(count(x.at) FILTER (WHERE x.at >= a.at), 1) AS y,
        least(count(x.at) FILTER (WHERE x.at < a.at), 1) AS x
    FROM campaigns_assignment a
    LEFT JOIN crm_activity x ON x.reader_id = a.reader_id AND x.kind = 'visit'
        AND x.at >= a.at - interval '90 days' AND x.at < a.at + interval '28 days'
    WHERE a.experiment_id = %(experiment)s
    GROUP BY a.id
) a
LEFT JOIN campaigns_arm m ON m.id = a.arm_id
GROUP BY 1, 2
ORDER BY 1, 2
"""
LOSSES = """
SELECT a.arm_id, count(*), count(*) FILTER (WHERE a.reader_id IS NULL), count(o.reader_id)
FROM campaigns_assignment a
LEFT JOIN (
    SELECT DISTINCT a.reader_id
    FROM campaigns_assignment a
    JOIN campaigns_delivery d ON d.reader_id = a.reader_id
    JOIN campaigns_content t ON t.id = d.content_id
    WHERE a.experiment_id = %(experiment)s AND t.campaign_id <> %(campaign)s
      AND d.state = 'sent' AND d.sent_at >= a.at AND d.sent_at < a.at + interval '28 days'
) o ON o.reader_id = a.reader_id
WHERE a.experiment_id = %(experiment)s
GROUP BY 1
"""
ANSWERED = """
SELECT f.segment_ids, a.identity, m.code, f.content_id, f.hour, f.responded, count(*)
FROM (
    SELECT DISTINCT ON (reader_id) reader_id, segment_ids, content_id, hour,
        bool_or(responded) OVER (PARTITION BY reader_id) AS responded
    FROM mails
    WHERE state = 'sent'
    ORDER BY reader_id, sent_at, id
) f
JOIN campaigns_assignment a ON a.experiment_id = %(experiment)s AND a.reader_id = f.reader_id
JOIN campaigns_arm m ON m.id = a.arm_id
GROUP BY 1, 2, 3, 4, 5, 6
"""
WITHDRAWN = """
SELECT count(DISTINCT m.reader_id), count(DISTINCT e.reader_id)
FROM mails m
LEFT JOIN crm_consentevent e ON e.reader_id = m.reader_id AND e.channel = 'email'
    AND NOT e.granted AND e.source = 'unsubscribe page' AND e.at >= m.sent_at
    AND e.at < m.sent_at + interval '28 days'
WHERE m.state = 'sent'
"""
LINKS = """
SELECT h.code, count(DISTINCT l.id), count(k.id)
FROM campaigns_trackedlink l
JOIN campaigns_channel h ON h.id = l.channel_id
LEFT JOIN campaigns_click k ON k.link_id = l.id AND k.delivery_id IS NULL
WHERE l.campaign_id = %(campaign)s
GROUP BY 1
"""
SURVEY = """
SELECT number, v.codes[number], count(*)
FROM feedback_responsevector v
JOIN feedback_survey s ON s.id = v.survey_id
CROSS JOIN generate_series(1, 5) number
WHERE s.campaign_id = %(campaign)s
GROUP BY 1, 2
"""
OTHERS = (PERSONS, UNCHOSEN, LOSSES, ANSWERED, WITHDRAWN, LINKS, SURVEY)


def counted(campaign: Campaign) -> dict[str, list[tuple]]:
    """The rows of all aggregates; "cells" and "arms" to be held against the evaluation's own."""
    params = {
        "campaign": campaign.pk,
        "experiment": campaign.experiment.pk,
        "launch": LAUNCH,
        "until": AFTER,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS mails")
        cursor.execute(MAILS, params)
        found = {"cells": asked(cursor, CELLS, params), "arms": asked(cursor, ARMS, params)}
        for statement in OTHERS:
            asked(cursor, statement, params)
    return found


def asked(cursor, statement: str, params: dict) -> list[tuple]:
    """All rows of a statement."""
    cursor.execute(statement, params)
    return cursor.fetchall()
