"""Whether what counts as an outcome was recorded in a campaign's window: what nobody recorded is
no zero, in either arm.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from analytics.loop.inputs.statements import OUTCOME_KINDS
from analytics.loop.inputs.window import Window
from campaigns.experiments.models import Experiment, NamedOutcome
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from crm.collections.recorded import compared
from crm.segments.models import Segment
from crm.sources.coverage import OWN_KINDS, Records


def outcomes_recorded(campaign: Campaign, window: Window) -> bool:
    """True where every source of outcomes has told of every day that is over, and of each campus
    that readers of the campaign belong to something is told.

    False, too, where there is no such source: works alone, which the portal notes itself, are not
    what a campaign moves.
    """
    first = timezone.localdate(window.period.start)
    # The day in which the look is taken is not over; a window that is over ends at midnight.
    last = max(first, timezone.localdate(window.until) - timedelta(days=1))
    if campaign.collection is not None:
        return _loans_compared(campaign, first, last)
    # What the portal notes itself is recorded whenever it happens, and proves nothing about other
    # sources.
    return _told(campaign, set(OUTCOME_KINDS) - OWN_KINDS, first, last)


def outcome_recorded(experiment: Experiment, as_of: datetime, outcome: NamedOutcome) -> bool:
    """The same of one outcome that a campaign named, on the days from the first place drawn to the
    end of the last window, as far as they are over. The portal's own kinds are always recorded.
    """
    drawn = experiment.assignments.aggregate(first=Min("at"), last=Max("at"))
    if drawn["first"] is None:
        return False
    # Each reader's window begins with their own draw, so that the last one drawn ends it for all.
    ends = drawn["last"] + timedelta(days=experiment.window_days)
    first = timezone.localdate(drawn["first"])
    last = max(first, timezone.localdate(min(ends, as_of)) - timedelta(days=1))
    if outcome == NamedOutcome.LISTED_LOAN:
        return _loans_compared(experiment.campaign, first, last)
    # That nobody came before must be recorded as well.
    if outcome.is_first:
        first = min(first, experiment.first_since)
    return _told(experiment.campaign, {outcome.kind} - OWN_KINDS, first, last)


def _told(campaign: Campaign, kinds: set[str], first: date, last: date) -> bool:
    """Whether every source of these kinds has told of every day, and of each campus something.
    ``first`` and ``last`` are both among the days. True where no source is asked for.
    """
    # Outcomes are single rows of the window: a count of a whole month tells of no day in it.
    records = Records(first, last, by_day=True)
    if not kinds:
        return True
    if not records.of(kinds).is_whole:
        return False
    # A campus that never told anything would look as if nobody went there.
    return not any(records.of(kinds, campus).is_none for campus in campuses_of(campaign))


def _loans_compared(campaign: Campaign, first: date, last: date) -> bool:
    """The same where the outcome is a loan from the campaign's own list: loans of every day were
    compared with it, and something is told of each campus.
    """
    listed = campaign.collection
    if not compared(listed, first, last).is_whole:
        return False
    return not any(compared(listed, first, last, one).is_none for one in campuses_of(campaign))


def campuses_of(campaign: Campaign) -> list[int]:
    """Keys of the campuses of those whom the campaign addressed or held out."""
    # Held-out readers have a delivery as well, of which nothing was sent: zeros count in both arms.
    readers = Delivery.objects.filter(
        content__campaign=campaign, reader__campus__isnull=False
    ).order_by()
    return list(readers.values_list("reader__campus", flat=True).distinct())


def segments_judged(keys: Iterable[int]) -> QuerySet[Segment]:
    """The segments of an evaluation that are still there, by name; ``keys``: of all of them."""
    return Segment.objects.filter(pk__in=list(keys)).order_by("name", "pk")
