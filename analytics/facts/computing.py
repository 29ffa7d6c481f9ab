"""Daily and monthly facts, computed set-based and replaced whole: computing a period again cannot
count it twice.

Daily facts add up. Distinct persons do not, so they are counted anew per month. A month in which
nothing at all was recorded gets no fact: nothing was measured, and that is not a zero. Days and
months are the library's own time zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from crm.readers.models import Activity

#: Days the nightly run looks back, for imports and answers that arrive late.
LOOK_BACK = 40
ACTIVE_KINDS = [Activity.Kind.VISIT, Activity.Kind.LOAN, Activity.Kind.RENEWAL, Activity.Kind.EVENT]


@dataclass(frozen=True)
class Source:
    """Where a metric's rows are.

    ``keys`` are the SQL values of its dimensions, each also counted in total.
    """

    metric: str
    rows: str
    at: str
    keys: dict[str, str]
    where: str = "TRUE"


DAILY = [
    Source(
        "activities",
        "crm_activity t LEFT JOIN crm_campus p ON p.id = t.campus_id",
        "t.at",
        {"kind": "t.kind", "campus": "coalesce(p.code, '')"},
        # Named so that the index (kind, at) can be used.
        "t.kind = ANY(%(kinds)s)",
    ),
    Source(
        "deliveries_sent",
        "campaigns_delivery t JOIN campaigns_content c ON c.id = t.content_id "
        "JOIN campaigns_channel h ON h.id = c.channel_id",
        "t.sent_at",
        {"channel": "h.code"},
        "t.state = 'sent'",
    ),
    Source(
        "clicks",
        "campaigns_click t JOIN campaigns_trackedlink l ON l.id = t.link_id "
        "JOIN campaigns_channel h ON h.id = l.channel_id",
        "t.at",
        {"channel": "h.code"},
    ),
    Source("answers", "feedback_response t", "t.submitted_at", {}, "t.flagged = ''"),
    Source(
        "voices_received",
        "feedback_voice t",
        "t.received_at",
        {"kind": "t.kind", "category": "t.category"},
    ),
    Source("voices_answered", "feedback_voice t", "t.answered_at", {"kind": "t.kind"}),
    Source("submissions", "feedback_submission t", "t.submitted_at", {}),
    Source("published", "feedback_submission t", "t.published_at", {}, "t.state = 'published'"),
]

DAILY_SQL = """
INSERT INTO analytics_fact (metric, grain, start, dimension, key, value, n, computed_at)
SELECT %(metric)s, 'day', day, dimension, key, count(*), count(*), %(now)s
FROM (
    SELECT ({at} AT TIME ZONE %(zone)s)::date AS day, {keys}
    FROM {rows} WHERE {where} AND {at} >= %(start)s AND {at} < %(end)s
) AS counted
CROSS JOIN LATERAL (VALUES ('', ''){dimensions}) AS cut (dimension, key)
GROUP BY day, dimension, key
ON CONFLICT (metric, grain, start, dimension, key)
DO UPDATE SET value = excluded.value, n = excluded.n, computed_at = excluded.computed_at
"""

#: Readers who made something: a work sent in or shown, or a contribution from elsewhere.
MAKERS = """
    SELECT reader_id, at FROM crm_activity WHERE kind = 'contribution'
    UNION ALL SELECT author_id, submitted_at FROM feedback_submission
    WHERE submitted_at IS NOT NULL AND state NOT IN ('draft', 'withdrawn')
