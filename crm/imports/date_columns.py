"""The style in which the dates of a column are written: all its cells decide it together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from crm.imports.dates import (
    DAY_FIRST,
    DAY_SECOND,
    IN_BUDDHIST_YEARS,
    MONTH_FIRST,
    SERIAL,
    SERIALS,
    YEAR_FIRST,
    YEAR_LAST,
    YEAR_SHORT,
    order_told_by,
    says_no_day,
    whole_year,
)
from crm.imports.day_texts import plain_day

#: So many day numbers and nothing else are no accident.
TELLING_SERIALS = 3
#: Texts of a column that are remembered, so that none is weighed twice.
MOST_SEEN = 50_000
#: Years that no card of our era ends in, and every one of the Buddhist calendar lies in.
BUDDHIST_YEARS = range(2520, 2600)
#: Where day, month and year of 24-02-29 stand in each order.
PLACES = {
    DAY_FIRST: itemgetter(0, 1, 2),
    MONTH_FIRST: itemgetter(1, 0, 2),
    YEAR_SHORT: itemgetter(2, 1, 0),
}
#: What the order of two numbers behind a year is called.
BEHIND_A_YEAR = {MONTH_FIRST: YEAR_SHORT, DAY_FIRST: DAY_SECOND}
#: Orders of which a column can have only one.
CONTRARY = ((DAY_FIRST, MONTH_FIRST), (YEAR_SHORT, DAY_SECOND))
#: Orders that hold as soon as one cell tells them, the one that goes before first.
WHATEVER_ELSE = (DAY_FIRST, MONTH_FIRST)
#: What a day and a month may be called by number.
DAYS, MONTHS = range(1, 32), range(1, 13)


@dataclass
class ShortYears:
    """Orders that fit all dates of three numbers of two digits so far.

    ``past``: those of them in which no day is still to come. ``first`` and ``broken_by``: the first
    cell, and the one after which nothing fitted any more.
    """

    possible: set[str] = field(default_factory=lambda: set(PLACES))
    past: set[str] = field(default_factory=lambda: set(PLACES))
    first: str = ""
    broken_by: str = ""

    def see(self, text: str, numbers: tuple[str, str, str]) -> None:
        """Take one cell into account: ``text`` as it stands, ``numbers`` its three numbers of two
        digits.

        An order in which they give no day or no month is given up. How many days a month has is not
        asked.
        """
        self.first = self.first or text
        for order, places in PLACES.items():
            self.weigh(order, *places(numbers))
        if not self.possible:
            self.broken_by = self.broken_by or text

    def weigh(self, order: str, day: str, month: str, year: str) -> None:
        """Give the order up where these can be no day and month; and as one of what was, where the
        year is still to come.
        """
        if not may_be_day(day, month):
            self.possible.discard(order)
        if whole_year(year) > date.today().year:
            self.past.discard(order)

    def order(self) -> str:
        """The order they are in; empty where several fit. What was is likelier than what will be,
        where only one order has nothing to come.
        """
        left = self.possible & self.past or self.possible
        if len(left) != 1:
            return ""
        return min(left)


def may_be_day(day: str, month: str) -> bool:
    """Whether two numbers can be a day and a month; how many days the month has is not asked."""
    return int(day) in DAYS and int(month) in MONTHS


@dataclass
class ColumnOfDates:
    """How the dates of one column are written.

    ``told``: {order: the first cell that can only be read so}; ``unclear`` the first that could be
    either. ``serials``: how many numbers of days, ``others``: dates of any other kind. ``years``:
    how many dates have a year of four digits, ``buddhist``: those whose year is of that calendar.
    """

    told: dict[str, str] = field(default_factory=dict)
    unclear: str = ""
    short: ShortYears = field(default_factory=ShortYears)
    serials: int = 0
    others: int = 0
    years: int = 0
    buddhist: int = 0
    seen: set[str] = field(default_factory=set)

    def see(self, cell: str) -> None:
        """Take one cell into account; a text seen before says nothing new but of serials.

        Blank cells, and what systems write for no date, say nothing. After the first 50,000
        different texts a further one is weighed each time it comes.
        """
        if cell in self.seen:
            return
        if len(self.seen) < MOST_SEEN:
            self.seen.add(cell)
        self.count(plain_day(cell))

    def count(self, text: str) -> None:
        """Count a text, as ``plain_day`` gives it, as a number of a day or as another date, which
        is weighed then; what says no day counts for nothing.
        """
        if SERIAL.fullmatch(text):
            self.serials += 1
        elif not says_no_day(text):
            self.others += 1
            self.weigh(text)

    def weigh(self, text: str) -> None:
        """Take a date of numbers into account.

        A date without signs, or one whose month has a name, tells nothing of an order.
        """
        for shape, weigh in WEIGHED:
            match = shape.fullmatch(text)
            if match:
                weigh(self, text, *match.groups())
                return

    def weigh_year_first(self, text: str, year: str, second: str, third: str) -> None:
        """Take 2024-02-29 into account: day and month behind a year tell only where they stand the
        wrong way round, or cannot.
        """
        self.weigh_year(int(year))
        numbers = int(second), int(third)
        if min(numbers) <= max(MONTHS) < max(numbers):
            self.told.setdefault(BEHIND_A_YEAR[order_told_by(*numbers)], text)

    def weigh_year_last(self, text: str, first: str, second: str, year: str) -> None:
        """Take 29.02.2024 or 29-02-24 into account; a year of two digits may stand in front."""
        if len(year) == 2:
            self.short.see(text, (first, second, year))
            return
        self.weigh_year(int(year))
        self.weigh_order(text, int(first), int(second))

    def weigh_year(self, year: int) -> None:
        """Count a year of four digits, and whether only the Buddhist calendar can mean it."""
        self.years += 1
        self.buddhist += year in BUDDHIST_YEARS

    def weigh_order(self, text: str, first: int, second: int) -> None:
        """Remember what the two numbers before a year tell of their order; ``text`` is the cell.

        Two equal ones tell nothing, and leave nothing open either.
        """
        order = order_told_by(first, second)
        if not order:
            self.unclear = self.unclear or text
        elif first != second:
            self.told.setdefault(order, text)

    # --- what it comes to -------------------------------------------------------------------------
    @property
    def against(self) -> list[str]:
        """Two cells that contradict each other; none where the column is of one mind.

        They are texts as ``plain_day`` gives them.
        """
        for one, other in CONTRARY:
            if {one, other} <= self.told.keys():
                return [self.told[one], self.told[other]]
        if self.short.broken_by:
            return [self.short.first, self.short.broken_by]
        return []

    @property
    def order(self) -> str:
        """dmy, mdy, ymd (the year in two digits), ydm or serial; empty where nothing tells.

        Where day first and month first were both told, it is day first, and ``against`` names the
        two cells. Numbers of days are an order only from three on, and where nothing else stands.
        """
        for order in WHATEVER_ELSE:
            if order in self.told:
                return order
        if self.unclear:
            return ""
        if self.short.first:
            return self.short.order()
        if DAY_SECOND in self.told:
            return DAY_SECOND
        return self.order_of_numbers()

    def order_of_numbers(self) -> str:
        """SERIALS where the column is numbers of days and nothing else, three at least; else empty:
        one number alone may be anything.
        """
        if self.serials >= TELLING_SERIALS and not self.others:
            return SERIALS
        return ""

    @property
    def style(self) -> str:
        """The order, and behind it what days are shifted by where all years are of the Buddhist
        calendar.
        """
        is_buddhist = self.years > 0 and self.buddhist == self.years
        if is_buddhist:
            return self.order + IN_BUDDHIST_YEARS
        return self.order

    @property
    def needs_an_order(self) -> bool:
        """Whether it holds dates that could be read two ways, and no other cell of the column tells
        which: then somebody has to say so.
        """
        return bool(self.open_question) and not self.order

    @property
    def open_question(self) -> str:
        """The first cell that could be read two ways by itself, as the file has it; empty where
        there is none.
        """
        return self.unclear or self.short.first


#: How dates of numbers are written, and what weighs each.
WEIGHED = (
    (YEAR_FIRST, ColumnOfDates.weigh_year_first),
    (YEAR_LAST, ColumnOfDates.weigh_year_last),
)


def columns_of_dates(rows: Iterable, places: dict[str, int]) -> dict[str, ColumnOfDates]:
    """{column: how its dates are written}, from all rows; ``places``: {column: its place}.

    ``rows`` are those of ``parse_table``, and used up; broken ones say nothing.
    """
    found, looked = {}, []
    for name, place in places.items():
        found[name] = ColumnOfDates()
        looked.append((found[name].see, place))

    for _line, row in rows:
        if not isinstance(row, list):
            continue
        for see, place in looked:
            see(row[place])
    return found
