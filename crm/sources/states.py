"""What is said of each day of a source at a place: the one answer that the page of what is
recorded, the preview of a file and the report of its import draw and count.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from crm.sources.coverage import Days
from crm.sources.days import (
    Recorded,
    Shut,
    Told,
    by_kind,
    days_of,
    is_shut,
    of_kind,
    together,
    untold,
)
from crm.sources.expected import Expected, end_of_period, next_expected
from crm.sources.models import DataSource

#: Days that are neither recorded nor missing yet: their file is still to come, or they are.
AWAITED = "awaited"
#: Days that are recorded together: a month whose single days nobody knows.
TOGETHER = "together"
#: Days before the source told of the place at all.
BEFORE = "before"
#: Days of which somebody said that nobody recorded them.
LOST = "lost"
#: Days that were not told of, of a source whose files come at no set times: none is expected.
UNASKED = "unasked"
#: Days that the file which is looked at tells of, wholly or in part, and those that others told of
#: as well.
NOW, NOW_PART, BOTH = "now", "now-part", "both"
#: States of days of which nothing is known; of those in PART something is.
MISSING = {str(Recorded.NONE), LOST}


def states_of_days(
    source: DataSource,
    spans: list[Told],
    shut: list[Shut],
    days: Days,
    place: int | None,
    today: date,
) -> dict[date, str]:
    """{day: its state} for each of ``days``, first and last: the one answer that the page, the
    preview of a file and the report of its import draw and count. ``spans``: what the source told
    of the place (its key, None for the whole library), one at least.
    """
    begin, end = days
    told_until = max(span.last for span in spans)
    states: dict[date, str] = dict.fromkeys(days_of(begin, end), BEFORE)
    states |= of_all_kinds(source, spans, shut, days, place)
    for day in told_together(spans, begin, end):
        if states[day] == Recorded.FULL:
            states[day] = TOGETHER
    replace_missing(states, lost_days(spans), LOST)
    if not source.is_regular:
        replace_missing(states, days_of(begin, end), UNASKED)
        return states
    expected = next_expected(source, open_until(told_until, place, shut))
    # A closed day that is still to come is closed all the same.
    replace_missing(states, waiting(source, told_until, expected, end, today), AWAITED)
    return states


def of_all_kinds(
    source: DataSource, spans: list[Told], shut: list[Shut], days: Days, place: int | None
) -> dict[date, Recorded]:
    """What is recorded of each of ``days`` of all kinds of thing together; days before the source
    told of any are left out.

    A list of events ends with the last of them, and of the rest of its month another list tells:
    until then such days are as all else is that the source told of them.
    """
    first, last = days
    said: dict[date, set[Recorded]] = defaultdict(set)
    for one in by_kind(spans):
        quiet = still_quiet(source, one)
        for day, state in of_kind(first, last, one, shut, place).items():
            if state != Recorded.NONE or day not in quiet:
                said[day].add(state)
    began = min(span.first for span in spans)
    states = {}
    for day in days_of(max(first, began), last):
        states[day] = together(said[day] or {untold(day, shut, place)})
    return states


def still_quiet(source: DataSource, spans: Iterable[Told]) -> set[date]:
    """The rest of the period in which ``spans``, which are of one kind of thing, told of a day
    last: of it nothing is known to be missing yet.
    """
    told_until = max(span.last for span in spans)
    return set(days_of(told_until + timedelta(days=1), end_of_period(source.rhythm, told_until)))


def days_lacking(
    source: DataSource, spans: list[Told], shut: list[Shut], days: Days, place: int | None
) -> dict[date, Recorded]:
    """What is recorded of each of ``days``, first and last, that are all told of by the source in
    one way or another: NONE, too, where only one kind of thing is lacking whose file should be
    there.

    Of the period in which a kind was told of last nothing is said: a list of events ends with the
    last of them. Nothing lacks where nothing is expected of the source.
    """
    first, last = days
    found = dict.fromkeys(days_of(first, last), Recorded.FULL)
    if not source.is_regular:
        return found
    noted = set(lost_days(spans))
    for one in by_kind(spans):
        excused = noted | still_quiet(source, one)
        for day, state in of_kind(first, last, one, shut, place).items():
            if state == Recorded.NONE and day not in excused:
                found[day] = Recorded.NONE
    return found


def replace_missing(states: dict[date, str], days: Iterable[date], state: str) -> None:
    """Say ``state`` of those of ``days`` of which nothing is recorded; ``states`` is changed. Days
    that it does not have are passed over.
    """
    for day in days:
        if states.get(day) == Recorded.NONE:
            states[day] = state


def lost_days(spans: list[Told]) -> Iterator[date]:
    """Days of which somebody said that nobody recorded them."""
    for span in spans:
        if span.lost:
            yield from days_of(span.first, span.last)


def told_together(spans: list[Told], first: date, last: date) -> set[date]:
    """Days from ``first`` to ``last`` of which only the sum of several is told of some kind of
    thing, by no span day by day.
    """
    found: set[date] = set()
    for spans_of_kind in by_kind(spans):
        #: By whether the days are told one by one.
        told: dict[bool, set[date]] = {True: set(), False: set()}
        for span in spans_of_kind:
            if not span.lost:
                told[span.apart].update(days_of(max(span.first, first), min(span.last, last)))
        found |= told[False] - told[True]
    return found


def open_until(told_until: date, place: int | None, shut: list[Shut]) -> date:
    """The last day that is told of, or the last of the closed ones that follow it without a break:
    of those no file is sent. ``place``: the key of a campus, None for the whole library.
    """
    day = told_until
    while is_shut(day + timedelta(days=1), shut, place):
        day += timedelta(days=1)
    return day


def waiting(
    source: DataSource, told_until: date, expected: Expected | None, end: date, today: date
) -> Iterator[date]:
    """Days up to ``end`` after the last told one that are not missing: their file is still to come,
    or nobody waits for one. Every file that is late already is passed over, since its days are
    missing.
    """
    begins = told_until + timedelta(days=1)
    # Of several files that have not come all are missed, not only the first.
    while expected is not None and expected.is_late(today):
        begins = expected.last + timedelta(days=1)
        expected = next_expected(source, expected.last)
    yield from days_of(begins, end)
