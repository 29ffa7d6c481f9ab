"""What the rules say of each click, as one statement over it and its neighbours.

Asked with the numbers of ``machine_rules``; ``machines`` writes what changes.
"""

from datetime import datetime, timedelta

from django.conf import settings

from campaigns.links.models import LeftOut
from campaigns.links.seen import Signal
from campaigns.sending import machine_rules as rules
from campaigns.sending.models import LinkLook

#: What is looked at before and after the clicks that are judged.
MARGIN = timedelta(seconds=max(rules.CROWD_SECONDS, rules.SERIES * rules.SERIES_STEP))
#: Rest on what is kept for days only: where it is gone they stand.
SHORT_LIVED = [
    LeftOut.ASKED,
    LeftOut.WAY_OUT,
    LeftOut.CROWD,
    LeftOut.SERIES,
    LeftOut.SWARM,
]
#: The last of them hold only for mails that were opened early.
PACES = (*rules.PACES, *rules.EARLY_PACES)


def _begins(pace: int) -> str:
    """Whether a burst of that pace begins with a click: enough links follow, itself among them."""
    span = f"%(span_{pace})s"
    which = "true"
    if pace >= len(rules.PACES):
        which = "f.early"
    return f"""
        f.delivery_id IS NOT NULL AND {which}
            AND {{counted}} >= %(links_{pace})s AND {{counted}} * 2 > f.links
            AND (%(links_{pace})s >= %(whole_below)s OR {{counted}} = f.links) AS begins_{pace}
    """.format(
        counted=f"""count(*) FILTER (WHERE f.since_same IS NULL OR f.since_same > {span}) OVER (
            PARTITION BY f.delivery_id
            ORDER BY f.at
            RANGE BETWEEN CURRENT ROW AND {span} FOLLOWING
        )"""
    )


def _lies_in(pace: int) -> str:
    """Whether a click lies in a burst of that pace."""
    return f"""bool_or(b.begins_{pace}) OVER (
        PARTITION BY b.delivery_id
        ORDER BY b.at
        RANGE BETWEEN %(span_{pace})s PRECEDING AND CURRENT ROW
    )"""


