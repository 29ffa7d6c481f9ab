"""What an evaluation rests on, read set-based and frozen: counted deliveries, persons, links,
costs, standards.

A *response* is a delivery whose tracked link was followed, or whose reader answered the campaign's
survey or sent work to its call. The *outcome* compared with the holdout is any recorded visit,
event, loan or contribution after the launch, except contributions to the campaign's own call: only
what both arms can do. ADR 0011 gives the reasons.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.plan.models import Campaign
from crm.readers.models import Activity

#: Changes when the meaning of a figure changes, so that old evaluations stay what they were.
FORMULAS = 2
#: Answers are left out: readers held out are not invited to the campaign's survey.
OUTCOME_KINDS = [
    Activity.Kind.VISIT,
    Activity.Kind.EVENT,
    Activity.Kind.LOAN,
    Activity.Kind.CONTRIBUTION,
]


class NothingToEvaluate(Exception):
    """Nothing has gone out yet; the message says so."""


@dataclass(frozen=True)
class Window:
    """From the launch to the end of the period, and what of it had passed at ``until``."""

    start: datetime
    end: datetime | None
    until: datetime


def window_of(campaign: Campaign, as_of: datetime) -> Window:
    """The time in which responses count. Raises NothingToEvaluate before the launch."""
    launched = campaign.contents.aggregate(first=Min("launched_at"))["first"]
    start = launched or (
        _midnight(campaign.starts_on) if campaign.is_locked and campaign.starts_on else None
    )
    if start is None or as_of <= start:
        raise NothingToEvaluate(_("Nothing of this campaign has gone out yet."))
    end = _midnight(campaign.ends_on + timedelta(days=1)) if campaign.ends_on else None
    return Window(start, end, min(as_of, end) if end else as_of)


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


# Each delivery of the campaign as it stood at %(until)s, with whether its reader responded.
ROWS = """
WITH followed AS (
    SELECT DISTINCT k.delivery_id FROM campaigns_click k JOIN campaigns_trackedlink l ON l.id = k.link_id
    WHERE l.campaign_id = %(campaign)s AND k.delivery_id IS NOT NULL AND k.at >= %(start)s AND k.at < %(until)s
), answered AS (
    SELECT r.delivery_id, r.reader_id FROM feedback_response r JOIN feedback_survey s ON s.id = r.survey_id
    WHERE s.campaign_id = %(campaign)s AND r.submitted_at >= %(start)s AND r.submitted_at < %(until)s
), made AS (
    SELECT w.author_id FROM feedback_submission w JOIN feedback_call c ON c.id = w.call_id
    WHERE c.campaign_id = %(campaign)s AND w.submitted_at >= %(start)s AND w.submitted_at < %(until)s
      AND w.state <> 'withdrawn'
), rows AS (
    SELECT d.id, d.reader_id, d.segment_ids, h.code AS channel,
        CASE WHEN d.state = 'sent' AND d.sent_at >= %(until)s THEN 'pending' ELSE d.state END AS state,
        extract(hour FROM d.sent_at AT TIME ZONE %(zone)s)::int AS hour,
        d.id IN (SELECT delivery_id FROM followed)
            OR d.id IN (SELECT delivery_id FROM answered WHERE delivery_id IS NOT NULL)
            OR d.reader_id IN (SELECT reader_id FROM answered WHERE delivery_id IS NULL AND reader_id IS NOT NULL)
            OR d.reader_id IN (SELECT author_id FROM made) AS responded
    FROM campaigns_delivery d JOIN campaigns_content t ON t.id = d.content_id
    JOIN campaigns_channel h ON h.id = t.channel_id
    WHERE t.campaign_id = %(campaign)s
)
"""
CELLS = f"""{ROWS}
SELECT channel, segment_ids, state, CASE WHEN state = 'sent' THEN hour END, responded, count(*)
FROM rows GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
PERSONS = f"""{ROWS}, persons AS (
    SELECT reader_id, bool_or(state = 'holdout') AS held, bool_or(state <> 'holdout') AS treated,
        bool_or(state = 'sent') AS reached, bool_or(responded AND state = 'sent') AS responded
    FROM rows GROUP BY reader_id
), active AS (
    SELECT DISTINCT reader_id FROM crm_activity
    WHERE kind = ANY(%(kinds)s) AND at >= %(start)s AND at < %(until)s
      AND NOT (source = 'submission' AND ref IN (
        SELECT w.id::text FROM feedback_submission w JOIN feedback_call c ON c.id = w.call_id
        WHERE c.campaign_id = %(campaign)s
      ))
)
SELECT held, treated, reached, responded, reader_id IN (SELECT reader_id FROM active), count(*)
FROM persons GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
OTHER_SEGMENTS = f"""{ROWS}, others AS (
    SELECT id, name, coalesce(size, 0) AS size FROM crm_segment
    WHERE refreshed_at IS NOT NULL
      AND id NOT IN (SELECT segment_id FROM campaigns_campaign_segments WHERE campaign_id = %(campaign)s)
)
SELECT o.id, o.name, o.size, count(*), count(*) FILTER (WHERE r.responded)
FROM rows r JOIN crm_segmentmember m ON m.reader_id = r.reader_id JOIN others o ON o.id = m.segment_id
WHERE r.state = 'sent' GROUP BY 1, 2, 3 ORDER BY 1
"""
OPEN_CLICKS = """
SELECT h.code, count(DISTINCT l.id), count(k.id)
FROM campaigns_trackedlink l JOIN campaigns_channel h ON h.id = l.channel_id
LEFT JOIN campaigns_click k ON k.link_id = l.id AND k.delivery_id IS NULL AND k.at >= %(start)s AND k.at < %(until)s
WHERE l.campaign_id = %(campaign)s GROUP BY 1 ORDER BY 1
"""
CONTRIBUTORS = """
SELECT count(DISTINCT w.author_id) FROM feedback_submission w JOIN feedback_call c ON c.id = w.call_id
WHERE c.campaign_id = %(campaign)s AND w.submitted_at >= %(start)s AND w.submitted_at < %(until)s
  AND w.state NOT IN ('draft', 'withdrawn')
