"""Months as their first days, and the columns of a board: months, weeks or days. Pure."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from core.days import months_up_to


def end_of_month(day: date) -> date:
    """The last day of the month that ``day`` is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


class Column(NamedTuple):
    """A column of the board: days from ``first`` to ``last``."""

    first: date
    last: date


MONTH, WEEK, DAY = "month", "week", "day"
#: How many columns are shown of each kind.
SHOWN = {MONTH: 13, WEEK: 13, DAY: 14}
#: Days of a column of a kind whose columns are all as long.
DAYS = {WEEK: 7, DAY: 1}


def columns_up_to(day: date, by: str = MONTH) -> list[Column]:
    """The columns of a board by month, week (from Monday) or day, the oldest first, the one of
    ``day`` the last.
    """
    count = SHOWN[by]
    if by == MONTH:
        return [Column(first, end_of_month(first)) for first in months_up_to(day, count)]
    newest = day
    if by == WEEK:
        newest = day - timedelta(days=day.weekday())
    found = []
    for back in reversed(range(count)):
        first = newest - timedelta(days=back * DAYS[by])
        found.append(Column(first, first + timedelta(days=DAYS[by] - 1)))
    return found
