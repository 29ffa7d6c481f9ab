"""Measuring recency, frequency and contribution of all readers.

One statement reads single activities and folded months and leaves what differs from the night
before in a table of this connection; no row of a reader is locked meanwhile. The difference is
written in batches, each a moment's transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.utils import timezone

from crm.readers.folding import COUNTED_MONTHS, edge, month_of
from crm.readers.queries import ACTIVE
from crm.rfc.models import ScoreRun
from crm.rfc.queries import Part, brackets_in_force, kinds_of

#: Readers of one transaction: their rows are locked for a fraction of a second.
BATCH = 5_000
#: Two runs at once would write the same difference twice.
LOCK = "huixiang.score"
#: What one run may keep in memory before it sorts on disk.
MEMORY = "256MB"

#: Of single rows and of months each reader's last moment, uses and gifts; then the brackets, and of
#: all that what is not stored so already. ``times`` is empty where the reader's score goes. Uses
#: and gifts are two scans of the index by kind: told apart row by row they cost twice as much.
#: Of a month that was counted without days the last moment known is its beginning, and the month in
#: which the span begins counts whole.
DIFFERENCE = f"""
CREATE TEMP TABLE score_difference AS
WITH done AS (
    SELECT reader_id,
           max(at) AS last,
           count(*) FILTER (WHERE at > %(start)s) AS times,
           0 AS contributions
    FROM crm_activity
    WHERE kind = ANY(%(use)s) AND at <= %(as_of)s
    GROUP BY reader_id
    UNION ALL
    SELECT reader_id, max(at), 0, count(*) FILTER (WHERE at > %(start)s)
    FROM crm_activity
    WHERE kind = ANY(%(gift)s) AND at <= %(as_of)s
    GROUP BY reader_id
    UNION ALL
    SELECT reader_id,
           max(last),
           COALESCE(sum(n) FILTER (WHERE kind = ANY(%(use)s) AND month >= %(month)s), 0),
           COALESCE(sum(n) FILTER (WHERE kind = ANY(%(gift)s) AND month >= %(month)s), 0)
    FROM crm_foldedmonth
    WHERE kind = ANY(%(counted)s)
    GROUP BY reader_id
    UNION ALL
    SELECT reader_id,
           max(begins),
           COALESCE(sum(n) FILTER (WHERE kind = ANY(%(use)s) AND month >= %(month_begun)s), 0),
           COALESCE(sum(n) FILTER (WHERE kind = ANY(%(gift)s) AND month >= %(month_begun)s), 0)
    FROM {COUNTED_MONTHS} AS told
    WHERE kind = ANY(%(counted)s) AND begins <= %(as_of)s
    GROUP BY reader_id
), measured AS (
    SELECT reader_id,
           (max(last) AT TIME ZONE %(zone)s)::date AS last_on,
           sum(times)::integer AS times,
           sum(contributions)::integer AS contributions
    FROM done
    GROUP BY reader_id
), placed AS (
    SELECT m.*,
           5 - width_bucket(%(today)s::date - m.last_on - 1, %(recency)s::integer[]) AS recency,
           1 + width_bucket(m.times, %(frequency)s::integer[]) AS frequency,
           1 + width_bucket(m.contributions, %(contribution)s::integer[]) AS contribution
    FROM measured m
    JOIN crm_reader r ON r.id = m.reader_id
    WHERE {ACTIVE} AND r.analytics
)
SELECT COALESCE(p.reader_id, s.reader_id) AS reader_id,
       p.last_on, p.times, p.contributions, p.recency, p.frequency, p.contribution,
       (row_number() OVER (ORDER BY COALESCE(p.reader_id, s.reader_id)) - 1) / {BATCH} AS batch
FROM placed p
FULL JOIN crm_score s ON s.reader_id = p.reader_id
WHERE (p.last_on, p.times, p.contributions, p.recency, p.frequency, p.contribution)
    IS DISTINCT FROM
    (s.last_on, s.times, s.contributions, s.recency, s.frequency, s.contribution)
"""
#: A run that broke off may have left its table to a connection that is used again.
FORGET = "DROP TABLE IF EXISTS score_difference"
#: Scores of readers who have none any more.
REMOVE = """
DELETE FROM crm_score s
USING score_difference d
WHERE d.batch = %s AND d.times IS NULL AND s.reader_id = d.reader_id
"""
# Whoever left or switched analytics off since the statement above gets no score: their row is
# looked at again under its lock. A row that somebody is changing just now is not waited for.
WRITE = f"""
WITH still_there AS (
    SELECT d.*
    FROM score_difference d
    JOIN crm_reader r ON r.id = d.reader_id
    WHERE d.batch = %s AND d.times IS NOT NULL AND {ACTIVE} AND r.analytics
    FOR SHARE OF r SKIP LOCKED
)
INSERT INTO crm_score
    (reader_id, last_on, times, contributions, recency, frequency, contribution)
