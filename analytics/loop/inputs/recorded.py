"""Whether what counts as an outcome was recorded in a campaign's window: what nobody recorded is
no zero, in either arm.
"""

from datetime import timedelta

from django.utils import timezone

from analytics.loop.inputs.statements import OUTCOME_KINDS
from analytics.loop.inputs.window import Window
from crm.sources.coverage import OWN_KINDS, covered


def outcomes_recorded(window: Window) -> bool:
    """True where every source of outcomes has told of every day that is over.

    False, too, where there is no such source: works alone, which the portal notes itself, are not
    what a campaign moves.
    """
    first = timezone.localdate(window.period.start)
    # The day in which the look is taken is not over; a window that is over ends at midnight.
    last = max(first, timezone.localdate(window.until) - timedelta(days=1))
    return covered(set(OUTCOME_KINDS) - OWN_KINDS, first, last).is_whole
