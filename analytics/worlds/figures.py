"""What was measured in a world, with its Monte Carlo interval, beside what is wanted. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

import numpy as np
from scipy import stats

from core.estimates import ESTIMATE_LEVEL, Estimate, mean_with_spread, proportion, tails_of

#: A promise with what came of it, whatever its world keeps of that.
Checked = TypeVar("Checked")


@dataclass(frozen=True)
class Bar:
    """What a figure should be: from ``least`` to ``most``, without an end where one is not given.

    ``by_interval``: enough if the Monte Carlo interval reaches into the range.
    """

    least: float = -inf
    most: float = inf
    by_interval: bool = False

    def is_met(self, figure: Estimate) -> bool:
        """Whether the figure, or where that is enough its interval, lies in the range."""
        # Of a share of promises that held, seeds leave an error of a point or two: what may lie
        # within the range is not called short of it.
        lowest = highest = figure.value
        if self.by_interval:
            lowest, highest = figure.interval
        return highest >= self.least and lowest <= self.most

    def __str__(self) -> str:
        if self.most == inf:
            return f">={self.least:g}"
        if self.least == -inf:
            return f"<={self.most:g}"
        return f"{self.least:g}..{self.most:g}"


#: Shares of predictions of 90 % that may hold.
COVERAGE = Bar(0.87, 0.93, by_interval=True)
#: How far promises may lie from what came, in points.
BIAS = Bar(-0.3, 0.3)


@dataclass(frozen=True)
class SimulatedFigure:
    """One measure of one case of a world. ``bar`` is None for what is only shown."""

    world: str
    case: str
    measure: str
    figure: Estimate
    bar: Bar | None = None

    @property
    def verdict(self) -> str:
        """ "ok", "short", or "shown" where nothing is wanted."""
        if self.bar is None:
            return "shown"
        if self.bar.is_met(self.figure):
            return "ok"
        return "short"

    @property
    def limit(self) -> str:
        """What is wanted, as it is printed; a dash where nothing is."""
        if self.bar is None:
            return "-"
        return str(self.bar)

    def __str__(self) -> str:
        value, (low, high) = self.figure.value, self.figure.interval
        return (
            f"sim {self.world}/{self.case} {self.measure} value={value:.3f} "
            f"[{low:.3f},{high:.3f}] limit={self.limit} {self.verdict}"
        )


def mean_of_seeds(values: Sequence[float]) -> Estimate:
    """The mean of one value per seed with Student's interval at 95 %; at least two seeds."""
    return mean_with_spread(float(np.mean(values)), float(np.std(values, ddof=1)), len(values))


def ratio_of_seeds(sums: Sequence[float], sizes: Sequence[int]) -> Estimate:
    """Sum ÷ size over all seeds, where what happens in one seed hangs together; the interval at
    95 % is that of a ratio estimate (delta method). At least two seeds.
    """
    totals, counts = np.asarray(sums, float), np.asarray(sizes, float)
    ratio = float(totals.sum() / counts.sum())
    # What each seed adds to the error of the quotient, to the first order.
    linear = (totals - ratio * counts) / counts.mean()
    return mean_with_spread(ratio, float(np.std(linear, ddof=1)), len(linear))


def mean_of_checks(
    by_seed: Sequence[Sequence[Checked]], measured: Callable[[Checked], float]
) -> Estimate:
    """The mean of what is ``measured`` over all checks of promises, one sequence of them for each
    seed; a seed counts for as many promises as it made. At least two seeds.
    """
    # A library that drifted makes all its promises of a cycle fail together: to count them one by
    # one would give far too narrow an interval.
    sums, sizes = [], []
    for checks in by_seed:
        sums.append(sum(map(measured, checks)))
        sizes.append(len(checks))
    return ratio_of_seeds(sums, sizes)


def share_of_seeds(hits: Sequence[bool]) -> Estimate:
    """The share of seeds in which something happened, with Wilson's interval at 95 %."""
    return proportion(sum(hits), len(hits), least=1)


def percentile_of_seeds(values: Sequence[float], part: float) -> Estimate:
    """The value that ``part`` of the seeds lie below, with the interval of order statistics at
    95 %; its ends are seeds, too, at most the worst and the best.
    """
    ordered = np.sort(values)
    # How many seeds lie below the true percentile is a binomial number, whatever their law.
    ranks = stats.binom.ppf(tails_of(ESTIMATE_LEVEL), len(ordered), part)
    low, high = ordered[np.clip(ranks.astype(int), 0, len(ordered) - 1)]
    return Estimate(float(np.quantile(ordered, part)), float(low), float(high), len(ordered))


def worst_of_seeds(values: Sequence[float]) -> Estimate:
    """The lowest value, which has no interval but itself."""
    worst = float(np.min(values))
    return Estimate(worst, worst, worst, len(values))
