"""Which clicks machines made, judged set-based over what came shortly before and after.

A click is written down as a person's unless its request says otherwise, and judged in the same
transaction. What comes later (the mail's time of sending, another link of it, the same visitor at
many mails) may change the judgement, so young clicks are judged again every minute. Whatever a
judgement changes is settled with it: counters of links, first clicks of deliveries, activities.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from campaigns.links.models import LeftOut
from campaigns.sending.machine_verdicts import MARGIN, VERDICTS, parameters
from campaigns.sending.models import Click
from crm.readers.models import Activity

#: The source of the activities that clicks make.
SOURCE = "click"
#: Stretches this far apart are judged apart.
APART = timedelta(hours=6)
#: How long a judgement may still change: mails in a worker's hand are not sent yet.
YOUNG = timedelta(hours=1)
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
