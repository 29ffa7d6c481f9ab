"""What the readers of a plan did before it: the base from which its effect is measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import sqrt

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from campaigns.experiments.models import NamedOutcome
from campaigns.experiments.queries import audience_of
from campaigns.plan.models import Campaign
from crm.clock.models import Night
from crm.collections.models import ListedLoan
from crm.collections.recorded import compared
from crm.readers.folding import ACTIVITIES
from crm.readers.models import Activity
from crm.sources.coverage import Records

#: Weekdays fall on weekdays.
YEAR = timedelta(days=364)
#: A share of fewer readers is judged nowhere, and one of which so few did it, or did not, is told
#: nowhere.
LEAST, FEW = 30, 5


@dataclass(frozen=True)
class Measured:
    """What is looked for: the ``outcome`` in ``days``, how often where ``as_amount``; for a first
    visit among readers without one since ``first_since``.
    """

    outcome: NamedOutcome
    days: int
    as_amount: bool = False
    first_since: date | None = None

    @property
    def none_since(self) -> date | None:
        """The day since which there was none; None for what is asked of everybody."""
        if not self.outcome.is_first:
            return None
        return self.first_since


@dataclass(frozen=True)
class Base:
    """The share (0 to 1) of ``n`` readers with the outcome from ``first`` to ``last``; for amounts
    their mean and ``spread``, the standard deviation.
    """

    rate: float
    spread: float | None
    n: int
    first: date
    last: date


def base_of(campaign: Campaign, measured: Measured) -> Base | None:
    """Of the campaign's audience as it is today, in the last comparable window that is recorded on
    all its days: the same days a year before, of those who were readers then, else the last days.
    None where neither is, or where so few readers are meant that no share can be told.
    """
    # The first that is recorded and large enough: the same days of the year before know the season,
    # the last days only know the readers.
    for window in _windows(campaign, measured.days):
        if not _is_recorded(campaign, measured, window.first, window.last):
            continue
        found = _counted(campaign, measured, window)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class BaseWindow:
    """First and last day of a time, and who of an audience could have done something in it."""

    first: date
    last: date
    present: Q


def _windows(campaign: Campaign, days: int) -> Iterator[BaseWindow]:
    """The comparable windows, the best one first."""
    yesterday = timezone.localdate() - timedelta(days=1)
    length = timedelta(days=days - 1)
    starts = campaign.starts_on or timezone.localdate()
    first = starts - YEAR
    if first + length <= yesterday:
        # Whoever came later did nothing then, and that is no zero.
        yield BaseWindow(first, first + length, Q(registered_on__lte=first))
    first = yesterday - length
    of_then = Q(registered_on__lte=first) | Q(registered_on__isnull=True)
    yield BaseWindow(first, yesterday, of_then)


def _is_recorded(campaign: Campaign, measured: Measured, first: date, last: date) -> bool:
    """Whether a reader without a row did nothing: all days are told of, and none is folded yet."""
    if measured.outcome == NamedOutcome.LISTED_LOAN:
        listed = campaign.collection
        return listed is not None and compared(listed, first, last).is_whole
    asked = first
    if measured.outcome.is_first:
        asked = first - _lag(measured)
    if _is_folded(asked):
        return False
    return Records(asked, last, by_day=True).of(measured.outcome.kind).is_whole


def _is_folded(day: date) -> bool:
    """Whether of activities since ``day`` some are kept by month alone, from which nobody can tell
    what was done in a window of days.
    """
    folded = Night.objects.removed_until(ACTIVITIES)
    return folded is not None and _start(day) < folded


def _lag(measured: Measured) -> timedelta:
    """How long before a window nobody counted has come, as long as the plan asks for today."""
    return timezone.localdate() - measured.first_since


def _counted(campaign: Campaign, measured: Measured, window: BaseWindow) -> Base | None:
    """The base of one window; None where it may not be told. Three statements at most. ``window``
    says who of the audience was a reader then.
    """
    first, last = window.first, window.last
    readers = audience_of(campaign).filter(window.present, analytics=True)
    if measured.outcome.is_first:
        # The readers of then who had not come for as long as the plan asks for today: only of these
        # can a first visit be counted.
        came = _activities(NamedOutcome.VISIT, first - _lag(measured), first - timedelta(days=1))
        readers = readers.exclude(pk__in=came.values("reader"))
    n = readers.count()
    did = _rows(campaign, measured.outcome, first, last).filter(reader__in=readers)
    # An order of the model would split the groups.
    each = did.order_by().values("reader").annotate(times=Count("pk"))
    sums = each.aggregate(
        k=Count("reader"),
        y=Sum("times", default=0),
        yy=Sum(F("times") * F("times"), default=0),
    )
    if not _may_be_told(sums["k"], n):
        return None
    if not measured.as_amount:
        return Base(sums["k"] / n, None, n, first, last)
    mean = sums["y"] / n
    # The sums hold those who did something. All others did it no times, and are in n.
    variance = (sums["yy"] - n * mean**2) / (n - 1)
    return Base(mean, sqrt(max(variance, 0)), n, first, last)


def _may_be_told(k: int, n: int) -> bool:
    """Whether ``k`` of ``n`` readers is a share that says nothing of single ones."""
    # Nobody, or everybody, may be told: no single reader is to be found among them.
    few = range(1, FEW)
    return n >= LEAST and k not in few and n - k not in few


def _rows(campaign: Campaign, outcome: NamedOutcome, first: date, last: date) -> QuerySet:
    """Rows of the outcome in the window, each with its reader."""
    if outcome == NamedOutcome.LISTED_LOAN:
        return ListedLoan.objects.filter(
            collection=campaign.collection, day__gte=first, day__lte=last
        )
    return _activities(outcome, first, last)


def _activities(outcome: NamedOutcome, first: date, last: date) -> QuerySet[Activity]:
    """What readers did of one kind from ``first`` to ``last``, both among them."""
    until = _start(last + timedelta(days=1))
    return Activity.objects.filter(kind=outcome.kind, at__gte=_start(first), at__lt=until)


def _start(day: date) -> datetime:
    """The midnight with which a day begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))
