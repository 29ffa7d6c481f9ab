"""The time in which responses to a campaign count."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.loop.inputs.shapes import Period
from campaigns.plan.models import Campaign
from core.days import nearest_plausible
from core.refusals import Refused


class NothingToEvaluate(Refused):
    """Nothing has gone out yet. The nightly run goes on to the next campaign without an alarm."""


@dataclass(frozen=True)
class Window:
    """The campaign's period, and what of it had passed at ``until``.

    ``is_closed``: somebody had closed the campaign by then, which ends one without a last day.
    """

    period: Period
    until: datetime
    is_closed: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing that counts can come any more."""
        if self.period.end is None:
            return self.is_closed
        return self.until >= self.period.end


def window_of(campaign: Campaign, as_of: datetime) -> Window:
    """The time in which responses count: to the end of the last day, or without an end.

    Raises NothingToEvaluate before the launch. It is counted up to ``as_of``, and no further than
    the end.
    """
    start = _start_of(campaign)
    # At the very moment of the launch nothing can have come back yet.
    if start is None or as_of <= start:
        raise NothingToEvaluate(_("Nothing of this campaign has gone out yet."))

    end = end_of(campaign)
    if end is None:
        is_closed = campaign.closed_at is not None and campaign.closed_at <= as_of
        return Window(Period(start, None), as_of, is_closed)
    # Counted to the end only: a look months later must give what a look the night after gave.
    return Window(Period(start, end), min(as_of, end))


def end_of(campaign: Campaign) -> datetime | None:
    """When the campaign's last day is over; None where it has no last day."""
    if campaign.ends_on is None:
        return None
    # 0.1 took any day, and the calendar has none after 9999-12-31.
    last_day = nearest_plausible(campaign.ends_on)
    # The last day counts whole; what comes in after it is no response to this campaign.
    return _midnight(last_day + timedelta(days=1))


def _start_of(campaign: Campaign) -> datetime | None:
    """The first launch; of a live campaign that has launched nothing yet its first day.

    None where there is neither.
    """
    launched = campaign.contents.aggregate(first=Min("launched_at"))["first"]
    if launched:
        return launched
    # Posters hang and stalls stand from the first day on, without anything being launched here.
    if campaign.is_locked and campaign.starts_on:
        return _midnight(nearest_plausible(campaign.starts_on))
    return None


def _midnight(day: date) -> datetime:
    """When a day begins in the library's own time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
