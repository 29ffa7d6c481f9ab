"""What the month page's figures rest on: whether the days they count were recorded at all."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from analytics.facts.periods import next_month
from analytics.facts.queries import ACTIVE_KINDS
from crm.readers.models import Activity
from crm.sources.coverage import Records
from crm.sources.days import Coverage
from crm.sources.words import resting_on

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

    def may_be_compared(self, kinds: str | Iterable[str], one: date, other: date) -> bool:
        """Whether two months are recorded on all their days, of the same kinds and places."""
        if not all(self.of(kinds, month).is_whole for month in (one, other)):
            return False
        asked = [kinds] if isinstance(kinds, str) else kinds
        days = [(month, next_month(month) - timedelta(days=1)) for month in (one, other)]
        return self.records.have_one_breadth(asked, *days)

    def lacking(self, kinds: Iterable[str], month: date) -> list[str]:
        """What of each kind is not recorded in a month, one sentence a kind."""
        said = []
        for kind in kinds:
            label = str(dict(Activity.Kind.choices).get(kind, kind))
            said.append(resting_on(label, self.of(kind, month)))
        return list(filter(None, said))

    def of_metric(self, metric: str, month: date) -> Coverage:
        """Of what a metric counts; whole for what the portal writes down itself."""
        return self.of(kinds_of_metric(metric), month)


def kinds_of_metric(metric: str) -> tuple[str, ...]:
    """What a metric counts; of what the portal notes itself any of its own kinds."""
    return KINDS_OF.get(metric, (Activity.Kind.CLICK,))