# Each pace asks the same of another stretch of time: by windows, since a join of a day's clicks
# with themselves would take minutes.
BEGUN = ", ".join(map(_begins, range(len(PACES))))
IN_BURST = " OR ".join(map(_lies_in, range(len(PACES))))
# ``near``: the clicks asked about, and their neighbours. ``alone``: what a click, its mail and the
# looks at its link say. ``beside``: what other mails say that the same visitor opened.
VERDICTS = f"""
WITH near AS (
    SELECT
        k.id, k.link_id, k.delivery_id, k.at, k.signal, k.visitor, k.left_out, k.rules,
        l.content_id,
        l.campaign_id,
        d.sent_at
    FROM campaigns_click k
    JOIN campaigns_trackedlink l ON l.id = k.link_id
    LEFT JOIN campaigns_delivery d ON d.id = k.delivery_id
    WHERE k.at >= %(start)s - %(margin)s
      AND k.at <= %(until)s + %(margin)s
), sizes AS (
    SELECT content_id, count(*) AS links
    FROM campaigns_trackedlink
    WHERE content_id IN (SELECT content_id FROM near)
    GROUP BY content_id
), fresh AS (
    -- How long ago the same link of the same mail was followed: within a burst it is one link.
    SELECT
        n.*,
        s.links,
        n.at - lag(n.at) OVER (PARTITION BY n.delivery_id, n.link_id ORDER BY n.at, n.id)
            AS since_same,
        -- Asked of all clicks on the mail: who opens it twice in an hour opened it early.
        EXISTS (
            SELECT 1 FROM campaigns_click e
            WHERE e.delivery_id = n.delivery_id
              AND e.at <= n.sent_at + %(early)s
        ) AS early
    FROM near n
    LEFT JOIN sizes s ON s.content_id = n.content_id
), begun AS (
    SELECT f.*, {BEGUN}
    FROM fresh f
), bursts AS (
    SELECT b.*, {IN_BURST} AS in_burst
    FROM begun b
), alone AS (
    SELECT n.*, CASE
        WHEN n.signal = %(says_robot)s THEN %(robot)s
        WHEN n.signal = %(says_preview)s THEN %(preview)s
        WHEN n.at BETWEEN n.sent_at - %(before)s AND n.sent_at + %(after)s THEN %(sending)s
        WHEN n.in_burst THEN %(all_links)s
        WHEN EXISTS (
            SELECT 1 FROM campaigns_linklook k
            WHERE k.kind = %(head)s
              AND k.link_id = n.link_id
              AND k.at BETWEEN n.at - %(asked_first)s AND n.at
              AND (k.delivery_id = n.delivery_id
                   OR n.delivery_id IS NULL AND k.delivery_id IS NULL AND k.visitor = n.visitor)
        ) THEN %(asked)s
        WHEN EXISTS (
            SELECT 1 FROM campaigns_linklook k
            WHERE k.kind = %(leaving)s
              AND k.delivery_id = n.delivery_id
              AND k.at BETWEEN n.at - %(leaving_within)s AND n.at + %(leaving_within)s
        ) THEN %(way_out)s
        ELSE ''
    END AS rule
    FROM bursts n
), ordered AS (
    SELECT
        a.*,
        lag(a.delivery_id) OVER by_visitor AS delivery_before,
        a.at - lag(a.at) OVER by_visitor AS step,
        -- The first click of each mail stands for the mail.
        row_number() OVER (PARTITION BY a.visitor, a.delivery_id, a.rule = '' ORDER BY a.at, a.id)
            = 1 AS stands,
        row_number() OVER (PARTITION BY a.visitor, a.delivery_id ORDER BY a.at, a.id)
            = 1 AS is_first
    FROM alone a
    WINDOW by_visitor AS (PARTITION BY a.visitor, a.delivery_id IS NULL ORDER BY a.at, a.id)
), runs AS (
    SELECT
        o.*,
        count(*) FILTER (
            WHERE o.delivery_before IS NULL
               OR o.delivery_id < o.delivery_before
               OR o.step > %(series_step)s
        ) OVER (PARTITION BY o.visitor, o.delivery_id IS NULL ORDER BY o.at, o.id) AS run,
        count(*) FILTER (WHERE o.stands AND o.rule <> '') OVER around AS machines,
        count(*) FILTER (WHERE o.stands AND o.rule = '') OVER around AS others,
        count(*) FILTER (WHERE o.is_first) OVER at_once AS mails_at_once,
        max(o.delivery_id) OVER at_once - min(o.delivery_id) OVER at_once + 1 AS mails_between,
        count(*) FILTER (WHERE o.is_first) OVER in_seconds AS mails_in_seconds,
        max(o.delivery_id) OVER in_seconds - min(o.delivery_id) OVER in_seconds + 1
            AS mails_between_these
    FROM ordered o
    WINDOW around AS (
        PARTITION BY o.visitor, o.delivery_id IS NULL
        ORDER BY o.at
        RANGE BETWEEN %(crowd_within)s PRECEDING AND %(crowd_within)s FOLLOWING
    ), at_once AS (
        PARTITION BY o.visitor, o.content_id, o.delivery_id IS NULL
        ORDER BY o.at
        RANGE BETWEEN %(swarm_within)s PRECEDING AND %(swarm_within)s FOLLOWING
    ), in_seconds AS (
        PARTITION BY o.visitor, o.content_id, o.delivery_id IS NULL
        ORDER BY o.at
        RANGE BETWEEN %(swarm_late_within)s PRECEDING AND %(swarm_late_within)s FOLLOWING
    )
), beside AS (
    SELECT
        r.*,
        count(*) FILTER (WHERE r.delivery_id IS DISTINCT FROM r.delivery_before)
            OVER (PARTITION BY r.visitor, r.delivery_id IS NULL, r.run) AS mails_in_run
    FROM runs r
), verdicts AS (
    SELECT b.id, b.visitor, b.left_out, b.rules, CASE
        WHEN b.rule <> '' THEN b.rule
        -- Of whoever is not known nothing follows for others.
        WHEN b.visitor IS NULL OR b.delivery_id IS NULL THEN ''
        WHEN b.machines >= %(crowd_of)s AND b.machines >= b.others THEN %(crowd)s
        WHEN b.mails_in_run >= %(series_of)s THEN %(series)s
        WHEN b.at <= b.sent_at + %(swarm_soon)s
             AND b.mails_at_once >= %(swarm_of)s
             AND b.mails_at_once * %(swarm_part)s >= b.mails_between THEN %(swarm)s
        -- Later a class may have followed the link together.
        WHEN b.mails_in_seconds >= %(swarm_of)s
             AND b.mails_in_seconds * %(swarm_part)s >= b.mails_between_these THEN %(swarm)s
        ELSE ''
    END AS rule
    FROM beside b
    WHERE b.at BETWEEN %(start)s AND %(until)s
      AND (%(campaign)s::bigint IS NULL OR b.campaign_id = %(campaign)s)
)
"""


