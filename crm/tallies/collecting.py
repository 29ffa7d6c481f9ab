"""From the rows of a file to counts: each number added up where several rows tell of one thing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from crm.imports.fields import Refusal
from crm.imports.models import ImportRefusal
from crm.imports.rows import BrokenRow, Row
from crm.imports.staging import KEPT
from crm.tallies.gates import Passed, Reading, differences, from_halves, houses, in_halves
from crm.tallies.hours import Hours
from crm.tallies.models import TallyMeasure
from crm.tallies.options import ONCE
from crm.tallies.plan import CountPlan, Entry

#: A row that the reading of tables knows as a sum is refused in the words for a place that is one.
CALLED_HERE = {"total-row": "total-place"}
#: Rows after which somebody who waits is told that the work goes on.
BEAT = 5000


class Thing(NamedTuple):
    """What a number counts: whom, where, and from which day to which. Sums are kept by it.

    ``place`` is None for the whole library, ``audience`` empty for everybody.
    """

    place: int | None
    first: date
    last: date
    measure: str
    audience: str

    @property
    def place_and_day(self) -> tuple[int | None, date] | None:
        """Where and when, of what is counted for a single day; None for a longer time."""
        if self.first != self.last:
            return None
        return self.place, self.first


@dataclass
class Sum:
    """What was said of one thing. ``value`` is None until somebody knew a number. While rows are
    taken it is in halves, see ``in_halves``; ``Collector.finish`` makes whole numbers of it.
    """

    value: int | None = None
    rows: int = 0
    unknown: int = 0
    whole: bool = True

    def add(self, value: int | None) -> None:
        """Take one more row into account, with its number in halves. None says that nobody knows
        it: the sum is of a part then, and stays None as long as no row had a number.
        """
        self.rows += 1
        if value is None:
            self.unknown += 1
            self.whole = False
        else:
            self.value = (self.value or 0) + value


@dataclass
class Collected:
    """What a file says. ``part_hours``: days with hours missing; ``turned``: counters that began
    anew at zero; ``left_out``: rows that tell who went, or of which nothing was counted;
    ``repeated``: rows that were written twice, each time but the first.
    """

    sums: dict[Thing, Sum] = field(default_factory=dict)
    refusals: list[ImportRefusal] = field(default_factory=list)
    rows: int = 0
    left_out: int = 0
    turned: int = 0
    part_hours: int = 0
    repeated: int = 0

    @property
    def places(self) -> set[int]:
        """Numbers of the places that anything was counted at, as the register of places gives them,
        from 1 on. The whole library, which is None in a Thing, is not among them.
        """
        return set(map(attrgetter("place"), self.sums)) - {None}

    @property
    def measures(self) -> set[str]:
        """What was counted at all, by the codes of TallyMeasure; also what is counted in cells that
        say no number.
        """
        return set(map(attrgetter("measure"), self.sums))

    def of(self, thing: Thing) -> Sum:
        """What was said of one thing so far, to be added to. A thing that comes for the first time
        gets a sum without rows, which counts from then on as said.
        """
        return self.sums.setdefault(thing, Sum())

    def refuse(self, line: int, field_name: str, reason: str, raw: Iterable[str]) -> None:
        """Note a row that is not taken; nothing is stored. ``reason`` is one of
        ImportRefusal.Reason, ``field_name`` empty where it is no single cell, ``raw`` the row's
        cells, of which the first ``KEPT`` letters are kept. PostgreSQL stores no NUL, so that is
        replaced.
        """
        kept = [cell[:KEPT].replace("\0", "␀") for cell in raw]
        self.refusals.append(ImportRefusal(line=line, field=field_name, reason=reason, raw=kept))


# --- row by row -----------------------------------------------------------------------------------
class Collector:
    """Takes rows one by one; ``finish`` gives what they say together."""

    def __init__(self, plan: CountPlan):
        """``plan`` gives the numbers of each row. A file whose columns name gates is added up gate
        by gate, any other straight away.
        """
        self.plan = plan
        self.found = Collected()
        self.has_gates = "gate" in plan.at
        self.readings: list[Reading] = []
        self.raw_of_readings: dict[int, list[str]] = {}
        self.passed: Counter = Counter()
        self.unknown_passed: set[tuple] = set()
        self.hours = Hours()
        self.takes_once = plan.options.twice == ONCE
        self.taken: set[int] = set()

    def take(self, line: int, row: list[str] | BrokenRow) -> None:
        """Take one row, or note why it is refused. Raises nothing."""
        self.found.rows += 1
        if isinstance(row, BrokenRow):
            reason = CALLED_HERE.get(row.reason, row.reason)
            self.found.refuse(line, "", reason, [row.raw])
            return
        if self.takes_once and self.came_before(row):
            self.found.repeated += 1
            return
        try:
            entries = self.plan.entries(row)
        except Refusal as said:
            self.found.refuse(line, said.field, said.reason, row)
            return
        self.note_all(line, row, entries)

    def came_before(self, row: list[str]) -> bool:
        """Whether the row came before in the same words. Kept of each row is a number alone; two
        rows that are not alike rarely share one.
        """
        before = len(self.taken)
        self.taken.add(hash(tuple(row)))
        return len(self.taken) == before

    def note_all(self, line: int, row: list[str], entries: list[Entry]) -> None:
        """Note all numbers of a row; one without any, as of who went out, is left out."""
        if not entries:
            self.found.left_out += 1
        for entry in entries:
            self.note(line, row, entry)

    def note(self, line: int, row: list[str], entry: Entry) -> None:
        """Put one number where it belongs: to the readings of a counter, to the visits, or straight
        to the sum of what it counts.
        """
        if entry.is_reading:
            self.note_reading(line, row, entry)
            return
        if entry.measure == TallyMeasure.VISITS:
            self.note_visits(entry)
            return
        self.add_up(entry)

    def note_reading(self, line: int, row: list[str], entry: Entry) -> None:
        """Keep what a counter showed, with its row, which may turn out not to be believed. It was
        read on the last day of its entry.
        """
        reading = Reading(
            line=line,
            place=entry.place,
            gate=entry.gate,
            day=entry.span.last,
            minute=entry.minute,
            value=entry.value,
            is_twice=entry.is_twice,
        )
        self.readings.append(reading)
        self.raw_of_readings[line] = row

    def note_visits(self, entry: Entry) -> None:
        """Put a number of visits to its gate where gates are told apart, else straight to the sum.

        Its hour is noted too, where it has one and the number is known.
        """
        if entry.minute is not None and entry.value is not None:
            self.hours.see((entry.place, entry.gate), entry.span.first, entry.minute)
        if self.has_gates:
            self.note_gate(entry)
            return
        self.add_up(entry)

    def add_up(self, entry: Entry) -> None:
        """Add a number, in halves, to the sum of what it counts."""
        self.found.of(thing_of(entry)).add(in_halves(entry.value, is_twice=entry.is_twice))

    def note_gate(self, entry: Entry) -> None:
        """Add a number to its gate, days and audience: hours are added up before a gate stands
        beside others. An unknown number leaves the sum as it is and is remembered, so that the gate
        is told in part.
        """
        key = (entry.place, entry.gate, entry.span, entry.audience)
        # Also of an unknown number: its gate has to stand among the keys.
        self.passed[key] += in_halves(entry.value, is_twice=entry.is_twice) or 0
        if entry.value is None:
            self.unknown_passed.add(key)

    def finish(self) -> Collected:
        """Settle readings, gates and hours, in this order, and return everything together, each sum
        rounded once. Call once, after the last row.
        """
        self.settle_readings()
        self.settle_gates()
        self.settle_hours()
        self.settle_sums()
        return self.found

    def settle_sums(self) -> None:
        """Make persons of the halves. What is counted for days of which one is not over is told in
        part: a month that is still running is never whole.
        """
        for thing, said in self.found.sums.items():
            said.value = from_halves(said.value)
            if thing.last >= self.plan.today:
                said.whole = False

    def settle_readings(self) -> None:
        """From readings to how many passed between them; a row that cannot be believed is refused,
        by its line. Visits by readings have no audience: a counter does not see who passes.
        """
        told = differences(self.readings, at_start=self.plan.options.at_start)
        self.found.turned = told.turned
        for line, reason in sorted(told.refused.items()):
            self.found.refuse(line, "reading", reason, self.raw_of_readings[line])
        self.add_houses(summed(told.passed), "")

    def settle_gates(self) -> None:
        """Add the gates of each house together, for each audience apart. A gate with an unknown
        part is told in part; one of which nothing is known has no number.
        """
        by_audience: dict[str, list[Passed]] = defaultdict(list)
        for key, value in self.passed.items():
            place, gate, span, audience = key
            one = Passed(place, gate, span, value)
            if key in self.unknown_passed:
                # Of a gate that said nothing at all there is no zero.
                one = replace(one, value=value or None, whole=False)
            by_audience[audience].append(one)
        for audience, ones in by_audience.items():
            self.add_houses(ones, audience)

    def add_houses(self, passed: list[Passed], audience: str) -> None:
        """Write down the visits of each house and span, in place of what stood there: nobody else
        tells of them in this file. ``passed``: counts of gates, in halves; ``audience``: whom they
        are of, empty for everybody.
        """
        for one in houses(passed):
            first, last = one.span.first, one.span.last
            thing = Thing(one.place, first, last, str(TallyMeasure.VISITS), audience)
            self.found.sums[thing] = Sum(one.value, one.rows, one.unknown, one.whole)

    def settle_hours(self) -> None:
        """Days of which hours are missing are told in part, and counted as ``part_hours``, one for
        each place. Does nothing where no day has two hours: the time is that of a daily report
        then. What is told for longer than a day is left alone.
        """
        if not self.hours.are_told:
            return
        missing = self.hours.incomplete()
        self.found.part_hours = len(missing)
        for thing, said in self.found.sums.items():
            if thing.place_and_day in missing:
                said.whole = False


def summed(passed: list[Passed]) -> list[Passed]:
    """One count for each gate and span, in the order in which they come first: what passed between
    the readings of a day is added up, in halves. A day of which one part cannot be told has no
    number.
    """
    found: dict[tuple, Passed] = {}
    for one in passed:
        key = (one.place, one.gate, one.span)
        before = found.get(key, replace(one, value=0))
        found[key] = replace(one, value=added(before.value, one.value))
    return list(found.values())


def added(one: int | None, other: int | None) -> int | None:
    """Their sum; None where either is not known: the sum of one part would pass for the whole."""
    if None in (one, other):
        return None
    return one + other


def thing_of(entry: Entry) -> Thing:
    """What a number counts, as sums are kept by it. Gate and minute are not part of it: all gates
    and all hours of a day are one thing.
    """
    span = entry.span
    return Thing(entry.place, span.first, span.last, str(entry.measure), entry.audience)


def collect(
    rows: Iterable[Row], plan: CountPlan, *, report: Callable[[int], None] | None = None
) -> Collected:
    """What all rows say together; those that are refused count among its ``rows``. Nothing is
    stored.

    ``rows``: (line, cells or what broke) in the order of the file. ``report(rows so far)`` is
    called every ``BEAT`` rows and may raise to stop.
    """
    collector = Collector(plan)
    for line, row in rows:
        collector.take(line, row)
        if report and collector.found.rows % BEAT == 0:
            report(collector.found.rows)
    return collector.finish()
