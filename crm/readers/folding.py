"""Folding single activities into months, and what may be asked of a time that is folded.

Whoever counts over a time that begins before ``edge()`` begins with the whole month: within it
nothing smaller is known any more, or will be soon. So an answer is the same before and after the
rows were folded (docs/adr/0024).
"""

from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from core.terms import Busy, Over, term
from crm.clock.models import Night
from crm.clock.terms_in_force import days_of, start_of
from crm.readers.models import Activity
from crm.readers.models.activity import FOLD_LOCK

#: The name of the term of single activities.
ACTIVITIES = "activities"
#: The shortest term a library may choose.
LEAST_DAYS = 30
#: How long a fold waits for who is appending: others that come to append stand behind it.
WAIT = "2s"
FOLD = "SELECT huixiang_fold_activities(%s, %s, %s, %s)"
#: The readers of single rows and of months; to be filled in with the condition of each. A HAVING
#: that adds up ``n`` may follow. Grouped once: sums of sums are slow, and so are fractions.
COUNTED = """
SELECT reader_id
FROM (
    SELECT reader_id, 1 AS n FROM crm_activity WHERE {rows}
    UNION ALL
    SELECT reader_id, n FROM crm_foldedmonth WHERE {months}
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
