"""On which days something was recorded, asked before they are noted as closed."""

from collections.abc import Callable, Sequence
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

#: First and last day of each run of days.
Runs = Sequence[tuple[date, date]]
#: (runs, key of a campus or None for all) → the days on which a room knows that something happened.
TellDays = Callable[[Runs, int | None], set[date]]


def days_recorded(runs: Runs, campus: int | None) -> set[date]:
    """The days of ``runs`` on which something was recorded at the campus, or anywhere without one.
    Asks each room that settings name in RECORDS_DAYS.
    """
    found: set[date] = set()
    for name in settings.RECORDS_DAYS:
        tell: TellDays = import_string(name)
        found |= tell(runs, campus)
    return found
