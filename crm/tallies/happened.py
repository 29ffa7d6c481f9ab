"""On which days somebody was counted."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F

from crm.readers.happened import days_of_rows
from crm.tallies.models import Tally


def days_counted(runs: Sequence[tuple[date, date]], campus: int | None) -> set[date]:
    """The days of ``runs`` of which a number above zero holds, at the campus of that key, or
    anywhere without one. A month that was counted together names no day. One statement, none
    without any run.
    """
    counted = Tally.objects.in_force().filter(last=F("first"), value__gt=0)
    return days_of_rows(counted, "first", runs, campus)
