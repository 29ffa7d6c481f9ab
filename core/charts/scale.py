"""Where values stand on an axis, and which round numbers are printed along it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

from core.numbers import MYRIAD, large_number, plain

#: An axis counts in these, times a power of ten.
ROUND_STEPS = (1, 2, 5, 10)
#: What binary fractions may be wrong by.
NEARLY = 1e-9


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high`` with ``ticks`` from the one to the other."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where a value stands, from 0 at the low end to 1 at the high one."""
        return (value - self.low) / (self.high - self.low)

    @classmethod
    def over(cls, values: Iterable[float], *, from_zero: bool = True, steps: int = 4) -> "Scale":
        """The scale of these values, that ends in round numbers; of no values from 0 to 1.

        Values are 0 or of the sizes between ``LEAST`` and ``MOST`` of ``core.charts.counts``.
        ``from_zero``: 0 is on it. Whole numbers are never divided. ``steps`` is about how many
        there are between the ticks.
        """
        known = list(values)
        is_whole = all(float(value).is_integer() for value in known)
        if from_zero or not known:
            known.append(0)
        low, high = min(known), max(known)
        # One value, or only zeros: there must be something to stand on.
        are_alike = high - low <= NEARLY * max(abs(low), abs(high))
        if are_alike:
            high = low + max(abs(low), 1)

        step = round_step((high - low) / steps, is_whole)
        # 4.1 ÷ 0.05 is a little less than 82.
        first, last = floor(low / step + NEARLY), ceil(high / step - NEARLY)
        ticks = []
        for place in range(first, last + 1):
            ticks.append(float(f"{place * step:.12g}"))
        return cls(ticks[0], ticks[-1], tuple(ticks))


def round_step(least: float, is_whole: bool) -> float:
    """The smallest round step that is at least ``least``; 1 or more between whole numbers."""
    power = 10.0 ** floor(log10(least))
    step = power * next(one for one in ROUND_STEPS if power * one >= least * (1 - NEARLY))
    if is_whole:
        return max(step, 1.0)
    return step


def tick_text(value: float) -> str:
    """A number beside an axis: large ones as the language counts, small ones without zeros."""
    if abs(value) >= MYRIAD:
        return large_number(value)
    return plain(value)
