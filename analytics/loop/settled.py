"""Which rows evaluations still have to count, and whether those of a campaign are all there."""

from datetime import UTC, datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.loop.inputs.window import NothingToEvaluate, Window, window_of
from campaigns.plan.models import Campaign
from core.terms import Interval
from crm.clock.models import Night

#: Kinds of which a night may have taken rows that an evaluation counts, or the person in them.
COUNTED = ("activities", "deliveries")
FOREVER = datetime(9999, 12, 30, tzinfo=UTC)


class Settled(NothingToEvaluate):
    """Rows of the campaign's window were folded: what was published of it stands."""


def needed() -> list[Interval]:
    """The windows of all campaigns whose last word is not spoken.

    It is once there is an evaluation of a moment after the window's end. A campaign without a last
    day has none before it is closed.
    """
    found = []
    for campaign in Campaign.objects.annotate(evaluated=Max("evaluations__as_of")):
        try:
            period = window_of(campaign, timezone.now()).period
        except NothingToEvaluate:
            continue
        end = period.end or campaign.closed_at or FOREVER
        if campaign.evaluated is None or campaign.evaluated < end:
            found.append((period.start, end))
    return found


def refuse_if_folded(window: Window) -> None:
    """Raises Settled where a night looked at rows of the window and did not leave them."""
    for night in Night.objects.removing(*COUNTED).filter(before__gt=window.period.start):
        over = night.over
        until = min(window.until, over.before)
        if not _is_covered(window.period.start, until, over.kept):
            raise Settled(_("Single rows of this campaign are folded; its last evaluation stands."))


def _is_covered(start: datetime, until: datetime, kept: tuple[Interval, ...]) -> bool:
    """Whether ``kept`` leaves no gap from ``start`` to before ``until``."""
    reached = start
    for first, end in sorted(kept):
        if first > reached:
            break
        reached = max(reached, end)
    return reached >= until
