"""On which days somebody came of whom nobody knows who it was."""

from collections.abc import Sequence
from datetime import date

from crm.activities.models import NamelessVisit
from crm.readers.happened import days_of_rows


def days_with_visits(runs: Sequence[tuple[date, date]], campus: int | None) -> set[date]:
    """The days of ``runs`` on which a gate that keeps no names saw somebody, at the campus of that
    key or anywhere without one. One statement, none without any run.
    """
    return days_of_rows(NamelessVisit.objects.all(), "day", runs, campus)
