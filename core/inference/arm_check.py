"""Whether the arms are still as they were drawn.

The draw is the portal's own, so what can go wrong is loss: readers erased, merged or suppressed
after it, more of them in one arm than in another. A broken check blocks the effect, whatever its
size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isclose

import numpy as np
from scipy import stats
from scipy.special import gammaln
from statsmodels.stats.oneway import anova_generic

from core.inference.moments import Moments
from core.inference.requiring import require

#: Below this p the arms are not as they were drawn.
#: So strict because every report asks it: at 5 % each twentieth sound campaign would be blocked.
BROKEN_BELOW = 0.001
#: From this expected count on in every cell the χ² distribution holds (Cochran's rule).
EXPECTED_FROM = 5
#: How often the losses are drawn anew where counts are small, and the seed of the draws.
DRAWS, SEED = 99_999, 20_220_311
#: Logarithm of the largest Bayes factor that is told.
#: The exponential of more than this is no finite float.
LARGEST = 700.0
#: How many readers the prior of the sequential check is worth.
PRIOR_WEIGHT = 100


@dataclass(frozen=True)
class ArmCheck:
    """A test that the arms are as drawn.

    ``statistic`` is χ² for losses, F for the outcome before, the largest Bayes factor for the
    sequential check. ``p`` is None where there is nothing to compare, and then nothing is broken.
    """

    statistic: float | None
    p: float | None

    @property
    def is_broken(self) -> bool:
        """Whether the effect must not be told: p below 0.001."""
        return self.p is not None and self.p < BROKEN_BELOW


def arm_check(drawn: Sequence[int], kept: Sequence[int]) -> ArmCheck:
    """χ² of kept and lost readers by arm; both given in the order of the arms.

    Without continuity correction. Where a cell is expected to hold fewer than 5, p comes from
    Fisher's exact test for two arms, for more from 99,999 draws with a fixed seed. p is 1 where
    nobody was lost, or everybody. An arm that nobody was drawn for is left out. ValueError where
    more are kept than drawn.
    """
    table = losses(drawn, kept)
    if len(table) < 2:
        return ArmCheck(None, None)
    # A column of zeros expects nobody, and χ² would divide by that.
    if not table.sum(axis=0).all():
        return ArmCheck(0.0, 1.0)

    found = stats.chi2_contingency(table, correction=False)
    if found.expected_freq.min() >= EXPECTED_FROM:
        return ArmCheck(float(found.statistic), float(found.pvalue))
    return ArmCheck(float(found.statistic), exact_p(table))


def losses(drawn: Sequence[int], kept: Sequence[int]) -> np.ndarray:
    """(kept, lost) of each arm, one a row; arms without readers left out. Shape (arms, 2), whole
    numbers. ValueError where the two lists are not of one length, and where more are kept than
    drawn.
    """
    require(len(drawn) == len(kept), f"as many arms drawn as kept: {drawn}, {kept}")
    sizes, remaining = np.array([drawn, kept], dtype=np.int64)
    is_within = (remaining >= 0) & (remaining <= sizes)
    require(bool(is_within.all()), f"no more can be kept than drawn: {drawn}, {kept}")
    return np.column_stack([remaining, sizes - remaining])[sizes > 0]


def exact_p(table: np.ndarray) -> float:
    """p of a table with small counts: Fisher's, or by draws where there are more than two arms.
    ``table``: (arms, 2), at least two arms. The draws have a fixed seed, so that p is the same
    again.
    """
    if len(table) == 2:
        return float(stats.fisher_exact(table).pvalue)
    # Fisher's test lists all tables with these sums, of which three arms have far too many.
    method = stats.MonteCarloMethod(n_resamples=DRAWS, rng=SEED)
    return float(stats.chi2_contingency(table, correction=False, method=method).pvalue)


def balanced_before(arms: Sequence[Moments]) -> ArmCheck:
    """F test that the arms' history ``x`` has one mean: one-way, with a common variance.

    The draw makes the variances equal, and a common one keeps the error of p small where arms are
    of very different sizes. Without two arms of two readers there is nothing to compare. Where
    nobody differs from anybody p is 1.
    """
    means, variances, sizes = np.array(rows_before(arms)).reshape(-1, 3).T
    if len(sizes) < 2:
        return ArmCheck(None, None)
    # F is a ratio to the spread within arms: without any it is not defined.
    if not variances.any():
        is_same = means.min() == means.max()
        return ArmCheck(None, float(is_same))
    found = anova_generic(means, variances, sizes, use_var="equal")
    return ArmCheck(float(found.statistic), float(found.pvalue))


def rows_before(arms: Sequence[Moments]) -> list[tuple[float, float, int]]:
    """(mean, variance, readers) of the history of each arm that has two readers or more."""
    rows = []
    for arm in arms:
        if arm.n >= 2:
            rows.append((arm.mean_x, arm.variance_x, arm.n))
    return rows


def arm_check_so_far(
    looks: Sequence[Sequence[int]], shares: Sequence[float], *, weight: float = PRIOR_WEIGHT
) -> ArmCheck:
    """The check for a standing campaign, which may be asked at any time (Lindon & Malek 2022).

    ``looks`` are the counts by arm from the start until each look, ``shares`` the planned ones,
    summing to 1. The Bayes factor of a Dirichlet prior around the plan against the plan itself;
    p is 1 ÷ its largest value so far, valid however often one looks. ``weight`` says how many
    readers the prior is worth: deviations of about 1 ÷ √weight are found soonest.
    """
    is_plan = isclose(sum(shares), 1) and min(shares) > 0
    require(is_plan, f"planned shares are above 0 and sum to 1: {shares}")
    # As whole numbers: a look that counts half a reader is a mistake of the caller.
    counts = np.array(looks, dtype=np.int64).reshape(-1, len(shares))
    gained = np.diff(counts, axis=0, prepend=0)
    require(bool((gained >= 0).all()), "counts until a look never fall")
    # Before the first look nothing speaks against the plan.
    highest = float(log_bayes_factor(counts, shares, weight).max(initial=0.0))
    return ArmCheck(exp(min(highest, LARGEST)), exp(-highest))


def log_bayes_factor(counts: np.ndarray, shares: Sequence[float], weight: float) -> np.ndarray:
    """Logarithm of the evidence against the planned shares, one for each row of counts by arm.
    ``counts``: (looks, arms) from the start until each look. The answer is of shape (looks,): 0
    where plan and prior explain the counts alike, above 0 where the plan does so worse.
    """
    counts = np.asarray(counts, dtype=float)
    prior = weight * np.asarray(shares, dtype=float)
    # In how many orders the readers may have come is the same under both laws, and falls out of
    # their ratio.
    arms = gammaln(prior + counts) - gammaln(prior) - counts * np.log(shares)
    return gammaln(weight) - gammaln(weight + counts.sum(axis=-1)) + arms.sum(axis=-1)
