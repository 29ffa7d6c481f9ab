"""Whether what counts as an outcome was recorded in a campaign's window: what nobody recorded is
no zero, in either arm.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from analytics.loop.inputs.statements import OUTCOME_KINDS
from analytics.loop.inputs.window import Window
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
    # Outcomes are single rows of the window: a count of a whole month tells of no day in it.
    records = Records(first, last, by_day=True)
    kinds = set(OUTCOME_KINDS) - OWN_KINDS
    if not records.of(kinds).is_whole:
        return False
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
    readers = Delivery.objects.filter(
        content__campaign=campaign, reader__campus__isnull=False
    ).order_by()
    return list(readers.values_list("reader__campus", flat=True).distinct())


def segments_judged(keys: Iterable[int]) -> QuerySet[Segment]:
    """The segments of an evaluation that are still there, by name; ``keys``: of all of them."""
    return Segment.objects.filter(pk__in=list(keys)).order_by("name", "pk")
