"""Daily and monthly facts, computed set-based and replaced whole: computing a period again cannot
count it twice.

Daily facts add up. Distinct persons do not, so they are counted anew per month. A month in which
nothing at all was recorded gets no fact: nothing was measured, and that is not a zero. Days and
months are the library's own time zone.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from analytics.facts import publishing, queries
from analytics.facts.models import Fact
from analytics.facts.periods import midnight, months_of, next_month
from crm.activities.kinds import BY_MONTH
from crm.activities.terms import NAMELESS_VISITS
from crm.activities.undoing import days_of_file
from crm.clock.models import Night
from crm.imports.models import ImportBatch
from crm.readers.folding import ACTIVITIES
from crm.readers.models.activity import hold_folds_off

#: Days the nightly run looks back, for imports and answers that arrive late.
LOOK_BACK = 40


def compute(first: date, last: date) -> int:
    """Compute the daily facts of ``first`` … ``last`` and the monthly ones of every month they
    touch.

    Returns the number of months. What a day or month no longer has (a batch undone) is removed.
    """
    months = months_of(first, last)
    end = last + timedelta(days=1)
    # In one transaction, so that no page reads a period of which half is new.
    with transaction.atomic(), connection.cursor() as cursor:
        # Two runs at once would write the same rows in turns, and might wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('analytics.facts'))")
        # What is folded meanwhile would be missing from days that are never computed again.
        hold_folds_off()
        # One moment for all: whatever is older afterwards was not computed again.
        now = timezone.now()
        single_from = first_single_day()
        unnamed_from = first_unnamed_day()
        for source in queries.SOURCES:
            start = first
            if source.metric == queries.ACTIVITIES:
                start = max(first, single_from)
                _add_late(cursor, source, first, min(end, single_from), now)
            if source.metric == queries.UNNAMED:
                start = max(first, unnamed_from)
            params = _params(start, end, now) | {"metric": source.metric}
            cursor.execute(source.statement, params)
        _forget(cursor, Fact.Grain.DAY, first, end, now)

        for month in months:
            _compute_month(cursor, month, now)
        _forget(cursor, Fact.Grain.MONTH, months[0], next_month(months[-1]), now)
        # What was published of a month that is over is amended in the same transaction, or not.
        publishing.publish(months, now)
    return len(months)


def first_single_day() -> date:
    """The first day of which every activity may still be a single row: before it days keep the
    counts they have, since months tell nothing of days.
    """
    return _first_day_kept(ACTIVITIES)


def first_unnamed_day() -> date:
    """The first day of which all visits without names may still be rows: before it days keep the
    counts they have.
    """
    return _first_day_kept(NAMELESS_VISITS)


def _first_day_kept(code: str) -> date:
    """The first day of which no row of a kind, by the code of its term, was removed so far."""
    until = Night.objects.removed_until(code)
    if until is None:
        return date.min
    return timezone.localdate(until)


def compute_recent(today: date) -> int:
    """What the nightly run does.

    Yesterday and the days before it for which rows may have come late; where no run came for
    longer than that, everything since the last one.
    """
    last_run = Fact.objects.aggregate(last=Max("computed_at"))["last"]
    last_day = today
    if last_run is not None:
        last_day = min(today, timezone.localdate(last_run))
    first = last_day - timedelta(days=LOOK_BACK)
    late = [*_late_days(first), *_taken_back(first, last_run), *_told_without_rows(first, last_run)]
    for late_from, late_until in late:
        compute(late_from, late_until)
    return compute(first, today)


def _late_days(before: date) -> list[tuple[date, date]]:
    """Month by month the first and the last day of which rows came after they were counted; those
    from ``before`` on are counted anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries.LATE, {"zone": settings.TIME_ZONE})
        return [(first, last) for first, last in cursor.fetchall() if first < before]


def _taken_back(before: date, last_run: datetime | None) -> list[tuple[date, date]]:
    """First and last day of the files that were taken back since the last run, as far as they lie
    before ``before``: their rows were counted and are gone.
    """
    if last_run is None:
        return []
    undone = ImportBatch.objects.filter(
        state=ImportBatch.State.UNDONE, report__undone_at__gt=last_run.isoformat()
    )
    return _days_before(before, undone)


def _told_without_rows(before: date, last_run: datetime | None) -> list[tuple[date, date]]:
    """The same of files that came since then and brought no activities that could be late: counts
    of months, and visits without names.
    """
    if last_run is None:
        return []
    came = ImportBatch.objects.filter(state=ImportBatch.State.DONE, merged_at__gt=last_run)
    return _days_before(before, came.filter(Q(takes=BY_MONTH) | Q(options__nameless=True)))


def _days_before(before: date, batches: Iterable[ImportBatch]) -> list[tuple[date, date]]:
    """First and last day of what each of the files told, as far as they lie before ``before``."""
    found = []
    for batch in batches:
        told = days_of_file(batch)
        if told and told.first < before:
            found.append((told.first, min(told.last, before)))
    return found


def first_day() -> date | None:
    """The first day anything was recorded, for computing everything anew.

    None in an empty library.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries.FIRST)
        first = cursor.fetchone()[0]
    if first is None:
        return None
    return timezone.localtime(first).date()


def compute_all() -> int:
    """Compute everything since the first day, in one transaction.

    Returns the number of months, 0 in an empty library.
    """
    first = first_day()
    if first is None:
        return 0
    return compute(first, timezone.localdate())


def _add_late(cursor, source: queries.Source, first: date, end: date, now: datetime) -> None:
    """Add to the facts of ``first`` to before ``end`` what came late for days of which single rows
    are folded; nothing where no such day is in the period.
    """
    if first < end:
        params = _params(first, end, now) | {"metric": source.metric}
        cursor.execute(source.late_statement, params)


def _params(first: date, end: date, now: datetime) -> dict:
    """What the statements are given for the days from ``first`` to before ``end``."""
    period = {"start": midnight(first), "end": midnight(end), "day": first}
    return queries.STATES | period | {"zone": settings.TIME_ZONE, "now": now}


def _compute_month(cursor, month: date, now: datetime) -> None:
    """What was counted of the month that begins on ``month`` without days, and its distinct
    persons, one statement for each metric.

    A month of which nothing is known gets no facts.
    """
    params = _params(month, next_month(month), now)
    cursor.execute(queries.MEASURED, params)
    if not cursor.fetchone()[0]:
        return
    cursor.execute(queries.BY_MONTH, params | {"metric": queries.ACTIVITIES})
    for metric, persons in queries.PERSONS.items():
        cursor.execute(queries.MONTHLY.format(persons=persons), params | {"metric": metric})


def _forget(cursor, grain: Fact.Grain, first: date, end: date, now: datetime) -> None:
    """Remove what the computation of ``now`` has not written again."""
    params = {
        "grain": grain.value,
        "grain_day": Fact.Grain.DAY.value,
        "day": first,
        "until": end,
        "now": now,
        "folded": queries.ACTIVITIES,
        "single_from": first_single_day(),
        "unnamed": queries.UNNAMED,
        "unnamed_from": first_unnamed_day(),
    }
    cursor.execute(queries.FORGET, params)