"""
CALLS = "SELECT count(*) FROM feedback_call WHERE campaign_id = %(campaign)s"


def _rows(cursor, statement: str, params: dict) -> list[list]:
    cursor.execute(statement, params)
    return [list(row) for row in cursor.fetchall()]


def freeze(campaign: Campaign, as_of: datetime, surveys: list[dict]) -> dict:
    """Everything the figures are computed from, as JSON. ``surveys`` comes from
    ``loop.surveys.read``.

    Raises NothingToEvaluate before the launch.
    """
    window = window_of(campaign, as_of)
    params = {
        "campaign": campaign.pk,
        "start": window.start,
        "until": window.until,
        "zone": settings.TIME_ZONE,
        "kinds": [str(kind) for kind in OUTCOME_KINDS],
    }
    with connection.cursor() as cursor:
        counted = {
            "cells": _rows(cursor, CELLS, params),
            "persons": _rows(cursor, PERSONS, params),
            "open_clicks": _rows(cursor, OPEN_CLICKS, params),
            "contributors": _rows(cursor, CONTRIBUTORS, params)[0][0],
            "calls": _rows(cursor, CALLS, params)[0][0],
        }
        others = _rows(cursor, OTHER_SEGMENTS, params)
    names = {str(pk): name for pk, name in campaign.segments.values_list("pk", "name")}
    for cell in counted["cells"]:
        cell[1] = sorted(cell[1])
    return {
        "formulas": FORMULAS,
        "window": {
            "start": window.start.isoformat(),
            "end": window.end.isoformat() if window.end else None,
        },
        **counted,
        "surveys": surveys,
        **_plan(campaign),
        "context": {"other_segments": others, "segments": names},
    }


def _plan(campaign: Campaign) -> dict:
    """What was planned, spent and promised."""
    plans = campaign.channel_plans.select_related("channel").order_by("channel__code")
    costs = campaign.costs.order_by("pk").values_list("channel__code", "kind", "amount")
    standards = campaign.standards.prefetch_related("amendments__by").order_by("pk")
    return {
        "send_hour": campaign.send_hour,
        "holdout_percent": campaign.holdout_percent,
        "segments": list(campaign.segments.order_by("pk").values_list("pk", flat=True)),
        "channels": [
            {
                "code": p.channel.code,
                "name": {
                    "zh-hans": p.channel.name_zh,
                    "en": p.channel.name_en or p.channel.name_zh,
                },
                "kind": p.channel.kind,
                "personal": bool(p.channel.contact),
                "share": p.share,
                "planned_cost": float(p.planned_cost),
            }
            for p in plans
        ],
        "costs": [[code, kind, float(amount)] for code, kind, amount in costs],
        "hour_rate": settings.STAFF_HOUR_RATE,
        "standards": [_standard(s) for s in standards],
    }


def _standard(standard) -> dict:
    return {
        "metric": standard.metric,
        "direction": standard.direction,
        "target": float(standard.target),
        "weight": standard.weight,
        "source": standard.source,
        "amendments": [
            {
                "before": float(a.before),
                "after": float(a.after),
                "reason": a.reason,
                "at": a.at.isoformat(),
                "by": str(a.by),
            }
            for a in standard.amendments.all()
        ],
    }


def digest(inputs: dict) -> str:
    """SHA-256 of the canonical JSON: the same inputs have the same digest in any process.

    ``context`` is left out: segments that were not addressed change every night, and that is no new
    result.
    """
    judged = {key: value for key, value in inputs.items() if key != "context"}
    canonical = json.dumps(judged, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
