"""What gates show, as counts of days: readings that only grow, several gates. Pure.

Where a counter fell and nothing tells why, the days are unknown: never a guess.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import Any

from crm.sources.days import days_of
from crm.tallies.spans import DaySpan

#: In minutes of the day: a reading before noon closes the day before.
NOON = 12 * 60
DAY = timedelta(days=1)
#: A counter turns over near the end of its digits, and by no more than so many usual differences.
NEARLY_FULL, USUAL_TIMES = 0.9, 5
#: With fewer digits than these every fall looks like a turn.
LEAST_DIGITS = 4
FELL, RESET, UNCLEAR = "counter-fell", "counter-reset", "counter-unclear"


# --- halves ---------------------------------------------------------------------------------------
def in_halves(number: int | None, *, is_twice: bool) -> int | None:
    """A number of a file as half counts: one of a counter that counts everybody twice is a half,
    any other is two. None where the number is not known. ``from_halves`` makes persons of it again.

    Whatever is added up is added in halves, so that hours and gates of odd numbers, and counters of
    one way beside those of two, are rounded once and together.
    """
    if number is None:
        return None
    return number if is_twice else 2 * number


def from_halves(halves: int | None) -> int | None:
    """How many persons halves make, rounded up once: who is still inside has come. None, of which
    nothing is known, stays None.
    """
    if halves is None:
        return None
    return (halves + 1) // 2


# --- readings -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What a gate showed on ``day`` at ``minute`` (None where no time is said), in which line.

    ``value`` is None where nobody could read it. ``is_twice``: the gate counts who comes and who
    goes.
    """

    line: int
    place: int | None
    gate: str
    day: date
    minute: int | None
    value: int | None
    is_twice: bool = False

    @property
    def moment(self) -> tuple:
        """What readings are sorted by: (day, whether a time is said, minute, line). One without a
        time stands before those of its day.
        """
        return self.day, self.minute is not None, self.minute or 0, self.line

    def is_early(self, *, without_time: bool) -> bool:
        """Whether it was taken before noon; ``without_time``: what holds of one that says no
        time.
        """
        if self.minute is None:
            return without_time
        return self.minute < NOON


@dataclass(frozen=True)
class Passed:
    """How many passed a gate in a span, in halves; ``value`` is None where that cannot be told, and
    ``whole`` is False where a part of it is not known. A count of visits that a file gives for a
    gate is one as well as what lies between two readings.
    """

    place: int | None
    gate: str
    span: DaySpan
    value: int | None
    whole: bool = True

    @property
    def is_told(self) -> bool:
        """Whether its number is known, and no part of it is missing."""
        return self.whole and self.value is not None


@dataclass
class Differences:
    """What counters say. ``refused``: {line: reason}; ``turned``: how often one turned over."""

    passed: list[Passed]
    refused: dict[int, str]
    turned: int = 0


def differences(readings: Iterable[Reading], *, at_start: bool = False) -> Differences:
    """From readings to how many passed between them, gate by gate. Readings come in any order;
    those that nobody could read are passed over.

    ``at_start``: a reading without a time was taken before the doors opened, not after they closed.
    """
    found = Differences([], {})
    # A gate whose counter was exchanged for one of another kind is two counters.
    for of_gate in grouped(readings, attrgetter("place", "gate", "is_twice")).values():
        OneCounter(sorted(of_gate, key=lambda one: one.moment), found, at_start).walk()
    return found


def grouped(rows: Iterable, key: Callable) -> dict[Any, list]:
    """{key: the rows that have it, in their order}; the keys in the order in which they come first.
    Asked for another key it gives an empty list. ``key(row)`` must be hashable.
    """
    found: dict[Any, list] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


