"""Folding single activities into months, and what may be asked of a time that is folded.

Whoever counts over a time that begins before ``edge()`` begins with the whole month: within it
nothing smaller is known any more, or will be soon. So an answer is the same before and after the
rows were folded (docs/adr/0024). A count of a month has no days either: whoever asks for a part of
the month gets all of it (docs/adr/0042).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from core.terms import Busy, Over, term
from crm.clock.models import Night
from crm.clock.terms_in_force import days_of, start_of
from crm.readers.models import Activity, MonthCount
from crm.readers.models.activity import FOLD_LOCK

#: The name of the term of single activities.
ACTIVITIES = "activities"
#: The shortest term a library may choose.
LEAST_DAYS = 30
#: How long a fold waits for who is appending: others that come to append stand behind it.
WAIT = "2s"
FOLD = "SELECT huixiang_fold_activities(%s, %s, %s, %s)"
#: What counts of months add to single rows: a table of reader, kind, month, the moment it begins,
#: and ``n``. Of a reader's month the larger of two holds: what single rows and folded ones add up
#: to, and what all counts of it do. So nothing counts twice, and nothing changes by folding.
MONTHS_OF = """
(SELECT c.reader_id, c.kind, c.month, c.begins, c.n - COALESCE(f.n, 0) - single.n AS n
FROM (
    SELECT held.reader_id, held.kind, held.month, held.begins, held.ends, sum(held.n) AS n
    FROM (
        SELECT DISTINCT ON (kind, month, source, ref)
            reader_id, kind, month, begins, ends, n
        FROM crm_monthcount
        WHERE {which}
        ORDER BY kind, month, source, ref, import_run DESC
    ) AS held
    GROUP BY held.reader_id, held.kind, held.month, held.begins, held.ends
) AS c
LEFT JOIN crm_foldedmonth f
    ON f.reader_id = c.reader_id AND f.kind = c.kind AND f.month = c.month
CROSS JOIN LATERAL (
    SELECT count(*) AS n
    FROM crm_activity a
    WHERE a.reader_id = c.reader_id AND a.kind = c.kind AND a.at >= c.begins AND a.at < c.ends
) AS single
WHERE c.n > COALESCE(f.n, 0) + single.n)"""
COUNTED_MONTHS = MONTHS_OF.format(which="TRUE")
#: The same of one reader alone, whose key is the parameter. Their rows are still to be picked: what
#: a newer file gave to another reader is that one's.
OF_READER = MONTHS_OF.format(
    which="""(kind, month, source, ref) IN (
            SELECT kind, month, source, ref FROM crm_monthcount WHERE reader_id = %s)"""
)
#: One kind of row each, to be filled in with its conditions: single ones, folded ones, counts.
ROWS = "SELECT reader_id, 1 AS n FROM crm_activity WHERE {where}"
FOLDED = "SELECT reader_id, n FROM crm_foldedmonth WHERE {where}"
BY_MONTH = f"SELECT reader_id, n FROM {COUNTED_MONTHS} AS told WHERE {{where}}"
#: Counts of one reader: the key comes before the parameters of the conditions.
BY_MONTH_OF_READER = f"SELECT reader_id, n FROM {OF_READER} AS told WHERE {{where}}"
#: The readers of some of these together. A HAVING that adds up ``n`` may follow. Grouped once: sums
#: of sums are slow, and so are fractions.
COUNTED = """
SELECT reader_id
FROM (
    {parts}
) AS counted
GROUP BY reader_id
"""


def edge(as_of: datetime) -> datetime:
    """Before this moment single activities may be folded at ``as_of``, by the term or by a shorter
    one that held once.

    Later than ``as_of`` where a night has folded what was young then.
    """
    days = days_of(term(ACTIVITIES))
    by_term = start_of(timezone.localdate(as_of), days)
    folded_until = Night.objects.removed_until(ACTIVITIES)
    if folded_until is None:
        return by_term
    return max(by_term, folded_until)


@dataclass(frozen=True)
class MonthAdded:
    """What counts of a month add to the single rows of one reader: ``n`` more of ``kind``."""

    kind: str
    month: date
    begins: datetime
    n: int


def months_counted(reader: int) -> list[MonthAdded]:
    """What counts of months add to what is known of a reader, by the key. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, month, begins, n FROM {OF_READER} AS told WHERE reader_id = %s",
            [reader, reader],
        )
        return [MonthAdded(kind, month, begins, int(n)) for kind, month, begins, n in cursor]


def are_months_counted() -> bool:
    """Whether anything is known by counts of months at all. One statement."""
    return MonthCount.objects.exists()


def month_of(at: datetime) -> datetime:
    """The moment the month of ``at`` began, aware, in the library's own time."""
    local = timezone.localtime(at)
    return timezone.make_aware(datetime(local.year, local.month, 1))


def due(over: Over) -> int:
    """How many activities would be folded: those of before ``over.before`` that no interval of
    ``over.kept`` keeps. What came late waits until it is counted.
    """
    rows = Activity.objects.filter(at__lt=over.before, late=False)
    for start, end in over.kept:
        rows = rows.exclude(at__gte=start, at__lt=end)
    return rows.count()


def fold(over: Over) -> int:
    """Fold one batch; returns how many rows.

    Raises Busy where activities are being appended for longer than this waits.
    """
    starts = [start for start, _end in over.kept]
    ends = [end for _start, end in over.kept]
    with connection.cursor() as cursor:
        hold_appending_off(cursor)
        cursor.execute(FOLD, [over.before, starts, ends, over.most])
        return cursor.fetchone()[0]


def hold_appending_off(cursor) -> None:
    """Until the transaction ends nothing is appended; who is appending is waited for, a moment.

    Raises Busy where they take longer than ``WAIT``; the transaction can go on.
    """
    try:
        # A wait that is over ends the statement; the transaction goes on without it.
        with transaction.atomic():
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [FOLD_LOCK])
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Busy from error
    # What else the batch waits for, it waits for as any other statement does.
    cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
