"""Differences between readers who were addressed and readers who were held out.

``shares_differ`` and ``means_differ`` compare two arms as they are, ``adjusted`` takes out what the
readers' own history and their stratum explain, ``stratified`` compares within cells, ``combined``
puts cycles together. Every answer is a ``Contrast``; where nothing can be said it is silent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from functools import reduce
from math import fsum, sqrt

from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportions_ztest

from core.estimates import (
    ESTIMATE_LEVEL,
    JUDGED_FROM,
    SHOWN_FROM,
    Estimate,
    difference,
    silent,
)
from core.inference.moments import NOBODY, Moments, exact

UNIT = "difference"
#: (treated, control) of one stratum.
Stratum = tuple[Moments, Moments]
#: (k1, n1, k2, n2) of one cell: successes and persons of either side.
Cell = tuple[int, int, int, int]


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
    def worth(self) -> float | None:
        """How many times the readers the history is worth: 1 ÷ (1 − R²).

        None where nothing was adjusted, and where the history explains everything.
        """
        if self.explained is None or self.explained >= 1:
            return None
        return 1 / (1 - self.explained)


@dataclass(frozen=True)
class Part:
    """One arm of one stratum: its mean, its variance (n − 1) and its weight in the difference."""

    weight: Fraction
    mean: Fraction
    variance: float
    n: int

    @property
    def error_squared(self) -> float:
        """What the part adds to the squared standard error of the difference."""
        return float(self.weight) ** 2 * self.variance / self.n


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval: 0.95 → 1.96; ValueError outside 0 … 1."""
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1: {level}")
    return float(stats.norm.isf((1 - level) / 2))


def nothing(n: int, method: str, *, level: float) -> Contrast:
    """What cannot be said, with the n that was too small to say it."""
    return Contrast(silent(n, level=level, unit=UNIT), None, method)


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
    if not (treated.is_share and control.is_share):
        raise ValueError("a share needs outcomes of 0 or 1")
    sizes = treated.n, control.n
    if min(sizes) < max(least, 1):
        return nothing(sum(sizes), "newcombe", level=level)

    counts = int(treated.y), int(control.y)
    estimate = difference(counts[0], sizes[0], counts[1], sizes[1], level=level, least=1)
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
    return difference_of_parts([(treated, control)], Fraction(0), "welch", level=level, least=least)