class OneCounter:
    """The readings of one gate in order, on their way to differences."""

    def __init__(self, readings: list[Reading], found: Differences, at_start: bool):
        """``readings`` of one gate, sorted. ``usual``: the median of all rises, by which a turn is
        judged; ``full``: 1 with as many zeros as the largest reading has digits.
        """
        self.readings = each_once(one for one in readings if one.value is not None)
        self.found = found
        self.at_start = at_start
        values = [one.value for one in self.readings]
        self.usual = usual_rise(values)
        self.full = 10 ** len(str(max(values, default=0)))
        #: (from, to, how many) of each two readings that were believed.
        self.steps: list[tuple[Reading, Reading, int | None]] = []

    def walk(self) -> None:
        """Go through the readings once; ``found`` gets what passed, and what was refused. A reading
        that is refused as a slip is as if it had not been there. Of a single reading nothing passed
        that can be told. Call once.
        """
        believed: list[Reading] = self.readings[:1]
        for place, reading in enumerate(self.readings[1:], start=2):
            following = self.readings[place : place + 1]
            if self.is_a_slip(believed[-1], reading, following):
                self.found.refused[reading.line] = FELL
                continue
            self.step(believed, reading)
            believed.append(reading)
        # Handed on at the end, since a later reading may unsay a step.
        for before, after, passed in self.steps:
            self.add(before, after, passed)

    def is_a_slip(self, before: Reading, reading: Reading, following: list[Reading]) -> bool:
        """Whether the counter fell for this one time only: it did not turn over, and ``following``,
        a list with the next reading, goes on where it had been. False for the last reading, where
        the list is empty: nothing tells.
        """
        if reading.value >= before.value or self.turned(before.value, reading.value) is not None:
            return False
        return any(one.value >= before.value for one in following)

    def step(self, believed: list[Reading], reading: Reading) -> None:
        """Note what passed between the last reading that was ``believed`` and this one: None where
        the counter fell and nothing tells why. A turn is counted in ``found``.
        """
        before = believed[-1]
        passed = reading.value - before.value
        if passed < 0:
            passed = self.turned(before.value, reading.value)
            if passed is None:
                self.note_reset(believed, reading)
            else:
                self.found.turned += 1
        # Also where the counter was reset: the next rise is counted from this reading.
        self.steps.append((before, reading, passed))

    def turned(self, before: int, after: int) -> int | None:
        """How many passed where the counter turned over from ``before`` to ``after``; None where
        that cannot be told: it has few digits, it was not nearly full, or more would have passed
        than five times what usually does.
        """
        if self.full < 10**LEAST_DIGITS or before < NEARLY_FULL * self.full:
            return None
        wrapped = self.full - before + after
        if wrapped > USUAL_TIMES * self.usual:
            return None
        return wrapped

    def note_reset(self, believed: list[Reading], reading: Reading) -> None:
        """Refuse a reading that fell and stayed down. Where it is as high as before the last rise,
        that rise may have been the slip: neither is believed then, and what the rise said is
        unknown.
        """
        self.found.refused[reading.line] = RESET
        if len(believed) > 1 and reading.value >= believed[-2].value:
            self.found.refused[believed[-1].line] = UNCLEAR
            before, after, _passed = self.steps[-1]
            self.steps[-1] = (before, after, None)

    def add(self, before: Reading, after: Reading, passed: int | None) -> None:
        """Hand on to ``found`` what passed between two readings, None where that is unknown, with
        the days it belongs to. What the later reading says of both ways holds: the two are of one
        kind.
        """
        span = self.between(before, after)
        if self.began_late(span):
            passed = None
        halves = in_halves(passed, is_twice=after.is_twice)
        self.found.passed.append(Passed(after.place, after.gate, span, halves))

    def began_late(self, span: DaySpan) -> bool:
        """Whether ``span`` is the day on which the counter was read for the first time, and that in
        its second half: of who came before nothing is known, so the day has no number.
        """
        first = self.readings[0]
        # Of a reading without a time nobody knows that it was late.
        return not first.is_early(without_time=True) and span.first == first.day

    def between(self, before: Reading, after: Reading) -> DaySpan:
        """The days between two readings, both ends among them; what passed overnight is of the day
        that ended. Of two readings that close the same day it is that day. ``before`` is not later
        than ``after``.
        """
        if before.day == after.day:
            return DaySpan(after.day, after.day)
        first, last = self.closed_with(before) + DAY, self.closed_with(after)
        return DaySpan(min(first, last), last)

    def closed_with(self, reading: Reading) -> date:
        """The last day that a reading closes: of one before noon it is the day before, and so of
        one without a time where readings are taken before the doors open.
        """
        if reading.is_early(without_time=self.at_start):
            return reading.day - DAY
        return reading.day


