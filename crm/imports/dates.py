"""Dates as files write them: a cell, in the style of its column, as a day."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from core.days import LAST_DAY
from crm.imports.clocks import PART_OF_DAY
from crm.imports.day_texts import BUDDHIST, bare_month, months, plain_day
from crm.imports.fields import Refusal, clean, is_blank

# Dates as systems write them; a time of day behind them is left out.
TIME = rf"(?:[ T,]+\d.*|\s*(?i:{PART_OF_DAY}).*)?"
#: 2024-2-29, 2024/02/29, 2024年2月29日.
YEAR_FIRST = re.compile(
    rf"(\d{{4}})\s*[-/.年년]\s*(\d{{1,2}})\s*[-/.月월]\s*(\d{{1,2}})\s*[日号일.]?{TIME}"
)
#: 29.02.2024 or 2/29/24: which number is the day is told by the whole column.
YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.] ?(\d{{1,2}})[-/.] ?(\d{{4}}|\d{{2}}){TIME}")
#: 20240229, also with a time: 20240229T091500.
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{6})?")
#: A name of a month in any script, with dots and the signs that Thai sets over letters.
WORD = r"(\d{1,2}月|[^\s\d\-/,]{2,16}?)"
#: 5-Mar-2021, 05 March 21, 01-3月 -24, 29. Februar 2024, 29 de febrero de 2024, 29Feb2024.
DAY_NAME = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?[-/. ]*(?:de )?{WORD}\.?[-/., ]*(?:de )?"
    rf"(\d{{4}}|\d{{2}}){TIME}"
)
#: March 5, 2021; Feb 29 2024 12:00AM.
NAME_DAY = re.compile(rf"{WORD}\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){TIME}")
#: What systems write where there is no date: zeros, a program's first day and its last, words.
NO_DATE = re.compile(
    r"(?:0{1,4}[-/.年]0{1,2}[-/.月]0{1,4}日?|0{8}|0|190?0[-/.]0?1[-/.]0{1,2}"
    r"|0{1,2}[-/]0?1[-/]1900|0?1[-/]0{1,2}[-/]1900"
    r"|1900[-/.]0?1[-/.]0?1|0?1[-/.]0?1[-/.]1900|1899[-/.]12[-/.]3[01]|3[01][-/.]12[-/.]1899"
    r"|12[-/.]3[01][-/.]1899|0001[-/.]0?1[-/.]0?1|0?1[-/.]0?1[-/.]0001|1753[-/.]0?1[-/.]0?1"
    r"|1970[-/.]0?1[-/.]0?1|0?1[-/.]0?1[-/.]1970"
    r"|[29]999[-/.年]?12[-/.月]?31日?|31[-/.]12[-/.][29]999|12[-/.]31[-/.][29]999"
    r"|[-/. :_—]+|长期|长期有效|永久|永久有效|不限|无限期|never|permanent|unlimited|indefinite)"
    r"(?:[ T]0?[08]:00(?::00(?:\.0+)?)?(?: ?AM)?Z?)?",
    re.IGNORECASE,
)
#: A day as a spreadsheet counts it, of the years 1954 to 2064.
SERIAL = re.compile(r"[2-5]\d{4}(?:\.0+|\.\d+)?")
FIRST_SERIAL, LAST_SERIAL = 20_000, 60_000
#: Day 0 of a spreadsheet, for which 1900 was a leap year; old ones of the Macintosh begin later.
EPOCH = date(1899, 12, 30)
DAYS_TO_1904 = 1462
#: Two digits of a year from here on are of the last century, as Excel has it.
PIVOT = 30
#: No library's day is of an earlier year.
FIRST_YEAR = 1850
#: Styles of a column. Two forms of them: behind a plus stands what a day is shifted by, the years
#: of the Buddhist calendar or the days of a workbook that counts from 1904.
DAY_FIRST, MONTH_FIRST, YEAR_SHORT, DAY_SECOND = "dmy", "mdy", "ymd", "ydm"
SERIALS = "serial"
IN_BUDDHIST_YEARS, FROM_1904 = f"+{BUDDHIST}", f"+{DAYS_TO_1904}"


def date_of(name: str, style: str = "") -> Callable[[str], date | None]:
    """A cell as a day; None for one that says nothing, and for what systems write instead.

    ``style``: how the column is written, see ``ColumnOfDates.style``; empty refuses what could be
    read two ways. An end that lies behind all days is none.

    The function raises Refusal: ``bad-date`` for what is no day, ``day-number`` for a spreadsheet's
    number in a column that is not all such numbers, ``ambiguous-date`` where nobody says whether
    the day comes first.
    """
    order, _plus, shift = style.partition("+")

    def convert(raw):
        """The day of one cell; None for one that says no day. Raises Refusal."""
        text = plain_day(clean(name, raw))
        if says_no_day(text):
            return None
        if SERIAL.fullmatch(text):
            return day_numbered(name, text, order, int(shift or 0))
        year, month, day = parts_of_date(name, text, order)
        try:
            found = date(year - int(shift or 0), month, day)
        except ValueError as error:
            raise Refusal(name, "bad-date") from error
        return if_plausible(name, found)

    return convert


def says_no_day(text: str) -> bool:
    """Whether a cell, as ``plain_day`` gives it, is empty or holds what systems write instead of a
    date.
    """
    return is_blank(text) or NO_DATE.fullmatch(text) is not None


def if_plausible(name: str, day: date) -> date | None:
    """The day, if it can be meant; an end in the year 2999 says that there is none.

    Raises Refusal for any other day that lies behind all days, and for one before 1850.
    """
    if day.year < FIRST_YEAR:
        raise Refusal(name, "bad-date")
    if day <= LAST_DAY:
        return day
    if name == "expires_on":
        return None
    raise Refusal(name, "bad-date")


def day_numbered(name: str, text: str, order: str, shift: int) -> date:
    """The day of a spreadsheet's number, where the whole column is such numbers.

    ``shift``: days that are added, of a workbook that counts from 1904. The time behind the point
    is left out. Raises Refusal in any other column, and for numbers outside of 20,000 to 60,000
    (1954 to 2064).
    """
    number = int(float(text))
    if order != SERIALS or not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Refusal(name, "day-number")
    return EPOCH + timedelta(days=number + shift)


def parts_of_date(name: str, text: str, style: str) -> tuple[int, int, int]:
    """(year, month, day) as they are written; whether there is such a day is another question.

    Raises Refusal for what is written like no date.

    ``style``: the order alone, without what days are shifted by.
    """
    match = YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text)
    if match:
        year, second, third = map(int, match.groups())
        if style == DAY_SECOND:
            return year, third, second
        return year, second, third
    match = YEAR_LAST.fullmatch(text)
    if match:
        return parts_of_short(name, match, style)
    return parts_in_words(name, text)


def parts_of_short(name: str, match: re.Match, style: str) -> tuple[int, int, int]:
    """(year, month, day) of two numbers and a year behind them, or three numbers of two digits.

    Raises Refusal where nothing tells the order of the first two.
    """
    first, second, third = match.group(1, 2, 3)
    if style == YEAR_SHORT and len(third) == 2:
        return whole_year(first), int(second), int(third)
    day, month = day_and_month(name, int(first), int(second), style)
    return whole_year(third), month, day


def parts_in_words(name: str, text: str) -> tuple[int, int, int]:
    """(year, month, day) of a date whose month has a name, before the day or behind it.

    Raises Refusal for anything else, and for a name that is no month's.
    """
    match = DAY_NAME.fullmatch(text)
    if match:
        day, month, year = match.group(1, 2, 3)
        return whole_year(year), month_named(name, month), int(day)
    match = NAME_DAY.fullmatch(text)
    if match:
        month, day, year = match.group(1, 2, 3)
        return int(year), month_named(name, month), int(day)
    raise Refusal(name, "bad-date")


def month_named(name: str, word: str) -> int:
    """The month, 1 to 12, by its name in one of the languages known, accents and dots apart. Raises
    Refusal ("bad-date") of the field ``name`` for any other word.
    """
    number = months().get(bare_month(word))
    if number is None:
        raise Refusal(name, "bad-date")
    return number


def whole_year(text: str) -> int:
    """The year of two digits or four.

    Of two digits those from 30 on are of the last century, as in Excel.
    """
    year = int(text)
    if len(text) == 4:
        return year
    if year >= PIVOT:
        return 1900 + year
    return 2000 + year


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
    order = style
    if order not in {DAY_FIRST, MONTH_FIRST}:
        order = order_told_by(first, second)
    if not order:
        raise Refusal(name, "ambiguous-date")
    if order == MONTH_FIRST:
        return second, first
    return first, second


def in_style(asked: str, told: str) -> str:
    """The style of a column where somebody said the order: what days are shifted by stays as the
    column told it.

    Both are styles as of ``ColumnOfDates``, ``asked`` the order alone. A shift is of days or of
    years, so it stays only where both speak of numbers of days, or neither does.
    """
    if not asked:
        return told
    order, _plus, shift = told.partition("+")
    is_same_kind = (asked == SERIALS) == (order == SERIALS)
    if shift and is_same_kind:
        return f"{asked}+{shift}"
    return asked