"""
MONTHLY = {
    "contributors": f"SELECT count(DISTINCT reader_id) FROM ({MAKERS}) m WHERE at >= %(start)s AND at < %(end)s",
    "new_contributors": f"""
        SELECT count(*) FROM (SELECT reader_id, min(at) AS first FROM ({MAKERS}) m GROUP BY reader_id) f
        WHERE first >= %(start)s AND first < %(end)s""",
    "respondents": """
        SELECT count(DISTINCT reader_id) FROM crm_activity
        WHERE kind = 'answer' AND at >= %(start)s AND at < %(end)s""",
    "participants": """
        SELECT count(DISTINCT reader_id) FROM crm_activity
        WHERE kind = 'event' AND at >= %(start)s AND at < %(end)s""",
    "active_readers": """
        SELECT count(DISTINCT reader_id) FROM crm_activity
        WHERE kind = ANY(%(active)s) AND at >= %(start)s AND at < %(end)s""",
}
MEASURED_SQL = """
SELECT EXISTS (SELECT 1 FROM crm_activity WHERE kind = ANY(%(kinds)s) AND at >= %(start)s AND at < %(end)s)
    OR EXISTS (SELECT 1 FROM feedback_submission WHERE submitted_at >= %(start)s AND submitted_at < %(end)s)
"""
MONTHLY_SQL = """
INSERT INTO analytics_fact (metric, grain, start, dimension, key, value, n, computed_at)
SELECT %(metric)s, 'month', %(day)s, '', '', found.n, found.n, %(now)s FROM ({count}) AS found (n)
ON CONFLICT (metric, grain, start, dimension, key)
DO UPDATE SET value = excluded.value, n = excluded.n, computed_at = excluded.computed_at
"""
FORGET_SQL = """
DELETE FROM analytics_fact
WHERE grain = %(grain)s AND start >= %(day)s AND start < %(until)s AND computed_at < %(now)s
"""
FIRST_SQL = "SELECT min(at) FROM crm_activity"


def month_start(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    """First day of the month after ``day``'s."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def compute(first: date, last: date) -> int:
    """Compute the daily facts of ``first`` … ``last`` and the monthly ones of every month they
    touch.

    Returns the number of months. What a day or month no longer has (a batch undone) is removed.
    """
    months = []
    day = month_start(first)
    while day <= last:
        months.append(day)
        day = next_month(day)
    with transaction.atomic(), connection.cursor() as cursor:
        now = timezone.now()
        for source in DAILY:
            _daily(cursor, source, first, last, now)
        _forget(cursor, "day", first, last + timedelta(days=1), now)
        for month in months:
            _monthly(cursor, month, now)
        _forget(cursor, "month", months[0], next_month(months[-1]), now)
    return len(months)


def compute_recent(today: date) -> int:
    """What the nightly run does.

    Yesterday and the days before it for which rows may have come late.
    """
    return compute(today - timedelta(days=LOOK_BACK), today)


def first_day() -> date | None:
    """The first day anything was recorded, for computing everything anew.

    None in an empty library.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIRST_SQL)
        first = cursor.fetchone()[0]
    return timezone.localtime(first).date() if first else None


def compute_all() -> int:
    """Everything since the first day; returns the number of months, 0 in an empty library."""
    first = first_day()
    return compute(first, timezone.localdate()) if first else 0


def _params(first: date, end: date, now) -> dict:
    return {
        "start": _midnight(first),
        "end": _midnight(end),
        "day": first,
        "zone": settings.TIME_ZONE,
        "kinds": list(Activity.Kind.values),
        "active": [str(kind) for kind in ACTIVE_KINDS],
        "now": now,
    }


def _midnight(day: date):
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _daily(cursor, source: Source, first: date, last: date, now) -> None:
    statement = DAILY_SQL.format(
        at=source.at,
        rows=source.rows,
        where=source.where,
        keys=", ".join(f"{value} AS {name}" for name, value in source.keys.items()) or "NULL",
        dimensions="".join(f", ('{name}', counted.{name})" for name in source.keys),
    )
    cursor.execute(
        statement, _params(first, last + timedelta(days=1), now) | {"metric": source.metric}
    )


def _monthly(cursor, month: date, now) -> None:
    params = _params(month, next_month(month), now)
    cursor.execute(MEASURED_SQL, params)
    if not cursor.fetchone()[0]:
        return
    for metric, count in MONTHLY.items():
        cursor.execute(MONTHLY_SQL.format(count=count), params | {"metric": metric})


def _forget(cursor, grain: str, first: date, end: date, now) -> None:
    cursor.execute(FORGET_SQL, {"grain": grain, "day": first, "until": end, "now": now})
