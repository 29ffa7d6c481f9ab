"""The days that a row of counts is about, as files write them: a day, a month, a week. Pure.

Never less: what is counted for a month is not spread over its days.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from core.columns import the_only
from core.days import FIRST_DAY
from crm.imports.clocks import PART_OF_DAY
from crm.imports.dates import date_of, whole_year
from crm.imports.fields import MONTH_OF, Refusal
from crm.imports.letters import in_one_line
from crm.sources.months import end_of_month
from crm.tallies.cells import FULL_WIDTH, is_total, minute_of, plain_cell
from crm.tallies.short_dates import ANY_YEAR, ShortDate, short_date
from crm.tallies.short_dates import YEAR as YEAR_SHORT

#: A year, a sign or none, and the number of a month: 2019-12, 2019年12月, 201912.
YEAR_MONTH = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*月?份?")
YEAR_MONTH_TOGETHER = re.compile(r"((?:19|20)\d{2})(\d{2})")
MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*((?:19|20)\d{2})")
#: December 2019, 2019 Dec; of a year in two digits see ``short_dates``.
NAME_YEAR = re.compile(r"([A-Za-z]{3,9})\.?\s*[-/, ']*\s*((?:19|20)\d{2})")
YEAR_NAME = re.compile(r"((?:19|20)\d{2})\s*[-/, ]*\s*([A-Za-z]{3,9})\.?")
#: (how a year and its month are written, which group is the year, which the month).
WITH_YEAR = (
    (YEAR_MONTH, 1, 2),
    (YEAR_MONTH_TOGETHER, 1, 2),
    (MONTH_YEAR, 2, 1),
    (NAME_YEAR, 2, 1),
    (YEAR_NAME, 1, 2),
)
#: 2024 Q1, 2024-Q1, 2024年第一季度.
QUARTER = re.compile(r"((?:19|20)\d{2})\s*[-/ 年]?\s*(?:Q|第)([1-4一二三四])季?度?", re.IGNORECASE)
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
YEAR = re.compile(r"((?:19|20)\d{2})年?")
#: A year, or a number that is no month of any year: too little for the head of a column.
NO_MONTH = re.compile(r"(?:(?:19|20)\d{2}年?|\d{0,4})")
ALONE = re.compile(r"^(\d{1,2})\s*月份?$")
#: Characters of a date and a time of day.
LONGEST_MOMENT = 80
#: A date and the time of day behind it.
WITH_TIME = re.compile(
    rf"(.*\d{{4}}.*?)(?:[ T　,]+|(?=(?i:{PART_OF_DAY})))"
    rf"((?i:{PART_OF_DAY})?\s*\d{{1,2}}\s?(?:[:：时時点點시]|[AaPp]\.?\s?[Mm]\b).*)"
)
IN_FILENAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
FIELD = "period"
CALLED_MONTH, CALLED_WEEK = ("month", "月"), ("week", "周")


@dataclass(frozen=True)
class DaySpan:
    """From ``first`` to ``last``, both among them; the last is not before the first."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days they are, one at least."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: "DaySpan") -> bool:
        """Whether a day lies in both. The same as asking whether the later beginning is not after
        the earlier end.
        """
        return max(self.first, other.first) <= min(self.last, other.last)

    def holds(self, other: "DaySpan") -> bool:
        """Whether all days of the other lie in this one; of two that are alike each holds the
        other.
        """
        return self.first <= other.first <= other.last <= self.last


def span_of(raw: str, style: str = "", year: int | None = None, digits: str = "") -> DaySpan:
    """The days a cell names. ``style``: order of day and month in its column, empty where dates
    tell themselves; ``year``: of a month or a day that stands without one, None where nobody has
    said it. ``digits``: what those beside a month's name mean in its column, see ``short_dates``;
    a year where nothing is said.

    Refusal in FIELD for what is no time, lies before 2000, or is a row of sums.
    """
    text = text_of_time(raw)
    span = short_span(text, year, digits) or longer_than_a_day(text, year) or day_in(text, style)
    if span.first < FIRST_DAY:
        raise Refusal(FIELD, "bad-date")
    return span


def text_of_time(raw: str) -> str:
    """A cell in one line with plain digits. Refusal in FIELD for an empty cell, for a row of sums,
    and for what cannot be kept.
    """
    text = plain_cell(FIELD, raw)
    if not text:
        raise Refusal(FIELD, "missing-date")
    if is_total(text):
        raise Refusal(FIELD, "total-place")
    return text


def short_span(text: str, year: int | None, digits: str) -> DaySpan | None:
    """The day or the month of a text like "Mar 10" (``digits``: DAY or YEAR); None for any other.

    Refusal for a day of which nobody says the year, for one that there is not, and where the text
    itself says another meaning than its column.
    """
    short = short_date(text)
    if short is None:
        return None
    meaning = digits or short.told or YEAR_SHORT
    if short.told not in {"", meaning}:
        raise Refusal(FIELD, "bad-date")
    if meaning == YEAR_SHORT:
        return month_span(*short.year_and_month)
    return day_of_year(short, year)


def day_of_year(short: ShortDate, year: int | None) -> DaySpan:
    """The day of a month in ``year``. Refusal where nobody says the year, and where it has no such
    day.
    """
    if year is None:
        raise Refusal(FIELD, "missing-year")
    try:
        day = short.day_of(year)
    except ValueError as error:
        raise Refusal(FIELD, "bad-date") from error
    return DaySpan(day, day)


