"""What the month page's figures rest on: whether the days they count were recorded at all."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Max
from django.utils import timezone

from analytics.facts.models import Fact
from analytics.facts.periods import month_start, months_back
from analytics.facts.queries import ACTIVE_KINDS
from crm.readers.models import Activity
from crm.sources.coverage import Records
from crm.sources.days import Coverage
from crm.sources.months import end_of_month
from crm.sources.words import resting_on

#: Which activities a metric counts, where others than the portal's own.
KINDS_OF = {
    "active_readers": tuple(ACTIVE_KINDS),
    "participants": (Activity.Kind.EVENT,),
}


class RecordedMonths:
    """What was recorded in each of ``months`` (first days, the oldest first). Two statements."""

    def __init__(self, months: list[date]):
        """``months``: one at least; what is still to come of the last one does not count."""
        yesterday = timezone.localdate() - timedelta(days=1)
        last = end_of_month(months[-1])
        # Of days that are still to come nothing is missing; of the running one nothing is known.
        self.last = max(months[-1], min(last, yesterday))
        self.records = Records(months[0], self.last)
        self._found: dict[tuple, Coverage] = {}

    def of(self, kinds: str | Iterable[str], month: date) -> Coverage:
        """What is recorded of activities of these kinds in one month, of the running one up to
        yesterday. No statement.
        """
        key = (kinds if isinstance(kinds, str) else tuple(kinds), month)
        # Each chart and each tile asks for the same months again.
        if key not in self._found:
            last = min(end_of_month(month), self.last)
            self._found[key] = self.records.of(kinds).within(month, last)
        return self._found[key]

    @cached_property
    def visits(self) -> Records:
        """What is recorded of visits of whomever, those without names among them."""
        return self.records.of_everybody()

    def of_visits(self, month: date) -> Coverage:
        """What is recorded of visits through gates in one month, with or without names; of the
        running one up to yesterday.
        """
        last = min(end_of_month(month), self.last)
        return self.visits.of(Activity.Kind.VISIT).within(month, last)

    def may_be_compared(self, kinds: str | Iterable[str], one: date, other: date) -> bool:
        """Whether two months are recorded on all their days, of the same kinds and places. ``one``
        and ``other``: first days of two of the months.
        """
        both_whole = self.of(kinds, one).is_whole and self.of(kinds, other).is_whole
        first, second = (one, end_of_month(one)), (other, end_of_month(other))
        return both_whole and self.records.have_one_breadth(kinds, first, second)

    def lacking(self, kinds: Iterable[str], month: date) -> list[str]:
        """What of each kind is not recorded in a month, one sentence a kind; nothing of a kind that
        is recorded on all days. A kind that nobody knows any more is named by its code.
        """
        said = []
        for kind in kinds:
            label = str(dict(Activity.Kind.choices).get(kind, kind))
            said.append(resting_on(label, self.of(kind, month)))
        return list(filter(None, said))

    def of_metric(self, metric: str, month: date) -> Coverage:
        """What is recorded of what a metric counts; whole for what the portal writes
        down itself.
        """
        return self.of(kinds_of_metric(metric), month)


def kinds_of_metric(metric: str) -> tuple[str, ...]:
    """Kinds of activity that a metric counts; of what the portal notes itself any of its own kinds,
    which are recorded on all days.
    """
    return KINDS_OF.get(metric, (Activity.Kind.CLICK,))


def latest_full_month(today: date) -> date:
    """First day of the newest month that is over and has facts; last month when there are none."""
    this_month = month_start(today)
    newest = Fact.objects.filter(start__lt=this_month).aggregate(day=Max("start"))["day"]
    if newest is None:
        return months_back(this_month, 1)
    return month_start(newest)
