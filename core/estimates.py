"""Intervals and predictions, all from statsmodels and scipy; nothing here reads a database.

Every function returns an ``Estimate``; where the rows are too few its value and bounds are None:
"cannot say".
"""

from dataclasses import dataclass
from math import isfinite, sqrt

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

#: Two-sided level of every interval the loop prints.
LEVEL = 0.90
ALPHA = 1 - LEVEL
#: Below this many rows a share or a mean is not stated (this library's own setting, ADR 0011).
MIN_N = 30
#: Jeffreys' prior: half a success and half a failure.
HALF = 0.5


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval and the number of rows it rests on.

    All three None where nothing can be said.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def says(self) -> bool:
        return self.value is not None

    def scaled(self, factor: float) -> "Estimate":
        """The same estimate in another unit (a share as percent); ``factor`` must be positive."""
        if not self.says:
            return self
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.n)


def silent(n: int) -> Estimate:
    """What cannot be said, with the n that was too small to say it."""
    return Estimate(None, None, None, n)


def proportion(k: int, n: int) -> Estimate:
    """Share ``k / n`` with Wilson's interval; silent below ``MIN_N``."""
    if n < MIN_N:
        return silent(n)
    low, high = proportion_confint(k, n, alpha=ALPHA, method="wilson")
    return Estimate(k / n, float(low), float(high), n)


def difference(k1: int, n1: int, k2: int, n2: int) -> Estimate:
    """``k1/n1 − k2/n2`` of two independent groups with Newcombe's hybrid score interval.

    N is both together.
    """
    if min(n1, n2) < MIN_N:
        return silent(n1 + n2)
    low, high = confint_proportions_2indep(
        k1, n1, k2, n2, compare="diff", method="newcomb", alpha=ALPHA
    )
    return Estimate(k1 / n1 - k2 / n2, float(low), float(high), n1 + n2)


def rate_ratio(k1: int, exposure1: float, k2: int, exposure2: float) -> Estimate:
    """``(k1/exposure1) ÷ (k2/exposure2)`` of two Poisson counts, score interval; n is the number of
    events.

    Silent without exposure (no visits counted) or when either count is zero.
    """
    n = k1 + k2
    if exposure1 <= 0 or exposure2 <= 0 or not k1 or not k2:
        return silent(n)
    low, high = confint_poisson_2indep(
        k1, exposure1, k2, exposure2, compare="ratio", method="score", alpha=ALPHA
    )
    return Estimate((k1 / exposure1) / (k2 / exposure2), float(low), float(high), n)


def count(k: int) -> Estimate:
    """A count with the exact Poisson interval.

    What the same campaign could just as well have brought.
    """
    low, high = confint_poisson(k, 1, method="exact-c", alpha=ALPHA)
    return Estimate(float(k), float(low), float(high), k)


def mean(total: float, squares: float, n: int) -> Estimate:
    """Mean of ``n`` ratings from their sum and sum of squares, Student's interval.

    Silent below ``MIN_N``.
    """
    if n < MIN_N:
        return silent(n)
    value = total / n
    spread = sqrt(max(squares / n - value**2, 0) * n / (n - 1))
    if not spread:
        return Estimate(value, value, value, n)
    low, high = stats.t.interval(LEVEL, n - 1, loc=value, scale=spread / sqrt(n))
    return Estimate(value, float(low), float(high), n)


def relevelled(value: float, low: float, high: float, n: int, *, level: float = 0.95) -> Estimate:
    """A mean published with Student's interval at ``level``, with the interval at ours."""
    ours, theirs = stats.t.ppf([1 - ALPHA / 2, (1 + level) / 2], n - 1)
    return Estimate(
        value, value - (value - low) * ours / theirs, value + (high - value) * ours / theirs, n
    )


def promoter_score(promoters: int, detractors: int, n: int) -> Estimate:
    """Net promoter score −100 … 100: the mean of +1, 0, −1 in points."""
    return mean(promoters - detractors, promoters + detractors, n).scaled(100)


def next_share(k: int, n: int, *, next_n: int | None = None) -> Estimate:
    """What share the next ``next_n`` readers will show if nothing changes.

    Beta-Binomial, Jeffreys' prior.
    """
    if n < MIN_N:
        return silent(n)
    size = max(next_n or n, 1)
    law = stats.betabinom(size, k + HALF, n - k + HALF)
    low, high = law.ppf([ALPHA / 2, 1 - ALPHA / 2]) / size
    return Estimate((k + HALF) / (n + 2 * HALF), float(low), float(high), n)


def next_count(shape: float, rate: float, *, exposure: float, n: int) -> Estimate:
    """What count the next ``exposure`` will bring under a Gamma(shape, rate) belief.

    Gamma-Poisson prediction.
    """
    law = stats.nbinom(shape, rate / (rate + exposure))
    low, high = law.ppf([ALPHA / 2, 1 - ALPHA / 2])
    if not (isfinite(low) and isfinite(high)):
        return silent(n)
    return Estimate(shape / rate * exposure, float(low), float(high), n)


def next_value(estimate: Estimate) -> Estimate:
    """A measured mean or difference as a promise for the next cycle.

    Both measurements err, so √2 as wide.
    """
    if not estimate.says:
        return estimate
    return Estimate(
        estimate.value,
        estimate.value - (estimate.value - estimate.low) * sqrt(2),
        estimate.value + (estimate.high - estimate.value) * sqrt(2),
        estimate.n,
    )