def parameters(start: datetime, until: datetime, campaign: int | None, anew: bool) -> dict:
    """What the statements are asked with."""
    return {
        "start": start,
        "until": until,
        "campaign": campaign,
        "anew": anew,
        "margin": MARGIN,
        "version": rules.VERSION,
        "zone": settings.TIME_ZONE,
        "whole_below": rules.WHOLE_BELOW,
        "before": timedelta(seconds=rules.BEFORE_SENDING),
        "after": timedelta(seconds=rules.AFTER_SENDING),
        "asked_first": timedelta(seconds=rules.ASKED_FIRST),
        "leaving_within": timedelta(seconds=rules.WAY_OUT),
        "early": timedelta(seconds=rules.EARLY),
        "swarm_of": rules.SWARM,
        "swarm_part": rules.SWARM_PART,
        # Half of it before a click, half of it behind.
        "swarm_within": timedelta(seconds=rules.SWARM_SECONDS / 2),
        "swarm_soon": timedelta(seconds=rules.SWARM_SOON),
        "swarm_late_within": timedelta(seconds=rules.SWARM_LATE_SECONDS / 2),
        "crowd_of": rules.CROWD,
        "crowd_within": timedelta(seconds=rules.CROWD_SECONDS),
        "series_of": rules.SERIES,
        "series_step": timedelta(seconds=rules.SERIES_STEP),
        "head": LinkLook.Kind.HEAD.value,
        "leaving": LinkLook.Kind.WAY_OUT.value,
        "says_robot": Signal.ROBOT.value,
        "says_preview": Signal.PREVIEW.value,
        "short_lived": [code.value for code in SHORT_LIVED],
        **paces(),
        **codes(),
    }


def paces() -> dict[str, int | timedelta]:
    """Links and time of each pace, by its place in the rules."""
    found = {}
    for number, (links, seconds) in enumerate(PACES):
        found[f"links_{number}"] = links
        found[f"span_{number}"] = timedelta(seconds=seconds)
    return found


def codes() -> dict[str, str]:
    """The reasons by the names that the statements have for them."""
    return {
        "robot": LeftOut.ROBOT.value,
        "preview": LeftOut.PREVIEW.value,
        "sending": LeftOut.SENDING.value,
        "all_links": LeftOut.ALL_LINKS.value,
        "asked": LeftOut.ASKED.value,
        "way_out": LeftOut.WAY_OUT.value,
        "crowd": LeftOut.CROWD.value,
        "series": LeftOut.SERIES.value,
        "swarm": LeftOut.SWARM.value,
        "again": LeftOut.AGAIN.value,
    }