SELECT reader_id, last_on, times, contributions, recency, frequency, contribution
FROM still_there
ON CONFLICT (reader_id) DO UPDATE SET
    last_on = EXCLUDED.last_on,
    times = EXCLUDED.times,
    contributions = EXCLUDED.contributions,
    recency = EXCLUDED.recency,
    frequency = EXCLUDED.frequency,
    contribution = EXCLUDED.contribution
"""
#: Each batch and how many scores it should write; a row to be removed has no ``times``.
TO_WRITE = "SELECT batch, count(times) FROM score_difference GROUP BY batch ORDER BY batch"


@dataclass(frozen=True)
class CountedSpan:
    """What is counted: up to ``as_of``, single rows after ``start``, months from ``month`` on."""

    as_of: datetime
    start: datetime
    month: datetime


def span_of(as_of: datetime, days: int) -> CountedSpan:
    """The last ``days`` before ``as_of``. Where they begin in months of which single rows are not
    kept any more, the whole month counts; else no folded month does, and ``month`` is one that is
    to come.
    """
    start = as_of - timedelta(days=days)
    month = month_of(start)
    if start < edge(as_of):
        # A row of the first moment of the month counts: single rows are asked for after ``start``.
        return CountedSpan(as_of, month - timedelta(microseconds=1), month)
    # Nothing that is folded lies in the span.
    return CountedSpan(as_of, start, month_of(as_of) + timedelta(days=32))


def measure(*, as_of: datetime | None = None) -> ScoreRun | None:
    """Bring every reader's score up to date as of now, or of ``as_of``, and return what was done;
    None where another run is at it, and nothing is written then.

    Call it outside of a transaction: each batch is one of its own. Stopped anywhere, what is
    written stays, and the next run writes the rest.
    """
    started = monotonic()
    with only_run() as is_only:
        if not is_only:
            return None
        brackets = brackets_in_force()
        span = span_of(as_of or timezone.now(), brackets.days)
        with difference(values_for(span, brackets)):
            put_off = write_batches()
        return keep_run(span, brackets, put_off, started)


@contextmanager
def only_run() -> Iterator[bool]:
    """Whether no other run is at work; where none is, it stays so inside the block, on whichever
    server the other one would begin. Does not wait.
    """
    with connection.cursor() as cursor:
        # A lock of the session and not of a transaction, since a run commits each batch.
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        is_only = cursor.fetchone()[0]
        try:
            yield is_only
        finally:
            if is_only:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


def values_for(span: CountedSpan, brackets) -> dict:
    """The parameters of DIFFERENCE by their names: edges, codes of kinds, moments and days. Days
    are in the library's own time. ``brackets``: those by which readers are placed.
    """
    use, gift = kinds_of(Part.USE), kinds_of(Part.GIFT)
    return {
        **brackets.as_dict,
        "use": use,
        "gift": gift,
        "counted": use + gift,
        "as_of": span.as_of,
        "start": span.start,
        "month": timezone.localdate(span.month),
        "month_begun": timezone.localdate(month_of(span.start)),
        "zone": timezone.get_default_timezone_name(),
        "today": timezone.localdate(span.as_of),
    }


@contextmanager
def difference(values: dict) -> Iterator[None]:
    """Inside the block the table of what differs is there, on this connection alone; behind it the
    table is gone, whatever happened. ``values``: as ``values_for`` gives them.
    """
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        with transaction.atomic():
            cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
            # How many readers a group holds is not known beforehand; it is all of them.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(DIFFERENCE, values)
        cursor.execute("CREATE INDEX ON score_difference (batch)")
        # Autovacuum never sees temporary tables, so without this each batch is planned blindly.
        cursor.execute("ANALYZE score_difference")
        try:
            yield
        finally:
            cursor.execute(FORGET)


def write_batches() -> int:
    """Write the difference, batch by batch in order; returns how many readers were put off, since
    somebody was changing them or they have gone meanwhile. They keep what they had until the next
    run.
    """
    put_off = 0
    with connection.cursor() as cursor:
        cursor.execute(TO_WRITE)
        for batch, wanted in cursor.fetchall():
            put_off += wanted - write_batch(batch)
    return put_off


@transaction.atomic
def write_batch(batch: int) -> int:
    """Write one batch of the difference; returns how many scores were written, without those whose
    readers somebody was changing.
    """
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [batch])
        cursor.execute(WRITE, [batch])
        return cursor.rowcount


def keep_run(span: CountedSpan, brackets, put_off: int, started: float) -> ScoreRun:
    """Say as of when the scores are, and by which edges, in place of what the run before said;
    returns it. ``started``: what the clock (``monotonic``, in seconds) said when the run began.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_score")
        readers = cursor.fetchone()[0]
    first = span.start + timedelta(microseconds=1)
    run, _is_new = ScoreRun.objects.update_or_create(
        pk=1,
        defaults={
            **brackets.as_dict,
            "computed_at": span.as_of,
            "counted_since": timezone.localdate(first),
            "readers": readers,
            "put_off": put_off,
            "refresh_ms": round((monotonic() - started) * 1000),
        },
    )
    return run
