"""Which clicks machines made, judged set-based over what came shortly before and after.

A click is written down as a person's unless its request says otherwise, and judged in the same
transaction. What comes later (the mail's time of sending, another link of it, the same visitor at
many mails) may change the judgement, so young clicks are judged again every minute. Whatever a
judgement changes is settled with it: counters of links, first clicks of deliveries, activities.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from campaigns.links.models import LeftOut
from campaigns.links.seen import Signal
from campaigns.sending import machine_rules as rules
from campaigns.sending.models import Click, LinkLook
from crm.readers.models import Activity

#: The source of the activities that clicks make.
SOURCE = "click"
#: What is looked at before and after the clicks that are judged.
MARGIN = timedelta(seconds=max(rules.CROWD_SECONDS, rules.SERIES * rules.SERIES_STEP))
#: Stretches this far apart are judged apart.
APART = timedelta(hours=6)
#: How long a judgement may still change: mails in a worker's hand are not sent yet.
YOUNG = timedelta(hours=1)
#: Rest on what is kept for days only: where it is gone they stand.
SHORT_LIVED = [LeftOut.ASKED, LeftOut.WAY_OUT, LeftOut.CROWD, LeftOut.SERIES]


def _begins(pace: int) -> str:
    """Whether a burst of that pace begins with a click: enough links follow, itself among them."""
    span = f"%(span_{pace})s"
    return f"""
        f.delivery_id IS NOT NULL AND {{counted}} >= %(links_{pace})s AND {{counted}} * 2 > f.links
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
BEGUN = ", ".join(map(_begins, range(len(rules.PACES))))
IN_BURST = " OR ".join(map(_lies_in, range(len(rules.PACES))))
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
            AS since_same
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
            = 1 AS stands
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
        count(*) FILTER (WHERE o.stands AND o.rule = '') OVER around AS others
    FROM ordered o
    WINDOW around AS (
        PARTITION BY o.visitor, o.delivery_id IS NULL
        ORDER BY o.at
        RANGE BETWEEN %(crowd_within)s PRECEDING AND %(crowd_within)s FOLLOWING
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
        ELSE ''
    END AS rule
    FROM beside b
    WHERE b.at BETWEEN %(start)s AND %(until)s
      AND (%(campaign)s::bigint IS NULL OR b.campaign_id = %(campaign)s)
)
"""
# What changes is found first and then written: however the planner joins the two, the windows are
# computed once.
JUDGE = f"""{VERDICTS}, changed AS MATERIALIZED (
    SELECT v.id, v.rule
    FROM verdicts v
    WHERE (v.rules > 0 OR %(anew)s)
      -- What a person did once more is asked about afterwards.
      AND (v.left_out <> v.rule AND NOT (v.rule = '' AND v.left_out = %(again)s)
           OR v.rules <> %(version)s)
      AND NOT (v.rule = '' AND v.visitor IS NULL AND v.left_out = ANY(%(short_lived)s))
)
UPDATE campaigns_click k
SET left_out = c.rule, rules = %(version)s
FROM changed c
WHERE k.id = c.id
RETURNING k.id, old.left_out = '', new.left_out = ''
"""
# Who came before on the same day of the library's own time: the same reader, or where nobody is
# known the same visitor.
JUDGE_AGAIN = """
WITH asked AS (
    SELECT k.*, date_trunc('day', k.at, %(zone)s) AS midnight
    FROM campaigns_click k
    JOIN campaigns_trackedlink l ON l.id = k.link_id
    WHERE k.at BETWEEN %(start)s AND %(until)s
      AND (%(campaign)s::bigint IS NULL OR l.campaign_id = %(campaign)s)
      AND (k.rules > 0 OR %(anew)s)
      AND k.left_out IN ('', %(again)s)
      AND (k.delivery_id IS NOT NULL OR k.visitor IS NOT NULL)
), verdicts AS (
    SELECT a.id, a.left_out, CASE WHEN a.delivery_id IS NOT NULL THEN EXISTS (
        SELECT 1 FROM campaigns_click e
        WHERE e.delivery_id = a.delivery_id
          AND e.link_id = a.link_id
          AND e.left_out IN ('', %(again)s)
          AND e.at >= a.midnight
          AND (e.at, e.id) < (a.at, a.id)
    ) ELSE EXISTS (
        SELECT 1 FROM campaigns_click e
        WHERE e.visitor = a.visitor
          AND e.delivery_id IS NULL
          AND e.link_id = a.link_id
          AND e.left_out IN ('', %(again)s)
          AND e.at >= a.midnight
          AND (e.at, e.id) < (a.at, a.id)
    ) END AS is_again
    FROM asked a
), changed AS MATERIALIZED (
    SELECT v.id, v.is_again FROM verdicts v WHERE v.is_again <> (v.left_out = %(again)s)
)
UPDATE campaigns_click k
SET left_out = CASE WHEN c.is_again THEN %(again)s ELSE '' END
FROM changed c
WHERE k.id = c.id
RETURNING k.id, old.left_out = '', new.left_out = ''
"""
#: Moves the counters of links by the clicks whose judgement changed.
COUNT_LINKS = """
UPDATE campaigns_trackedlink l
SET left_out = greatest(0, l.left_out + c.n)
FROM (
    SELECT link_id, sum(CASE WHEN left_out = '' THEN -1 ELSE 1 END) AS n
    FROM campaigns_click
    WHERE id = ANY(%(changed)s)
    GROUP BY link_id
) c
WHERE l.id = c.link_id
"""
#: The first click that counts, asked for anew: a judgement may have taken away the former one.
MARK_DELIVERIES = """
UPDATE campaigns_delivery d
SET clicked_at = (
    SELECT min(k.at) FROM campaigns_click k WHERE k.delivery_id = d.id AND k.left_out = ''
)
WHERE d.id IN (SELECT delivery_id FROM campaigns_click WHERE id = ANY(%(changed)s))
"""


@dataclass
class Changed:
    """Clicks that a judgement took out of the figures (``lost``), and put back (``gained``)."""

    lost: set[int] = field(default_factory=set)
    gained: set[int] = field(default_factory=set)

    def add(self, rows: list[tuple[int, bool, bool]]) -> None:
        """(id, counted before, counts now) of a statement; a later one may take an earlier back."""
        later = Changed()
        for pk, before, now in rows:
            # Neither of them: it is left out as before, for another reason.
            if (before, now) == (True, False):
                later.lost.add(pk)
            if (before, now) == (False, True):
                later.gained.add(pk)
        self.join(later)

    def join(self, later: "Changed") -> None:
        """What both together changed: who was lost and came back has not changed."""
        lost = (self.lost - later.gained) | (later.lost - self.gained)
        gained = (self.gained - later.lost) | (later.gained - self.lost)
        self.lost, self.gained = lost, gained

    def __bool__(self) -> bool:
        """Whether any figure is another one now."""
        return bool(self.lost or self.gained)


@transaction.atomic
def judge(
    start: datetime, until: datetime, *, campaign: int | None = None, anew: bool = False
) -> Changed:
    """Judge the clicks from ``start`` to ``until``, of one campaign or of all, and settle what
    changed, which is returned. ``anew``: also those that were written before there were rules.
    """
    asked = parameters(start, until, campaign, anew)
    changed = Changed()
    with connection.cursor() as cursor:
        # The flush and the run of every minute may judge the same clicks: one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('huixiang.clicks'))")
        for statement in (JUDGE, JUDGE_AGAIN):
            cursor.execute(statement, asked)
            changed.add(cursor.fetchall())
        if changed:
            pks = {"changed": sorted(changed.lost | changed.gained)}
            cursor.execute(COUNT_LINKS, pks)
            cursor.execute(MARK_DELIVERIES, pks)
    settle_activities(changed)
    return changed


def settle_activities(changed: Changed) -> None:
    """Readers did what they did: nothing by a machine, and not the same twice a day."""
    if changed.lost:
        refs = Click.objects.filter(pk__in=changed.lost).values("ref")
        Activity.objects.filter(source=SOURCE, ref__in=refs).delete()
    if changed.gained:
        log_activities(Click.objects.filter(pk__in=changed.gained))


def log_activities(clicks) -> int:
    """Activities of the readers behind ``clicks`` that count; returns how many were offered, not
    how many were new (``Activity.objects.log``).
    """
    counted = clicks.filter(left_out=LeftOut.NOT, delivery__reader__isnull=False)
    rows = counted.values_list("delivery__reader", "at", "ref")
    return Activity.objects.log(
        (reader, Activity.Kind.CLICK, at, SOURCE, ref) for reader, at, ref in rows
    )


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
    for number, (links, seconds) in enumerate(rules.PACES):
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
        "again": LeftOut.AGAIN.value,
    }


def judge_young(now: datetime) -> Changed:
    """Those whose judgement may still change."""
    return judge(now - YOUNG, now + MARGIN)


def spans(times: list[datetime]) -> list[tuple[datetime, datetime]]:
    """The stretches in which clicks of these times may change a judgement, apart where they lie
    apart: a journal that was left lying does not have a year judged.
    """
    found: list[tuple[datetime, datetime]] = []
    for at in sorted(times):
        if found and at - APART <= found[-1][1]:
            found[-1] = (found[-1][0], at + MARGIN)
        else:
            found.append((at - MARGIN, at + MARGIN))
    return found
