"""Months as their first days. Pure."""

from calendar import monthrange
from datetime import date


def end_of_month(day: date) -> date:
    """The last day of the month that ``day`` is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_up_to(day: date, count: int) -> list[date]:
    """First days of ``count`` months in a row, the oldest first, the one of ``day`` the last."""
    index = day.year * 12 + day.month - 1
    found = []
    for number in range(index - count + 1, index + 1):
        found.append(date(number // 12, number % 12 + 1, 1))
    return found
