"""What the month page's figures rest on: whether the days they count were recorded at all."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from analytics.facts.periods import next_month
from analytics.facts.queries import ACTIVE_KINDS
from crm.readers.models import Activity
from crm.sources.coverage import Records
from crm.sources.days import Coverage

#: Which activities a metric counts, where others than the portal's own.
KINDS_OF = {
    "active_readers": tuple(ACTIVE_KINDS),
    "participants": (Activity.Kind.EVENT,),
}


class RecordedMonths:
    """What was recorded in each of ``months`` (first days, the oldest first). Two statements."""

    def __init__(self, months: list[date]):
        yesterday = timezone.localdate() - timedelta(days=1)
        last = next_month(months[-1]) - timedelta(days=1)
        # Of days that are still to come nothing is missing; of the running one nothing is known.
        self.last = max(months[-1], min(last, yesterday))
        self.records = Records(months[0], self.last)

    def of(self, kinds: str | Iterable[str], month: date) -> Coverage:
        """Of activities of these kinds in one month."""
        last = min(next_month(month) - timedelta(days=1), self.last)
        return self.records.of(kinds).within(month, last)

    def of_metric(self, metric: str, month: date) -> Coverage:
        """Of what a metric counts; whole for what the portal writes down itself."""
        return self.of(KINDS_OF.get(metric, (Activity.Kind.CLICK,)), month)
