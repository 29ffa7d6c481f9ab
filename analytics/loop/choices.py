"""Which other value a person may choose instead of a proposed one. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.loop.measures import Metric
from analytics.loop.models import Adjustment
from analytics.loop.shares import LEAST_SHARE
from analytics.loop.storage import target_of
from campaigns.plan.words import NOT_BELOW_ZERO
from core.refusals import Refused

Kind = Adjustment.Kind


@dataclass(frozen=True)
class Range:
    """From the lowest to the highest value; ``whole``: no fractions."""

    lowest: int
    highest: int
    whole: bool = True

    def takes(self, number: float) -> bool:
        """Whether a person may choose this number: both ends are included, and where only whole
        numbers are taken it must be one.
        """
        # "nan" is a number to Python, and lies in no range.
        if not self.lowest <= number <= self.highest:
            return False
        return not self.whole or number == int(number)


#: A plan may hold out half of its readers, in percent.
MOST_HELD_OUT = 50
#: Kinds of which a person may choose another value.
RANGES = {
    Kind.CHANNEL_SHARE: Range(LEAST_SHARE, 100),
    Kind.TIMING: Range(0, 23),
    Kind.REDUCE: Range(0, MOST_HELD_OUT),
    Kind.LEARN: Range(0, MOST_HELD_OUT),
    Kind.STANDARD: Range(-100, 10_000_000, whole=False),
}


def checked_value(adjustment: Adjustment, value) -> int | float:
    """The other value a person chose, as the number the field takes. Raises Refused."""
    kind = adjustment.kind
    if kind not in RANGES:
        raise Refused(_("This proposal can be accepted or refused, not changed."))
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Refused(_("Please give the value you want instead.")) from None

    allowed = RANGES[kind]
    if not allowed.takes(number):
        bounds = {"low": allowed.lowest, "high": allowed.highest}
        raise Refused(_("The value must lie between %(low)s and %(high)s.") % bounds)
    if kind == Kind.STANDARD:
        _refuse_below_zero(adjustment, number)
    if allowed.whole:
        return int(number)
    return number


def _refuse_below_zero(adjustment: Adjustment, target: float) -> None:
    """Raises Refused for a target that the plan's own form would not take either, in the words of
    that form.
    """
    metric = Metric(target_of(adjustment).key)
    if not metric.takes(target):
        raise Refused(NOT_BELOW_ZERO)
