"""Which cell of a row of counts goes where, compiled once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import filterfalse

from django.utils import timezone

from crm.imports.fields import Refusal, clean
from crm.imports.letters import in_one_line
from crm.tallies.audiences import audience_of_head
from crm.tallies.cells import (
    count_of,
    is_everywhere,
    is_sum_of_rows,
    is_total,
    minute_of,
    says_all,
)
from crm.tallies.directions import BOTH, COMES, GOES, way_of
from crm.tallies.heads import day_of_head, spread_columns
from crm.tallies.models import TallyMeasure
from crm.tallies.month_days import day_of_month
from crm.tallies.options import CountOptions
from crm.tallies.short_dates import Meaning
from crm.tallies.spans import (
    CALLED_WEEK,
    DaySpan,
    are_months,
    month_of,
    parted,
    span_of,
    week_from,
)

#: Columns with a number, and what it counts.
MEASURED = {
    "visits": TallyMeasure.VISITS,
    "entries": TallyMeasure.VISITS,
    "reading": TallyMeasure.VISITS,
    "loans": TallyMeasure.LOANS,
    "attendance": TallyMeasure.ATTENDANCE,
    "events": TallyMeasure.EVENTS,
}
LONGEST_AUDIENCE, LONGEST_GATE = 255, 120
#: A place as the file names it → what is kept of it; None is the whole library. Refusal.
PlaceOf = Callable[[str], int | None]


@dataclass(frozen=True)
class Entry:
    """One number of one row; ``value`` is None where nobody knows, ``minute`` without an hour.

    ``is_reading``: the number only grows, and says nothing without the one before. ``both_ways``:
    the row is of a counter that counts who comes and who goes.
    """

    place: int | None
    gate: str
    span: DaySpan
    minute: int | None
    measure: str
    audience: str
    value: int | None
    is_reading: bool = False
    both_ways: bool = False

    @property
    def is_twice(self) -> bool:
        """Whether everybody stands in the number twice, once coming and once going. What is no
        visit, as a loan, is counted once whatever the counter does.
        """
        return self.both_ways and self.measure == TallyMeasure.VISITS


@dataclass(frozen=True)
class Looked:
    """What the whole file tells of its cells, before any row is taken.

    ``style``: the order of day and month; ``against``: two cells that contradict each other.
    ``untold``: a date that could be read two ways, where no other tells which.
    ``nothing``: a cell of a number that says "nil". ``short``: what digits beside a month's name
    mean, with what somebody said of it. ``far``: days far from all others; ``labels``: {audience as
    written: its labels}; ``months``: its days stand for their months. ``ways``: what ``way_of``
    tells of its directions. ``days_left``: a column of days of the month that is not taken.
    ``twice``: a row that stands there twice, in its words; ``all_sums``: columns in which every
    row says that it is a sum, so that it tells nothing of a single one.
    """

    style: str = ""
    against: tuple[str, ...] = ()
    untold: str = ""
    nothing: str = ""
    short: Meaning = Meaning()
    months: bool = False
    far: frozenset[date] = frozenset()
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ways: frozenset[str] = frozenset()
    days_left: str = ""
    twice: str = ""
    all_sums: frozenset[str] = frozenset()


class CountPlan:
    """A compiled mapping: ``entries(row)`` gives the numbers of a row. It keeps nothing of a row
    but which days a text names.
    """

    def __init__(
        self,
        header: list[str],
        mapping: dict[str, str],
        options: CountOptions,
        looked: Looked,
        place_of: PlaceOf,
    ):
        """Compile the mapping, {field: column}, which must fit the header: see ``problems``. Raises
        ValueError for a column that is not there.
        """
        self.header = header
        self.options = options
        self.looked = looked
        self.place_of = place_of
        self.at = {name: header.index(column) for name, column in mapping.items()}
        self.measured = {name: one for name, one in MEASURED.items() if name in self.at}
        self.spread = spread_columns(header, options)
        self.heads_are_months = are_months(filter(None, map(day_of_head, options.spread)))
        self.beside = columns_beside(header, mapping, options, looked.all_sums)
        self.is_weekly = mapping.get("period", "").casefold().startswith(CALLED_WEEK)
        #: The days that were asked for, None where nobody asked for any.
        self.asked = options.stated and DaySpan(*options.stated)
        self.today = timezone.localdate()
        self.span_by_text: dict[tuple, DaySpan] = {}

    def text(self, row: list[str], name: str) -> str:
        """The cell of a field as the file has it, blanks and all; empty where no column holds the
        field.
        """
        if name not in self.at:
            return ""
        return row[self.at[name]]

    def entries(self, row: list[str]) -> list[Entry]:
        """The numbers of a row, one for each column that holds one; none of one that tells who
        went, and none of an empty cell of a month to come.

        Raises Refusal for the whole row, where any of its numbers cannot be taken.
        """
        self.refuse_sums(row)
        going = self.direction(row)
        if going == GOES:
            return []
        start = replace(self.start(row), both_ways=self.options.both_ways or going == BOTH)
        told = [*self.named(row, start), *self.spread_over(row, start)]
        found = filterfalse(self.is_still_to_come, told)
        return list(map(self.checked, found))

    def refuse_sums(self, row: list[str]) -> None:
        """Refusal for a row of which a cell that is not taken says that it is a sum of others; the
        cells that are taken are asked where they are read.
        """
        if any(is_sum_of_rows(row[place]) for place in self.beside):
            raise Refusal("", "total-place")

    def start(self, row: list[str]) -> Entry:
        """What all numbers of the row have in common, as an entry without measure and value. Where
        the heads of columns say the days its span is a day that cannot be. An hour in a column of
        its own goes before one that stands with the date. Raises Refusal.
        """
        span, minute = DaySpan(date.min, date.min), None
        if "period" in self.at:
            span, minute = self.when(row)
        if "hour" in self.at:
            minute = minute_of("hour", self.text(row, "hour"))
        place = None
        if "place" in self.at:
            place = self.place(self.text(row, "place"))
        return Entry(place, self.gate(row), span, minute, "", self.audience(row), None)

    def named(self, row: list[str], start: Entry) -> list[Entry]:
        """The numbers of columns that say what they count, unknown ones among them, and one event
        more where each row is an event. ``start``: what they have in common. Raises Refusal where a
        cell is neither a number nor a word for none.
        """
        found = []
        for name, measure in self.measured.items():
            value = count_of(name, self.text(row, name), self.options.nothing)
            is_reading = name == "reading"
            found.append(replace(start, measure=measure, value=value, is_reading=is_reading))
        if self.options.row_is_event:
            found.append(replace(start, measure=TallyMeasure.EVENTS, value=1))
        return found

    def spread_over(self, row: list[str], start: Entry) -> list[Entry]:
        """The numbers of columns that are each a month, an hour, a kind of readers or a place, all
        of the measure that was chosen for them. Raises Refusal.
        """
        found = []
        for place, name, kind in self.spread:
            value = count_of("value", row[place], self.options.nothing)
            entry = replace(start, measure=self.options.measure, value=value)
            found.append(self.at_column(entry, name, kind, row))
        return found

    def at_column(self, entry: Entry, name: str, kind: str, row: list[str]) -> Entry:
        """The entry of a column that is called ``name``: with its month or its hour in place of
        what the row said, with its kind of readers, else with its place. ``kind`` as
        ``kind_of_column`` gives it. Refusal where the name cannot be taken.
        """
        if kind == "month":
            span = self.span(name, self.year(row))
            if self.heads_are_months:
                span = month_of(span)
            return replace(entry, span=span)
        if kind == "hour":
            return replace(entry, minute=minute_of("hour", name))
        if kind == "audience":
            return replace(entry, audience=audience_of_head(name))
        return replace(entry, place=self.place(name))

    # --- cells ------------------------------------------------------------------------------------
    def direction(self, row: list[str]) -> str:
        """COMES where nothing is said or no column says it, GOES or BOTH, by the words in
        DIRECTIONS in any case. Refusal for a row of sums beside rows of who comes, and
        "unknown-action" for another word.
        """
        said = clean("direction", self.text(row, "direction")).casefold()
        if not said:
            return COMES
        way = way_of(said)
        is_direction = way and COMES not in self.looked.ways
        if not is_direction:
            refuse_total("direction", said)
        if not way:
            raise Refusal("direction", "unknown-action")
        return way

    def year(self, row: list[str]) -> int | None:
        """The year of the row where it says one, else that of the whole file, which may be None.
        Refusal for what is no four digits.
        """
        said = self.text(row, "year").strip().removesuffix("年")
        if not said:
            return self.options.year
        if not (said.isdecimal() and len(said) == 4):
            raise Refusal("year", "bad-year")
        return int(said)

    def when(self, row: list[str]) -> tuple[DaySpan, int | None]:
        """The days of the row, and the minute where its date has one, else None. With a last day of
        its own the row is about all days up to it; a day alone may stand for its week or month.

        Refusal for days that are none, and for a last day before the first.
        """
        text, minute = parted(self.text(row, "period"))
        span = self.span(text, self.year(row))
        if "day" in self.at:
            span = day_of_month(self.as_month(span), self.text(row, "day"))
        elif self.text(row, "until").strip():
            span = self.up_to_last_day(row, span)
        elif span.days == 1:
            span = self.as_meant(span)
        return span, minute

    def up_to_last_day(self, row: list[str], span: DaySpan) -> DaySpan:
        """From the first day of ``span`` to the last one that the row says in a column of its own.
        Refusal where that is none, or lies before the first.
        """
        text, _minute = parted(self.text(row, "until"))
        last = self.span(text, self.year(row)).last
        if last < span.first:
            raise Refusal("until", "bad-period")
        return DaySpan(span.first, last)

    def as_month(self, span: DaySpan) -> DaySpan:
        """The month of a single day, as spreadsheets write months; a longer span as it is."""
        if span.days == 1:
            return month_of(span)
        return span

    def as_meant(self, span: DaySpan) -> DaySpan:
        """The week or the month that a single day stands for, as its column is called and as all
        days of the file tell; else the day itself.
        """
        if self.is_weekly:
            return week_from(span)
        # A counter that is read on each first was read on that day.
        if self.looked.months and "reading" not in self.at:
            return month_of(span)
        return span

    def span(self, text: str, year: int | None) -> DaySpan:
        """The days that ``text`` names. Each text is read once: a file says the same day many
        times. Raises Refusal.
        """
        known = self.span_by_text.get((text, year))
        if known is None:
            known = self.span_by_text[text, year] = span_of(
                text, self.looked.style, year, self.looked.short.told
            )
        return known

    def place(self, raw: str) -> int | None:
        """The place a cell names; None for the whole library. Refusal for a row of sums, for an
        empty cell, and for a place that may not be brought.
        """
        name = in_one_line(clean("place", raw))
        if self.is_for_all(name):
            return None
        refuse_total("place", name)
        if not name:
            raise Refusal("place", "missing-place")
        if is_everywhere(name):
            return None
        return self.place_of(name)

    def gate(self, row: list[str]) -> str:
        """The gate a row names, as much of it as is kept; empty where none is. Refusal for a row of
        sums over all gates, as one of the whole library is.
        """
        name = in_one_line(clean("gate", self.text(row, "gate")))
        if is_total(name) or is_everywhere(name):
            raise Refusal("gate", "total-place")
        return name[:LONGEST_GATE]

    def is_for_all(self, name: str) -> bool:
        """Whether the row is an event for everybody, or in all places: that is one event, and no
        sum of others.
        """
        return self.options.row_is_event and says_all(name)

    def audience(self, row: list[str]) -> str:
        """Who was counted, as the file says it in one line; empty for everybody. Refusal for a row
        of sums, and for more than LONGEST_AUDIENCE letters.
        """
        text = in_one_line(clean("audience", self.text(row, "audience")))
        if not self.is_for_all(text):
            refuse_total("audience", text)
        if len(text) > LONGEST_AUDIENCE:
            raise Refusal("audience", "too-long")
        return text

    # --- days that cannot be ----------------------------------------------------------------------
    def is_still_to_come(self, entry: Entry) -> bool:
        """Whether it is an empty cell of a month that nobody could count yet: no number is missing
        there, and the cell is passed over without a word.
        """
        return entry.value is None and entry.span.first > self.today

    def checked(self, entry: Entry) -> Entry:
        """The entry, unless its days begin after today or are none of those that are taken. Raises
        Refusal then.
        """
        if entry.span.first > self.today:
            raise Refusal("period", "future-date")
        self.refuse_days_apart(entry.span)
        return entry

    def refuse_days_apart(self, span: DaySpan) -> None:
        """Raises Refusal for days outside of those that were asked for; where nobody asked for any,
        for a slip: days that lie far from all others.
        """
        if self.asked is None:
            if span.first in self.looked.far:
                raise Refusal("period", "far-away")
            return
        if not self.asked.holds(span):
            raise Refusal("period", "outside-period")


def refuse_total(field: str, text: str) -> None:
    """Refusal at ``field`` for a cell that says that its row is a sum of others."""
    if is_total(text):
        raise Refusal(field, "total-place")


def columns_beside(
    header: list[str], mapping: dict[str, str], options: CountOptions, but: frozenset[str]
) -> list[int]:
    """Places of the columns that are neither mapped nor spread, those named in ``but`` left out."""
    taken = {*mapping.values(), *options.spread, *but}
    return [place for place, name in enumerate(header) if name not in taken]
