"""Of which months nothing is known of what readers did, so that nothing there is no zero."""

from datetime import date

from crm.readers.models import Activity
from crm.sources.coverage import OWN_KINDS, Records
from crm.sources.months import end_of_month


def unrecorded(months: list[date]) -> dict[str, set[date]]:
    """Months (first days, the oldest first) of which no open day of a kind is recorded, by kind;
    what the portal notes itself is always known. Two statements.
    """
    # Weighed once for the whole time, and asked for each month.
    records = Records(months[0], end_of_month(months[-1]))
    found: dict[str, set[date]] = {}
    for kind in set(Activity.Kind.values) - OWN_KINDS:
        coverage = records.of(kind)
        for first in months:
            if coverage.within(first, end_of_month(first)).is_none:
                found.setdefault(kind, set()).add(first)
    return found


GAPS = [unrecorded]
