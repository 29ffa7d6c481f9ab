"""Dates as files write them, and the style of a column, which all its cells decide together."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from crm.imports.fields import MONTH_OF, Refusal, clean, is_blank

# Dates as systems write them; a time of day behind them is left out.
TIME = r"(?:[ T,]+\d.*|\s*[上下]午.*)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?{TIME}")
YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){TIME}")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
#: 5-Mar-2021, 05 March 21; March 5, 2021.
DAY_NAME = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]([A-Za-z]{{3,9}})\.?[-/., ]+(\d{{4}}|\d{{2}}){TIME}"
)
NAME_DAY = re.compile(rf"([A-Za-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){TIME}")
#: Chinese numerals: 二〇二四年九月一日.
IN_CHINESE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日?"
)
CHINESE_DIGITS = {letter: number for number, letter in enumerate("〇一二三四五六七八九")} | {
    "零": 0
}
#: What systems write where there is no date.
NO_DATE = re.compile(
    r"(0{1,4}[-/.年]0{1,2}[-/.月]0{1,4}日?|0{8}|0|190?0[-/]0?1[-/]0{1,2}|0{1,2}[-/]0?1[-/]1900"
    r"|1900[-/.]0?1[-/.]0?1|0?1[-/.]0?1[-/.]1900|1899[-/]12[-/]3[01]|0001[-/]0?1[-/]0?1"
    r"|1753[-/]0?1[-/]0?1)(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
#: A day as a spreadsheet counts it, of the years 1954 to 2064.
SERIAL = re.compile(r"[2-5]\d{4}(?:\.0+|\.\d+)?")
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
#: Day 0 of a spreadsheet, for which 1900 was a leap year.
EPOCH = date(1899, 12, 30)
#: So many day numbers and nothing else are no accident.
TELLING_SERIALS = 3
#: Two digits of a year from here on are of the last century, as Excel has it.
PIVOT = 30
DAY_FIRST, MONTH_FIRST, SERIALS = "dmy", "mdy", "serial"


@dataclass
class ColumnOfDates:
    """How the dates of one column are written.

    ``day_first`` and ``month_first``: the first cell that can only be read so; ``unclear`` the
    first that could be either.
    """

    day_first: str = ""
    month_first: str = ""
    unclear: str = ""
    serials: int = 0
    others: int = 0
    seen: set[str] = field(default_factory=set)

    def see(self, cell: str) -> None:
        """Take one cell into account; a text seen before says nothing new but of serials."""
        if cell in self.seen:
            return
        if len(self.seen) < 50_000:
            self.seen.add(cell)
        text = cell.strip()
        if is_blank(text) or NO_DATE.fullmatch(text):
            return
        if SERIAL.fullmatch(text):
            self.serials += 1
            return
        self.others += 1
        match = YEAR_LAST.fullmatch(text)
        if match:
            self.weigh(text, int(match.group(1)), int(match.group(2)))

    def weigh(self, text: str, first: int, second: int) -> None:
        told = order_told_by(first, second)
        if not told:
            self.unclear = self.unclear or text
        elif first == second:
            return
        elif told == DAY_FIRST:
            self.day_first = self.day_first or text
        else:
            self.month_first = self.month_first or text

    @property
    def is_contradictory(self) -> bool:
        return bool(self.day_first and self.month_first)

    @property
    def style(self) -> str:
        """dmy, mdy or serial; empty where nothing in the column tells."""
        if self.day_first:
            return DAY_FIRST
        if self.month_first:
            return MONTH_FIRST
        if self.serials >= TELLING_SERIALS and not self.others:
            return SERIALS
        return ""

    @property
    def needs_an_order(self) -> bool:
        """Whether it holds dates that could be read two ways, and nothing tells which."""
        return bool(self.unclear) and not self.style


def columns_of_dates(rows: Iterable, places: dict[str, int]) -> dict[str, ColumnOfDates]:
    """{column: how its dates are written}, from all rows; ``places``: {column: its place}."""
    found = {name: ColumnOfDates() for name in places}
    looked = [(found[name].see, place) for name, place in places.items()]
    for _line, row in rows:
        if isinstance(row, list):
            for see, place in looked:
                see(row[place])
    return found


def date_of(name: str, style: str = "") -> Callable[[str], date | None]:
    """A cell as a day; None for one that says nothing, and for what systems write instead.

    ``style``: "dmy" or "mdy" for dates with the year last, and a column that is all day numbers is
    "serial"; empty refuses what could be either.
    """

    def convert(raw):
        text = clean(name, raw)
        if is_blank(text) or NO_DATE.fullmatch(text):
            return None
        if SERIAL.fullmatch(text):
            return day_numbered(name, text, style)
        year, month, day = parts_of_date(name, text, style)
        try:
            return date(year, month, day)
        except ValueError as error:
            raise Refusal(name, "bad-date") from error

    return convert


def day_numbered(name: str, text: str, style: str) -> date:
    """The day of a spreadsheet's number, where the whole column is such numbers."""
    number = int(float(text))
    if style != SERIALS or not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Refusal(name, "day-number")
    return EPOCH + timedelta(days=number)


