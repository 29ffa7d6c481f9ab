"""Days and months of the library's own time zone. Pure."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def month_start(day: date) -> date:
    """First day of ``day``'s month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """First day of the month after ``day``'s."""
    # Four days after the 28th lie in the next month, whatever the length of this one.
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_back(month: date, count: int) -> date:
    """First day of the month ``count`` months before ``month``."""
    months_since_year_0 = month.year * 12 + month.month - 1
    year, months_into_it = divmod(months_since_year_0 - count, 12)
    return date(year, months_into_it + 1, 1)


def months_of(first: date, last: date) -> list[date]:
    """First days of all months that ``first`` … ``last`` touch."""
    months = []
    month = month_start(first)
    while month <= last:
        months.append(month)
        month = next_month(month)
    return months


def midnight(day: date) -> datetime:
    """The moment a day of the library begins, aware, in ``TIME_ZONE``."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))
