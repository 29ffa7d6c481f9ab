"""On which days somebody was counted."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q

from crm.tallies.models import Tally


def days_counted(runs: Sequence[tuple[date, date]], campus: int | None) -> set[date]:
    """The days of ``runs`` of which a number above zero holds, at the campus of that key, or
    anywhere without one. A month that was counted together names no day. One statement, none
    without any run.
    """
    if not runs:
        return set()
    meant = Q()
    for first, last in runs:
        meant |= Q(first__range=(first, last))
    counted = Tally.objects.in_force().filter(meant, last=F("first"), value__gt=0)
    if campus is not None:
        counted = counted.filter(campus=campus)
    return set(counted.values_list("first", flat=True))
