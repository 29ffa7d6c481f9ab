"""Days that stand in a column of their own beside their month: 年, 月, 日. Pure.

Left out, each of them would be told as a whole month.
"""

import re
from datetime import date

from crm.imports.fields import Refusal
from crm.imports.guessing import bare_name
from crm.imports.rows import by_column
from crm.tallies.cells import plain_cell
from crm.tallies.kinds import DAY_OF_MONTH
from crm.tallies.spans import FIELD, DaySpan

#: What such columns are called, without capitals and signs; "day" may be a date as well.
DAYS = frozenset(["day", *DAY_OF_MONTH.split()])
MONTHS = frozenset(["month", "mon", "月", "月份", "年月", "yearmonth", "统计月份", "period"])
#: 2, 02, 2日, 2号.
NUMBER = re.compile(r"(\d{1,2})\s*[日号]?")
LAST = 31


def is_called_day(name: str) -> bool:
    """Whether a column is called a day without its month, as 日, and no date: 日期 is one."""
    return bare_name(name) in DAYS


def is_called_month(name: str) -> bool:
    """Whether a column is called a month, with its year or without."""
    return bare_name(name) in MONTHS


def number_of_day(cell: str) -> int | None:
    """The number of a day of a month, 1 to 31; None for another text, also for an empty one."""
    match = NUMBER.fullmatch(cell.strip())
    if match is None or not 1 <= int(match[1]) <= LAST:
        return None
    return int(match[1])


def with_day_of_month(
    header: list[str], rows: list[list[str]], mapping: dict[str, str]
) -> dict[str, str]:
    """``mapping``, {field: column}, with a column of months under "period" and one of their days
    under "day" where the file has both; "day" is left out of any other. A column that holds whole
    dates stays the period.
    """
    found = {field: name for field, name in mapping.items() if field != "day"}
    month = next(filter(is_called_month, header), "")
    day = column_of_days(header, rows)
    is_free = found.get("period", month) in {month, day}
    if month and day and is_free:
        return found | {"period": month, "day": day}
    return found


def column_of_days(header: list[str], rows: list[list[str]]) -> str:
    """The first column that is called a day and whose filled cells, one at least, are numbers of
    days; empty where none is.
    """
    for name, cells in by_column(header, rows):
        filled = list(filter(str.strip, cells))
        if is_called_day(name) and filled and all(map(number_of_day, filled)):
            return name
    return ""


def day_of_month(month: DaySpan, raw: str) -> DaySpan:
    """The day of ``month`` that a cell names. Refusal in FIELD for an empty cell, for what is no
    number of a day, for a day that the month has not, and where ``month`` is longer than one.
    """
    text = plain_cell(FIELD, raw)
    if not text:
        raise Refusal(FIELD, "missing-date")
    number = number_of_day(text)
    is_longer = (month.first.year, month.first.month) != (month.last.year, month.last.month)
    if number is None or is_longer:
        raise Refusal(FIELD, "bad-date")
    try:
        day = date(month.first.year, month.first.month, number)
    except ValueError as error:
        raise Refusal(FIELD, "bad-date") from error
    return DaySpan(day, day)
