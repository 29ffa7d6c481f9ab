"""Which day this is: of which teaching week, and whether a campus was closed."""

from datetime import date, timedelta

from crm.registers.models import SpecialDays, TeachingTerm, TeachingWeek
from crm.staff.models import Campus


def teaching_week(day: date) -> TeachingWeek | None:
    """The term and the number of the week, 1 for the first; None between terms and where no term is
    recorded. Takes one statement.
    """
    term = TeachingTerm.objects.on(day)
    if term is None:
        return None
    return TeachingWeek(term, term.week_of(day))


def is_closed(campus: Campus | None, day: date) -> bool:
    """Whether the campus was closed on ``day``, as far as it is recorded.

    Without a campus: whether all of them were.
    """
    return day in closed_days(campus, day, day)


def closed_days(campus: Campus | None, first: date, last: date) -> set[date]:
    """Every closed day from ``first`` to ``last``, both included, in one query; empty where none is
    recorded. Without a campus those on which all of them were closed.
    """
    return _days_of(SpecialDays.Kind.CLOSED, campus, first, last)


def holidays(campus: Campus | None, first: date, last: date) -> set[date]:
    """Days on which nobody is taught though the library may be open, as ``closed_days``."""
    return _days_of(SpecialDays.Kind.HOLIDAY, campus, first, last)


def _days_of(kind: str, campus: Campus | None, first: date, last: date) -> set[date]:
    """The days of one kind; a row without a campus holds for each."""
    rows = list(SpecialDays.objects.at(campus).touching(first, last).filter(kind=kind))
    found = set()
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if any(row.holds_on(day) for row in rows):
            found.add(day)
    return found