def parts_of_date(name: str, text: str, style: str) -> tuple[int, int, int]:
    """(year, month, day) as they are written; whether there is such a day is another question.

    Raises Refusal for what is written like no date.
    """
    match = YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text)
    if match:
        year, month, day = map(int, match.groups())
        return year, month, day
    match = YEAR_LAST.fullmatch(text)
    if match:
        first, second = int(match.group(1)), int(match.group(2))
        day, month = day_and_month(name, first, second, style)
        return whole_year(match.group(3)), month, day
    return parts_in_words(name, text)


def parts_in_words(name: str, text: str) -> tuple[int, int, int]:
    """Dates whose month has a name, and those in Chinese numerals."""
    match = DAY_NAME.fullmatch(text)
    if match:
        day, month, year = match.groups()
        return whole_year(year), month_named(name, month), int(day)
    match = NAME_DAY.fullmatch(text)
    if match:
        month, day, year = match.groups()
        return int(year), month_named(name, month), int(day)
    match = IN_CHINESE.fullmatch(text)
    if match:
        year, month, day = match.groups()
        digits = "".join(str(CHINESE_DIGITS[letter]) for letter in year)
        return int(digits), chinese_number(month), chinese_number(day)
    raise Refusal(name, "bad-date")


def month_named(name: str, word: str) -> int:
    if word.casefold() not in MONTH_OF:
        raise Refusal(name, "bad-date")
    return MONTH_OF[word.casefold()]


def chinese_number(text: str) -> int:
    """二十一 → 21, 十 → 10, 三 → 3."""
    tens, ten, ones = text.rpartition("十")
    value = CHINESE_DIGITS.get(ones, 0)
    if ten:
        value += 10 * (CHINESE_DIGITS.get(tens, 0) if tens else 1)
    return value


def whole_year(text: str) -> int:
    """The year of two digits or four."""
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= PIVOT else 2000)


def order_told_by(first: int, second: int) -> str:
    """ "dmy" or "mdy" where the two numbers themselves tell; empty where they do not.

    A number above 12 is no month, and of two equal ones it does not matter.
    """
    if second > 12:
        return MONTH_FIRST
    if first > 12 or first == second:
        return DAY_FIRST
    return ""


def day_and_month(name: str, first: int, second: int, style: str) -> tuple[int, int]:
    """(day, month) of a date that begins with ``first`` and ``second``.

    Raises Refusal where nobody says in which order they stand.
    """
    order = style if style in {DAY_FIRST, MONTH_FIRST} else order_told_by(first, second)
    if not order:
        raise Refusal(name, "ambiguous-date")
    if order == MONTH_FIRST:
        return second, first
    return first, second


def state_until(expires: Callable, state: Callable, today: date) -> Callable:
    """Function from (day of expiry, state) as cells to a state.

    Who is said to have left has, whatever the day; who is said to be there has left once it is
    over.
    """

    def convert(cells):
        until, said = expires(cells[0]), state(cells[1])
        if until is None or said == "left":
            return said
        if until < today:
            return "left"
        return said or "active"

    return convert
