"""Intervals and predictions, all from statsmodels and scipy; nothing here reads a database.

One rule for the whole portal: what was measured is shown with its 95 % interval, what is foretold
with its 90 % interval, and each ``Estimate`` names its level. A share is shown from five rows and
judged from thirty. Where the rows are too few, value and bounds are None: "cannot say".
"""

from dataclasses import replace
from functools import lru_cache
from math import isfinite, sqrt

from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

from core.estimated import Estimate, silent
from core.levels import ESTIMATE_LEVEL, JUDGED_FROM, PREDICTION_LEVEL, SHOWN_FROM

#: Jeffreys' prior: half a success and half a failure.
HALF = 0.5


def proportion(
    k: int, n: int, *, level: float = ESTIMATE_LEVEL, least: int = SHOWN_FROM
) -> Estimate:
    """Share ``k / n`` with Wilson's interval; silent below ``least`` rows."""
    if n < least:
        return silent(n, level=level, unit="share")
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    return Estimate(k / n, float(low), float(high), n, level, "share")


def difference(
    k1: int,
    n1: int,
    k2: int,
    n2: int,
    *,
    level: float = ESTIMATE_LEVEL,
    least: int = SHOWN_FROM,
) -> Estimate:
    """``k1/n1 − k2/n2`` of two independent groups with Newcombe's hybrid score interval.

    N is both together; silent where either has fewer than ``least`` rows.
    """
    if min(n1, n2) < least:
        return silent(n1 + n2, level=level, unit="difference")
    low, high = confint_proportions_2indep(
        k1, n1, k2, n2, compare="diff", method="newcomb", alpha=1 - level
    )
    return Estimate(k1 / n1 - k2 / n2, float(low), float(high), n1 + n2, level, "difference")


def rate_ratio(
    k1: int, exposure1: float, k2: int, exposure2: float, *, level: float = ESTIMATE_LEVEL
) -> Estimate:
    """``(k1/exposure1) ÷ (k2/exposure2)`` of two Poisson counts, score interval; n is the number of
    events.

    Silent without exposure (no visits counted) or when either count is zero.
    """
    n = k1 + k2
    has_exposure = exposure1 > 0 and exposure2 > 0
    has_events = k1 and k2
    if not (has_exposure and has_events):
        return silent(n, level=level, unit="ratio")

    low, high = confint_poisson_2indep(
        k1, exposure1, k2, exposure2, compare="ratio", method="score", alpha=1 - level
    )
    ratio = (k1 / exposure1) / (k2 / exposure2)
    return Estimate(ratio, float(low), float(high), n, level, "ratio")


def count(k: int, *, level: float = ESTIMATE_LEVEL) -> Estimate:
    """A count with the exact Poisson interval.

    What the same campaign could just as well have brought.
    """
    low, high = confint_poisson(k, 1, method="exact-c", alpha=1 - level)
    return Estimate(float(k), float(low), float(high), k, level, "count")


def mean(
    total: float,
    squares: float,
    n: int,
    *,
    level: float = ESTIMATE_LEVEL,
    least: int = SHOWN_FROM,
) -> Estimate:
    """Mean of ``n`` ratings from their sum and sum of squares, Student's interval.

    Silent below ``least`` rows; one row has a value and no interval.
    """
    if n < max(least, 1):
        return silent(n, level=level)
    value = total / n
    if n == 1:
        return Estimate(value, None, None, n, level)

    # Of ratings that are all the same, rounding may leave a variance just below zero.
    variance = max(squares / n - value**2, 0)
    spread = sqrt(variance * n / (n - 1))
    return mean_with_spread(value, spread, n, level=level)


def mean_with_spread(
    value: float, spread: float, n: int, *, level: float = ESTIMATE_LEVEL
) -> Estimate:
    """A mean of at least two ratings from their standard deviation, Student's interval."""
    if not spread:
        return Estimate(value, value, value, n, level)
    error = spread / sqrt(n)
    lower, upper = students_tails(level, n - 1)
    return Estimate(value, lower * error + value, upper * error + value, n, level)


@lru_cache(maxsize=1024)
def students_tails(level: float, degrees: int) -> tuple[float, float]:
    """Between these two lies ``level`` of Student's distribution with so many degrees of freedom.

    In standard errors. Remembered, since whoever tries thousands of ways to fill the cells of one
    survey asks for the same two each time, and scipy takes longer than all the rest.
    """
    lower, upper = stats.t.ppf([(1 - level) / 2, (1 + level) / 2], degrees)
    return float(lower), float(upper)


def relevelled(estimate: Estimate, *, level: float) -> Estimate:
    """A mean with Student's interval, its interval at another level.

    The spread need not be known again: both intervals are the same standard error times the
    quantile of their level.
    """
    tails = [1 - (1 - level) / 2, (1 + estimate.level) / 2]
    ours, theirs = stats.t.ppf(tails, estimate.n - 1)

    below = estimate.value - estimate.low
    above = estimate.high - estimate.value
    return replace(
        estimate,
        low=estimate.value - below * ours / theirs,
        high=estimate.value + above * ours / theirs,
        level=level,
    )


def next_share(
    k: int,
    n: int,
    *,
    next_n: int | None = None,
    level: float = PREDICTION_LEVEL,
    least: int = JUDGED_FROM,
) -> Estimate:
    """What share the next ``next_n`` readers will show if nothing changes.

    Beta-Binomial, Jeffreys' prior; silent below ``least`` rows.
    """
    if n < least:
        return silent(n, level=level, unit="share")
    size = max(next_n or n, 1)
    successes, failures = k + HALF, n - k + HALF
    law = stats.betabinom(size, successes, failures)
    low, high = law.ppf(tails_of(level)) / size
    expected = successes / (n + 2 * HALF)
    return Estimate(expected, float(low), float(high), n, level, "share")


def next_count(
    shape: float, rate: float, *, exposure: float, n: int, level: float = PREDICTION_LEVEL
) -> Estimate:
    """What count the next ``exposure`` will bring under a Gamma(shape, rate) belief.

    Gamma-Poisson prediction.
    """
    law = stats.nbinom(shape, rate / (rate + exposure))
    low, high = law.ppf(tails_of(level))
    # Of a belief too vague for the exposure asked for, scipy finds no quantile.
    if not (isfinite(low) and isfinite(high)):
        return silent(n, level=level, unit="count")
    return Estimate(shape / rate * exposure, float(low), float(high), n, level, "count")


def next_value(estimate: Estimate) -> Estimate:
    """A measured mean or difference as a promise for the next cycle, at the estimate's own level.

    Both measurements err, so √2 as wide.
    """
    if not estimate.says:
        return estimate
    below = estimate.value - estimate.low
    above = estimate.high - estimate.value
    return replace(
        estimate,
        low=estimate.value - below * sqrt(2),
        high=estimate.value + above * sqrt(2),
    )


def tails_of(level: float) -> list[float]:
    """The two probabilities between which an interval of ``level`` lies: 0.9 → 0.05 and 0.95."""
    outside = 1 - level
    return [outside / 2, 1 - outside / 2]