def each_once(readings: Iterable[Reading]) -> list[Reading]:
    """The readings in their order, of those that show the same at the same moment the first: a line
    that was exported twice is one reading. Where no time is said the day is the moment.
    """
    found: dict[tuple, Reading] = {}
    for reading in readings:
        found.setdefault((reading.day, reading.minute, reading.value), reading)
    return list(found.values())


def usual_rise(values: list[int]) -> float:
    """The median of all rises from one reading to the next, by which a turn is judged; falls and
    readings that stand still are left out. 0 where the counter never rose.
    """
    rises = [after - before for before, after in pairwise(values) if after > before]
    return median(rises or [0])


# --- several gates of one house -------------------------------------------------------------------
@dataclass(frozen=True)
class HouseCount:
    """All gates of a place together, in halves. ``unknown``: how many of its ``rows`` did not
    tell.
    """

    place: int | None
    span: DaySpan
    value: int | None
    rows: int
    unknown: int
    whole: bool


def houses(passed: Iterable[Passed]) -> Iterator[HouseCount]:
    """The sums of the gates of each place; whole only where each gate that was at work tells of all
    days. Where one is read by the day and one by the week, only the week has a sum. Places come in
    the order in which ``passed`` names them.
    """
    for place, ones in grouped(passed, attrgetter("place")).items():
        at_work = spans_at_work(ones)
        for group in overlapping(ones):
            yield together(place, group, at_work)


def spans_at_work(ones: list[Passed]) -> dict[str, DaySpan]:
    """{gate: from its first to its last day}, by the counts of one place, those without a number
    among them.
    """
    found: dict[str, DaySpan] = {}
    for one in ones:
        known = found.get(one.gate, one.span)
        first, last = min(known.first, one.span.first), max(known.last, one.span.last)
        found[one.gate] = DaySpan(first, last)
    return found


def overlapping(ones: list[Passed]) -> Iterator[list[Passed]]:
    """Groups of counts whose days overlap, directly or by a third between them; the earliest first.
    None of them is empty.
    """
    group: list[Passed] = []
    last = date.min
    for one in sorted(ones, key=lambda one: (one.span.first, one.span.last)):
        if group and one.span.first > last:
            yield group
            group = []
        group.append(one)
        # An early count that is long may end after one that begins later.
        last = max(last, one.span.last)
    if group:
        yield group


def together(place: int | None, group: list[Passed], at_work: dict[str, DaySpan]) -> HouseCount:
    """The sum of counts whose days overlap, from the first of these days to the last; its ``value``
    is None where no gate tells one. ``at_work``: {gate: from its first to its last day}.
    """
    span = around(group)
    known = [one.value for one in group if one.value is not None]
    return HouseCount(
        place=place,
        span=span,
        value=sum_of(known),
        rows=len(group),
        unknown=len(group) - len(known),
        whole=all(one.is_told for one in group) and not gates_missing(group, span, at_work),
    )


def around(group: list[Passed]) -> DaySpan:
    """From the first day of all these counts to the last, gaps between them included; ``group`` has
    one at least, else ValueError.
    """
    first = min(one.span.first for one in group)
    last = max(one.span.last for one in group)
    return DaySpan(first, last)


def gates_missing(group: list[Passed], span: DaySpan, at_work: dict[str, DaySpan]) -> bool:
    """Whether a gate that was at work on any day of ``span`` does not tell of all its days. A gate
    that was put up in the middle of it is missing too, since the days before are not all told.
    """
    told = days_told(group)
    for gate, days in at_work.items():
        if days.overlaps(span) and len(told[gate]) < span.days:
            return True
    return False


def sum_of(known: list[int]) -> int | None:
    """Their sum; None where nothing is known, which is not zero. ``known``: numbers without None
    among them.
    """
    if not known:
        return None
    return sum(known)


def days_told(group: list[Passed]) -> dict[str, set[date]]:
    """{gate: days that its counts tell of, whether a number is known of them or not}; asked for
    another gate it gives an empty set.
    """
    found: dict[str, set[date]] = defaultdict(set)
    for one in group:
        found[one.gate].update(days_of(one.span.first, one.span.last))
    return found
