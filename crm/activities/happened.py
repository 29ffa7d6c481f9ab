"""On which days somebody came of whom nobody knows who it was."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from crm.activities.models import NamelessVisit


def days_with_visits(runs: Sequence[tuple[date, date]], campus: int | None) -> set[date]:
    """The days of ``runs`` on which a gate that keeps no names saw somebody, at the campus of that
    key or anywhere without one. One statement, none without any run.
    """
    if not runs:
        return set()
    meant = Q()
    for first, last in runs:
        meant |= Q(day__range=(first, last))
    seen = NamelessVisit.objects.filter(meant)
    if campus is not None:
        seen = seen.filter(campus=campus)
    return set(seen.values_list("day", flat=True).distinct())