def day_in(text: str, style: str) -> DaySpan:
    """A single day, as a span. ``style``: the order of day and month, empty where dates tell
    themselves. Refusal in FIELD for what is none, and "missing-date" where none is said.
    """
    day = date_of(FIELD, style)(text)
    if day is None:
        raise Refusal(FIELD, "missing-date")
    return DaySpan(day, day)


def longer_than_a_day(text: str, year: int | None = None) -> DaySpan | None:
    """A month, a quarter or a year; None for what is written like none of them. Refusal for a month
    alone where nobody says of which ``year``, and for the thirteenth.
    """
    several = quarter_span(text) or year_span(text)
    if several is not None:
        return several
    found = year_and_month(text) or month_alone(text, year)
    if found is None:
        return None
    return month_span(*found)


def quarter_span(text: str) -> DaySpan | None:
    """The three months of a quarter, written as QUARTER has it; None for another text."""
    match = QUARTER.fullmatch(text)
    if match is None:
        return None
    year, last_month = int(match[1]), 3 * int(QUARTERS.get(match[2], match[2]))
    return DaySpan(date(year, last_month - 2, 1), month_span(year, last_month).last)


def year_span(text: str) -> DaySpan | None:
    """A year from its first day to its last; None for another text."""
    match = YEAR.fullmatch(text)
    if match is None:
        return None
    year = int(match[1])
    return DaySpan(date(year, 1, 1), date(year, 12, 31))


def year_and_month(text: str) -> tuple[int, int] | None:
    """(year, month) as they are written together, in digits or with the month's name; None for
    another text. The month may be 0 or 13: who makes days of it refuses that.
    """
    for shape, year, month in WITH_YEAR:
        match = shape.fullmatch(text)
        number = match and number_of_month(match[month])
        if number is not None:
            return whole_year(match[year]), number
    return None


def number_of_month(text: str) -> int | None:
    """The number of a month that is written in digits, be it 0 or 13, or by its English name in any
    case; None for another word.
    """
    if text.isdecimal():
        return int(text)
    return MONTH_OF.get(text.casefold())


def month_alone(text: str, year: int | None) -> tuple[int, int] | None:
    """(year, month) of a month without its year, which somebody has to say; None for what is no
    month. Refusal "missing-year" where nobody did.
    """
    month = MONTH_OF.get(ALONE.sub(r"\1", text).casefold())
    if month is None:
        return None
    if year is None:
        raise Refusal(FIELD, "missing-year")
    return year, month


def month_span(year: int, month: int) -> DaySpan:
    """From the first day of the month to its last. Refusal "bad-month" in FIELD for the thirteenth
    and for 0.
    """
    if not 1 <= month <= 12:
        raise Refusal(FIELD, "bad-month")
    first = date(year, month, 1)
    return DaySpan(first, end_of_month(first))


def parted(raw: str) -> tuple[str, int | None]:
    """(date, minute of the day) of a cell that holds both; where it holds a date alone the cell as
    it is, and None. Refusal for a time that is none.
    """
    # A date and its time are short, and the pattern takes its time over a long text of blanks.
    match = None if len(raw) > LONGEST_MOMENT else WITH_TIME.fullmatch(raw.strip())
    if match is None:
        return raw, None
    return match[1], minute_of("hour", match[2])


def month_in_header(name: str) -> str:
    """The text, in one line and with plain digits, where a column is called like a month, a quarter
    or a day; else empty, as for a year or a small number alone.
    """
    text = in_one_line(name).translate(FULL_WIDTH)
    if NO_MONTH.fullmatch(text):
        return ""
    if is_day(text) or is_longer(text):
        return text
    return ""


def is_longer(text: str) -> bool:
    """Whether it is a month, a quarter, a year, or a day without its year. A thirteenth month is
    none.
    """
    try:
        span = short_span(text, ANY_YEAR, "") or longer_than_a_day(text, ANY_YEAR)
        return span is not None
    except Refusal:
        return False


def is_day(text: str) -> bool:
    """Whether it is written as a date whose year comes first, which no name of a place looks like;
    that there is such a day is not asked.
    """
    return bool(re.fullmatch(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", text))


def year_in(filename: str) -> int | None:
    """The one year, 1900 to 2099, that the name of a file says; None where it says none
    or several.
    """
    found = set(map(int, IN_FILENAME.findall(filename)))
    return the_only(found)


def are_months(days: Iterable[date], name: str = "") -> bool:
    """Whether days stand for their months, as spreadsheets write a month: each is a first, and they
    are several, or their column is called a month (``name``). False without any day, and for one
    day that many rows have in a column of another name.
    """
    found = set(days)
    is_called_so = name.casefold().startswith(CALLED_MONTH)
    are_firsts = set(map(attrgetter("day"), found)) == {1}
    return are_firsts and (len(found) > 1 or is_called_so)


def month_of(span: DaySpan) -> DaySpan:
    """The month in which the first day of ``span`` lies, from its first day to its last."""
    return month_span(span.first.year, span.first.month)


def week_from(span: DaySpan) -> DaySpan:
    """The seven days that the first day of ``span`` begins, whatever weekday it is."""
    return DaySpan(span.first, span.first + timedelta(days=6))
