"""Differences between readers who were addressed and readers who were held out.

``shares_differ`` and ``means_differ`` compare two arms as they are, ``adjusted`` takes out what the
readers' own history and their stratum explain, ``stratified`` compares within cells, ``combined``
puts cycles together. Every answer is a ``Contrast``; where nothing can be said it is silent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import fsum, sqrt
from operator import add, attrgetter

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from core.estimates import ESTIMATE_LEVEL, SHOWN_FROM, Estimate, difference, silent
from core.inference.cells import Cell, cell_p, fair_of, pooled, sato
from core.inference.moments import Moments, exact
from core.inference.requiring import require
from core.inference.strata import EMPTY, Stratum, history_of, strata_of

UNIT = "difference"


@dataclass(frozen=True)
class Contrast:
    """The difference treated − control with all that is said of it.

    ``p`` is two-sided and None where nothing can be said. ``method`` is "newcombe", "welch",
    "adjusted", "stratified" or "combined". ``explained`` is the share of the outcome's variance
    that the history explains (R²), None where nothing was adjusted. ``error`` is the standard
    error, None where there is no interval; for "newcombe" half the interval's width ÷ z.
    """

    estimate: Estimate
    p: float | None
    method: str
    explained: float | None = None
    error: float | None = None

    @property
    def n(self) -> int:
        """Persons of both arms."""
        return self.estimate.n

    @property
    def worth(self) -> float | None:
        """How many times the readers the history is worth: 1 ÷ (1 − R²).

        None where nothing was adjusted, and where the history explains everything.
        """
        if self.explained is None or self.explained >= 1:
            return None
        return 1 / (1 - self.explained)


@dataclass(frozen=True)
class WeighedArm:
    """One arm of one stratum: its mean, its variance (n − 1) and its weight in the difference."""

    weight: Fraction
    mean: Fraction
    variance: float
    n: int

    @property
    def value(self) -> Fraction:
        """What the part adds to the difference."""
        return self.weight * self.mean

    @property
    def error_squared(self) -> float:
        """What the part adds to the squared standard error of the difference."""
        return float(self.weight) ** 2 * self.variance / self.n

    @property
    def doubt(self) -> float:
        """What it adds to Satterthwaite's sum; an arm of one person has no variance, adds none."""
        return self.error_squared**2 / max(self.n - 1, 1)


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval: 0.95 → 1.96; ValueError outside 0 … 1."""
    require(0 < level < 1, f"a level lies between 0 and 1: {level}")
    return float(stats.norm.isf((1 - level) / 2))


def nothing(n: int, method: str, *, level: float) -> Contrast:
    """What cannot be said, with the n that was too small to say it."""
    # "Too few" is only believed with the number beside it.
    return Contrast(silent(n, level=level, unit=UNIT), None, method)


def bounded(value: float, reach: float, n: int, level: float) -> Estimate:
    """A difference with an interval that reaches as far on either side. ``reach`` in the unit of
    the difference, 0 or more.
    """
    return Estimate(value, value - reach, value + reach, n, level, UNIT)


# --- two arms as they are -------------------------------------------------------------------------
def shares_differ(
    treated: Moments,
    control: Moments,
    *,
    level: float = ESTIMATE_LEVEL,
    least: int = SHOWN_FROM,
) -> Contrast:
    """Difference of two shares: Newcombe's hybrid score interval (1998, method 10).

    The p-value is the pooled score test (Pearson's χ² without continuity correction), which at the
    edge need not agree with the interval. It is 1 where both arms show nothing, or everybody.
    ValueError where an outcome is not 0 or 1.
    """
    z = z_of(level)
    require(treated.is_share and control.is_share, "a share needs outcomes of 0 or 1")
    sizes = treated.n, control.n
    if min(sizes) < max(least, 1):
        return nothing(sum(sizes), "newcombe", level=level)

    counts = int(treated.y), int(control.y)
    estimate = difference(counts[0], sizes[0], counts[1], sizes[1], level=level, least=1)
    # Newcombe's ends lie unevenly around the value and come from no standard error; what is planned
    # or looked at before the end needs one all the same.
    error = (estimate.high - estimate.low) / (2 * z)
    return Contrast(estimate, score_p(counts, sizes), "newcombe", error=error)


def score_p(counts: tuple[int, int], sizes: tuple[int, int]) -> float:
    """Two-sided p of the pooled score test that two shares are one.

    1 where nobody has the outcome, or everybody: nothing speaks against it.
    """
    if sum(counts) in (0, sum(sizes)):
        return 1.0
    return float(proportions_ztest(counts, sizes)[1])


def means_differ(
    treated: Moments,
    control: Moments,
    *,
    level: float = ESTIMATE_LEVEL,
    least: int = SHOWN_FROM,
) -> Contrast:
    """Difference of two means: Welch's interval and test, also for negative amounts.

    Where nobody differs from anybody in either arm there is a value, but no interval and no p:
    without any spread nothing is known of the error. So it is too with one person in an arm.
    """
    strata = [Stratum(treated, control)]
    return difference_within(strata, Fraction(0), "welch", level=level, least=least)


def difference_within(
    strata: Sequence[Stratum],
    theta: Fraction,
    method: str,
    *,
    level: float,
    least: int,
    explained: float | None = None,
) -> Contrast:
    """Difference of y − theta·x, within strata, weighted by the persons of both arms.

    The degrees of freedom are Welch's and Satterthwaite's, over the arms of all strata.
    """
    # Asked for its refusal alone: also a silent answer must not carry a level that is none.
    z_of(level)
    whole = reduce(add, strata, EMPTY)
    n = whole.merged.n
    if whole.smaller < max(least, 1):
        return nothing(n, method, level=level)

    parts = parts_of(strata, theta, n)
    value = float(sum(map(attrgetter("value"), parts)))
    # Added without rounding in between, so that the order of strata plays no part.
    variance = fsum(map(attrgetter("error_squared"), parts))
    # One person has no variance. A variance of zero would make the smallest difference certain.
    if whole.is_thin or not variance:
        return Contrast(Estimate(value, None, None, n, level, UNIT), None, method, explained)

    error = sqrt(variance)
    # The arms' variances differ, so that no common number of degrees of freedom is right: this one
    # weighs each arm by how much it leaves in doubt.
    freedom = variance**2 / fsum(map(attrgetter("doubt"), parts))
    reach = float(stats.t.isf((1 - level) / 2, freedom)) * error
    p = float(2 * stats.t.sf(abs(value) / error, freedom))
    return Contrast(bounded(value, reach, n, level), p, method, explained, error)


def parts_of(strata: Sequence[Stratum], theta: Fraction, n: int) -> list[WeighedArm]:
    """Both arms of every stratum, the control with a negative weight; ``n`` persons in all."""
    parts = []
    for stratum in strata:
        weight = Fraction(stratum.merged.n, n)
        parts.append(part_of(stratum.treated, theta, weight))
        parts.append(part_of(stratum.control, theta, -weight))
    return parts


def part_of(arm: Moments, theta: Fraction, weight: Fraction) -> WeighedArm:
    """One arm's mean and variance of y − theta·x. ``weight`` is the stratum's part of all persons,
    negative for the control. A variance of 0 for an arm of one person, who has none.
    """
    mean = (exact(arm.y) - theta * exact(arm.x)) / arm.n
    squares = arm.squares_y - 2 * theta * arm.products + theta**2 * arm.squares_x
    # Rounded sums may leave a little less than nothing.
    variance = max(float(squares / max(arm.n - 1, 1)), 0.0)
    return WeighedArm(weight, mean, variance, arm.n)


# --- adjusted by history and stratum --------------------------------------------------------------
def adjusted(
    treated: Mapping[str, Moments],
    control: Mapping[str, Moments],
    *,
    level: float = ESTIMATE_LEVEL,
    least: int = SHOWN_FROM,
) -> Contrast:
    """Difference of means after CUPED (Deng, Xu, Kohavi & Walker 2013) and post-stratification.

    The arms are given by stratum. One theta for all: the covariance of outcome and history within
    strata over the history's variance there, both arms together. The strata are weighted by the
    persons of both arms. Strata where an arm has fewer than two persons are put together. With one
    stratum and a history that is the same for everybody this is ``means_differ``.
    """
    strata = strata_of(treated, control)
    # Theta is learned from both arms alike: learned in one of them it would take part of the effect
    # away.
    theta, explained = history_of(strata)
    return difference_within(
        strata, theta, "adjusted", level=level, least=least, explained=explained
    )


# --- within cells ---------------------------------------------------------------------------------
def stratified(
    cells: Iterable[Cell], *, level: float = ESTIMATE_LEVEL, least: int = SHOWN_FROM
) -> Contrast:
    """Difference of shares within cells ``(k1, n1, k2, n2)``, weights n1·n2 ÷ (n1 + n2).

    Interval by Sato's variance (1989) of the Mantel–Haenszel difference; p of Cochran's, Mantel's
    and Haenszel's test without continuity correction. Cells with one side only tell nothing and
    are left out, also of ``n``; the others are pooled where they have fewer than 30 persons.
    Silent where no cell has both sides: there is no fair comparison.
    """
    z = z_of(level)
    # Unlike cells are left out first. Put together before, readers who were all mailed at one hour
    # and readers who were all mailed at another would become a comparison.
    fair = pooled(fair_of(cells))
    _k1, n1, _k2, n2 = fair.sum(axis=0).tolist()
    if min(n1, n2) < max(least, 1):
        return nothing(n1 + n2, "stratified", level=level)

    value, variance = sato(fair)
    # Where every cell is all or nothing the formula leaves no room, which is not certainty.
    if variance <= 0:
        estimate = Estimate(value, None, None, n1 + n2, level, UNIT)
        return Contrast(estimate, cell_p(fair), "stratified")
    error = sqrt(variance)
    # The interval is a normal one and does not know that no share lies beyond 0 and 1.
    estimate = bounded(value, z * error, n1 + n2, level).within(-1, 1)
    return Contrast(estimate, cell_p(fair), "stratified", error=error)


# --- several cycles -------------------------------------------------------------------------------
def combined(contrasts: Iterable[Contrast]) -> Contrast:
    """One estimate of several cycles, weighted by inverse variance; rows are never pooled.

    Contrasts without an interval are left out. One alone is given back as it is; without any the
    answer is silent. ValueError where their levels differ.
    """
    given = list(contrasts)
    level = level_of(given)
    heard = list(filter(attrgetter("error"), given))
    if not heard:
        return nothing(sum(map(attrgetter("n"), given)), "combined", level=level)
    if len(heard) == 1:
        return heard[0]

    # Each cycle compares its own arms. In rows pooled over cycles an arm that was given more
    # readers in a good season would look better for the season.
    values = np.array(list(map(attrgetter("estimate.value"), heard)))
    weights = np.array(list(map(attrgetter("error"), heard))) ** -2.0
    value = float(np.average(values, weights=weights))
    error = 1 / sqrt(weights.sum())
    n = sum(map(attrgetter("n"), heard))
    p = float(2 * stats.norm.sf(abs(value) / error))
    estimate = bounded(value, z_of(level) * error, n, level)
    return Contrast(estimate, p, "combined", error=error)


def level_of(contrasts: Sequence[Contrast]) -> float:
    """The level all of them have; the house's own where there are none."""
    levels = set(map(attrgetter("estimate.level"), contrasts))
    require(len(levels) <= 1, f"estimates of different levels: {sorted(levels)}")
    return max(levels, default=ESTIMATE_LEVEL)
