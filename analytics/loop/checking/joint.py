"""What changes promised together, with the interval the observed difference should lie in. Pure.

Changes accepted together are seen together: nobody can tell which of them brought what. They are
taken to add up and to err independently, so means and variances are summed.

A promise was made for a next audience of some size. At the check the arms are known that really
were, and how much their difference errs; so the interval is made anew from how surely the true
difference was known (``spread``) and from that error. A promise without a spread (formulas before
0.4) is held against the interval that was stored with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from core.estimates import PREDICTION_LEVEL
from core.inference.contrasts import z_of


@dataclass(frozen=True)
class OnePromise:
    """What one change promised, as it was stored.

    ``spread``: standard deviation of the true difference; None where it was not kept. ``factor``:
    by how much the interval was widened when it was made.
    """

    value: float
    low: float
    high: float
    spread: float | None = None
    factor: float = 1.0


@dataclass(frozen=True)
class JointPromise:
    """All changes of a campaign together. ``low`` and ``high`` hold ``factor``, the largest one."""

    value: float
    low: float
    high: float
    factor: float

    def missed_by(self, observed: float) -> float:
        """How far ``observed`` lies from what was promised, in half widths of the interval on its
        side as it were without its factor: 1 is the end of it.
        """
        # By sides, since stored intervals of shares reach further towards the middle than towards
        # zero.
        reach = self.value - self.low
        if observed > self.value:
            reach = self.high - self.value
        return abs(observed - self.value) * self.factor / reach

    @property
    def is_open(self) -> bool:
        """Whether there is room on both sides: from no room nothing can be learnt."""
        return self.low < self.value < self.high


def together(promises: Sequence[OnePromise], error: float | None) -> JointPromise:
    """One or more promises as one.

    ``error``: standard error of the difference that was observed; None where it is not told.
    """
    value = sum(one.value for one in promises)
    # Each factor speaks of its own kind. Which is right for all together nobody knows: the most
    # careful one stands.
    factor = max(one.factor for one in promises)
    spreads = [one.spread for one in promises]
    if error is None or None in spreads:
        below, above = _stored_reach(promises)
        return JointPromise(value, value - below, value + above, factor)
    # The error of the arms that really were takes the place of the one that was guessed.
    reach = z_of(PREDICTION_LEVEL) * hypot(error, *spreads) * factor
    return JointPromise(value, value - reach, value + reach, factor)


def _stored_reach(promises: Sequence[OnePromise]) -> tuple[float, float]:
    """How far the intervals that were stored reach together, below and above the value."""
    # Half widths of independent errors add up by their squares.
    below = hypot(*(one.value - one.low for one in promises))
    above = hypot(*(one.high - one.value for one in promises))
    return below, above


def error_of(low: float | None, high: float | None, level: float) -> float | None:
    """The standard error behind an interval at ``level``; None where the interval is not told. In
    the unit of the interval, taken to be a normal one.
    """
    if low is None or high is None:
        return None
    return (high - low) / (2 * z_of(level))