def difference_of_parts(
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
    z_of(level)
    sizes = sum(arms[0].n for arms in strata), sum(arms[1].n for arms in strata)
    if min(sizes) < max(least, 1):
        return nothing(sum(sizes), method, level=level)

    parts = parts_of(strata, theta)
    value = float(sum(part.weight * part.mean for part in parts))
    variance = fsum(part.error_squared for part in parts)
    if min(sizes) < 2 or not variance:
        estimate = Estimate(value, None, None, sum(sizes), level, UNIT)
        return Contrast(estimate, None, method, explained)

    error = sqrt(variance)
    freedom = freedom_of(parts, variance)
    reach = float(stats.t.isf((1 - level) / 2, freedom)) * error
    estimate = Estimate(value, value - reach, value + reach, sum(sizes), level, UNIT)
    p = float(2 * stats.t.sf(abs(value) / error, freedom))
    return Contrast(estimate, p, method, explained, error)


def freedom_of(parts: Sequence[Part], variance: float) -> float:
    """Satterthwaite's degrees of freedom of a sum of independent means."""
    varying = [part for part in parts if part.error_squared]
    return 1 / fsum((part.error_squared / variance) ** 2 / (part.n - 1) for part in varying)


def parts_of(strata: Sequence[Stratum], theta: Fraction) -> list[Part]:
    """Both arms of every stratum, the control with a negative weight.

    An arm of one person has no variance; it counts as none, and the caller says nothing of error.
    """
    everybody = sum(arms[0].n + arms[1].n for arms in strata)
    parts = []
    for treated, control in strata:
        weight = Fraction(treated.n + control.n, everybody)
        parts.append(part_of(treated, theta, weight))
        parts.append(part_of(control, theta, -weight))
    return parts


def part_of(arm: Moments, theta: Fraction, weight: Fraction) -> Part:
    """One arm's mean and variance of y − theta·x."""
    mean = (exact(arm.y) - theta * exact(arm.x)) / arm.n
    squares = arm.squares_y - 2 * theta * arm.products + theta**2 * arm.squares_x
    variance = max(float(squares / max(arm.n - 1, 1)), 0.0)
    return Part(weight, mean, variance, arm.n)


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
    theta, explained = history_of(strata)
    return difference_of_parts(
        strata, theta, "adjusted", level=level, least=least, explained=explained
    )


def strata_of(treated: Mapping[str, Moments], control: Mapping[str, Moments]) -> list[Stratum]:
    """(treated, control) of every stratum, each arm of each with at least two persons.

    Thin strata become one; where that is still thin it joins the smallest of the others, so that
    nobody is left out. Names of strata play no part, nor does their order.
    """
    names = treated.keys() | control.keys()
    strata = [(treated.get(name, NOBODY), control.get(name, NOBODY)) for name in names]
    strata.sort(key=size_of)

    whole = [arms for arms in strata if not is_thin(arms)]
    thin = reduce(both, filter(is_thin, strata), (NOBODY, NOBODY))
    has_nobody = thin[0].n + thin[1].n == 0
    if has_nobody:
        return whole
    if whole and is_thin(thin):
        thin = both(thin, whole.pop(0))
    return [*whole, thin]


def is_thin(arms: Stratum) -> bool:
    """Whether an arm of the stratum has too few persons for a variance of its own."""
    return min(arms[0].n, arms[1].n) < 2


def both(first: Stratum, second: Stratum) -> Stratum:
    """Two strata as one, arm by arm."""
    return first[0] + second[0], first[1] + second[1]


def size_of(arms: Stratum) -> tuple:
    """By what strata are put in order: persons first, then the sums of both arms, never a name."""
    return arms[0].n + arms[1].n, astuple(arms[0]), astuple(arms[1])


def history_of(strata: Sequence[Stratum]) -> tuple[Fraction, float | None]:
    """(theta, R²): what one unit of history adds to the outcome, and how much it explains.

    0 and None where the history is the same for everybody of a stratum.
    """
    merged = [arms[0] + arms[1] for arms in strata if arms[0].n + arms[1].n]
    history = sum((stratum.squares_x for stratum in merged), Fraction(0))
    outcome = sum((stratum.squares_y for stratum in merged), Fraction(0))
    if not history:
        return Fraction(0), None

    products = sum((stratum.products for stratum in merged), Fraction(0))
    theta = Fraction(float(products / history))
    if not outcome:
        return theta, None
    return theta, min(float(products**2 / (history * outcome)), 1.0)


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
    fair = pooled([cell for cell in map(checked, cells) if cell[1] and cell[3]])
    sizes = sum(cell[1] for cell in fair), sum(cell[3] for cell in fair)
    if min(sizes) < max(least, 1):
        return nothing(sum(sizes), "stratified", level=level)

    value, variance = sato(fair)
    if variance <= 0:
        estimate = Estimate(value, None, None, sum(sizes), level, UNIT)
        return Contrast(estimate, cell_p(fair), "stratified")
    error = sqrt(variance)
    estimate = Estimate(value, value - z * error, value + z * error, sum(sizes), level, UNIT)
    return Contrast(estimate.within(-1, 1), cell_p(fair), "stratified", error=error)


def checked(cell: Cell) -> Cell:
    """The cell as whole numbers; ValueError where it holds more successes than persons."""
    k1, n1, k2, n2 = map(int, cell)
    if not (0 <= k1 <= n1 and 0 <= k2 <= n2):
        raise ValueError(f"no counts of a cell: {cell}")
    return k1, n1, k2, n2


def pooled(cells: Sequence[Cell]) -> list[Cell]:
    """The cells, those below ``JUDGED_FROM`` persons put together into one."""
    large = [cell for cell in cells if cell[1] + cell[3] >= JUDGED_FROM]
    small = [cell for cell in cells if cell[1] + cell[3] < JUDGED_FROM]
    if small:
        large.append(tuple(map(sum, zip(*small, strict=True))))
    return large


def sato(cells: Sequence[Cell]) -> tuple[float, float]:
    """(difference, its variance) of cells that have both sides (Sato 1989)."""
    weights = sum(n1 * n2 / (n1 + n2) for _k1, n1, _k2, n2 in cells)
    value = sum((k1 * n2 - k2 * n1) / (n1 + n2) for k1, n1, k2, n2 in cells) / weights

    first, second = 0.0, 0.0
    for k1, n1, k2, n2 in cells:
        n = n1 + n2
        first += (n1**2 * k2 - n2**2 * k1 + n1 * n2 * (n2 - n1) / 2) / n**2
        second += (k1 * (n2 - k2) + k2 * (n1 - k1)) / (2 * n)
    return value, (value * first + second) / weights**2


def cell_p(cells: Sequence[Cell]) -> float:
    """Two-sided p of the Cochran–Mantel–Haenszel test.

    1 where in every cell nobody has the outcome, or everybody.
    """
    telling = [cell for cell in cells if 0 < cell[0] + cell[2] < cell[1] + cell[3]]
    if not telling:
        return 1.0
    tables = [[[k1, n1 - k1], [k2, n2 - k2]] for k1, n1, k2, n2 in telling]
    return float(StratifiedTable(tables).test_null_odds(correction=False).pvalue)


# --- several cycles -------------------------------------------------------------------------------
def combined(contrasts: Iterable[Contrast]) -> Contrast:
    """One estimate of several cycles, weighted by inverse variance; rows are never pooled.

    Contrasts without an interval are left out. One alone is given back as it is; without any the
    answer is silent. ValueError where their levels differ.
    """
    given = list(contrasts)
    levels = {contrast.estimate.level for contrast in given} or {ESTIMATE_LEVEL}
    if len(levels) > 1:
        raise ValueError(f"estimates of different levels: {sorted(levels)}")

    level = levels.pop()
    heard = [contrast for contrast in given if contrast.error]
    if not heard:
        return nothing(sum(contrast.estimate.n for contrast in given), "combined", level=level)
    if len(heard) == 1:
        return heard[0]

    weights = [1 / contrast.error**2 for contrast in heard]
    values = [contrast.estimate.value for contrast in heard]
    value = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    error = 1 / sqrt(sum(weights))
    reach = z_of(level) * error
    n = sum(contrast.estimate.n for contrast in heard)
    estimate = Estimate(value, value - reach, value + reach, n, level, UNIT)
    return Contrast(estimate, float(2 * stats.norm.sf(abs(value) / error)), "combined", error=error)
