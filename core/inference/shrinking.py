"""How much: shares of segments, hours or arms, each drawn towards its family.

The largest of many measured shares is too large. An empirical-Bayes beta-binomial learns from all
members how much they differ and draws each towards their common share accordingly; what is
promised for the next cycle is foretold from that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy import optimize, stats
from scipy.special import betaln, expit, logit

from core.estimates import (
    ESTIMATE_LEVEL,
    HALF,
    JUDGED_FROM,
    PREDICTION_LEVEL,
    SHOWN_FROM,
    Estimate,
    silent,
    tails_of,
)
from core.inference.requiring import require

#: Of each law that is subtracted from another, this many equally likely values are taken.
#: More would move the ends of an interval by less than is printed.
QUANTILES = 400
#: Weights of the prior that are tried before the best is refined.
TRIED = 40
#: Farther from the mean than this many standard deviations no count is looked at.
FAR = 12
#: Of more possible counts than this only some are looked at, evenly.
MOST_COUNTS = 20_000
UNIT = "difference"


@dataclass(frozen=True)
class Member:
    """One of a family: ``k`` of ``n`` as measured, and the posterior Beta(``a``, ``b``)."""

    k: int
    n: int
    a: float
    b: float

    @property
    def share(self) -> float:
        """The posterior mean: the measured share drawn towards the family's."""
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        """The posterior variance of the share."""
        return self.share * (1 - self.share) / (self.a + self.b + 1)

    def estimate(self, level: float = ESTIMATE_LEVEL) -> Estimate:
        """The posterior mean with its interval of equal tails."""
        low, high = stats.beta.ppf(tails_of(level), self.a, self.b)
        return Estimate(self.share, float(low), float(high), self.n, level, "share")


@dataclass(frozen=True)
class Family:
    """Members with what they have in common, the prior Beta(``a``, ``b``).

    ``members`` stand in the order they were given in.
    """

    a: float
    b: float
    members: tuple[Member, ...]

    @property
    def share(self) -> float:
        """The common share towards which each member is drawn."""
        return self.a / (self.a + self.b)

    @property
    def weight(self) -> float:
        """How many rows the prior is worth: the more, the more alike the members are."""
        return self.a + self.b

    def rest_of(self, index: int) -> Member | None:
        """All other members together, each weighted by its rows; None where there are none.

        A Beta with the mean and the variance of the weighted sum.
        """
        k, n, share, variance = 0, 0, 0.0, 0.0
        for other in self.members[:index] + self.members[index + 1 :]:
            k += other.k
            n += other.n
            share += other.n * other.share
            variance += other.n**2 * other.variance
        if not n:
            return None

        share, variance = share / n, variance / n**2
        # The sum of several Beta laws has no name, and a Beta that agrees in mean and variance is
        # near enough: only its ends are asked for.
        weight = share * (1 - share) / variance - 1
        return Member(k, n, share * weight, (1 - share) * weight)

    def gap(
        self, index: int, *, level: float = ESTIMATE_LEVEL, least: int = SHOWN_FROM
    ) -> Estimate:
        """The member's share minus that of the rest, with its posterior interval.

        Silent without a rest, and where either has fewer than ``least`` rows.
        """
        member, rest = self.members[index], self.rest_of(index)
        if rest is None or min(member.n, rest.n) < least:
            return silent(member.n, level=level, unit=UNIT)
        value = member.share - rest.share
        low, high = between(beta_values(member), beta_values(rest), level)
        return Estimate(value, low, high, member.n + rest.n, level, UNIT)


def shrink(counts: Sequence[tuple[int, int]]) -> Family:
    """A family of ``(k, n)``: the prior by its greatest marginal likelihood.

    The prior holds at least half a success and half a failure (Jeffreys), so that zeros everywhere
    leave room. It is worth at most the rows of all members but the largest: where all are alike a
    member then knows as much as all rows together, no more. A member alone gets Jeffreys' prior,
    one without rows the family's. The order of the members changes nothing.
    """
    rows = np.array(counts, dtype=np.int64).reshape(-1, 2)
    k, n = rows.T
    require(bool(((k >= 0) & (k <= n)).all()), f"no shares: {counts}")
    a, b = prior_of(rows[n > 0])
    members = tuple(Member(k, n, a + k, b + n - k) for k, n in rows.tolist())
    return Family(a, b, members)


def prior_of(rows: np.ndarray) -> tuple[float, float]:
    """(a, b) of the prior of members that have rows, one ``(k, n)`` a row. Jeffreys' prior where
    the members besides the largest have no more than one row in all.
    """
    # In an order of their own, so that the last digits do not hang on the one given.
    k, n = rows[np.lexsort(rows.T)].astype(float).T
    heaviest = n.sum() - n.max(initial=0)
    # The prior holds a whole reader already: there is nothing left to learn of its weight.
    if heaviest <= 1:
        return HALF, HALF

    # On the log, since a weight of 10 and one of 20 differ as much as 1,000 and 2,000.
    limits = 0.0, log(heaviest)
    # Where members are alike the likelihood is nearly flat, and the search only climbs the hill
    # that it starts on: so it starts at the best of those tried.
    found = optimize.minimize(
        lambda at: -log_likelihood(at[0], at[1], k, n),
        best_start(k, n, limits),
        method="L-BFGS-B",
        bounds=[(-20, 20), limits],
        options={"maxiter": 60},
    )
    a, b = jeffreys_and_more(*found.x)
    return float(a), float(b)


def jeffreys_and_more(logit_share: float, log_weight: float) -> tuple[float, float]:
    """(a, b): half a success, half a failure, and the rest of the weight by the share."""
    # At a weight of 1 nothing is left beside the two halves.
    more = np.expm1(log_weight)
    return HALF + more * expit(logit_share), HALF + more * expit(-logit_share)


def best_start(k: np.ndarray, n: np.ndarray, limits: tuple[float, float]) -> tuple[float, float]:
    """(logit of the share, log of the weight) that is likeliest among those tried. ``k`` and ``n``
    are of shape (members,); ``limits`` are the least and the largest log weight.
    """
    tried = []
    for log_weight in np.linspace(*limits, TRIED):
        # What a member's rows are worth where members of that family differ.
        worth = n / (1 + (n - 1) / (exp(log_weight) + 1))
        # Large members count for little more than small ones where members differ much: one of
        # 10,000 readers is then still one member.
        share = ((worth * k / n).sum() + HALF) / (worth.sum() + 1)
        at = float(logit(share)), float(log_weight)
        tried.append((log_likelihood(*at, k, n), at))
    return max(tried)[1]


def log_likelihood(logit_share: float, log_weight: float, k: np.ndarray, n: np.ndarray) -> float:
    """Of all members, with their own shares integrated out (beta-binomial). A natural logarithm, up
    to a part that is the same for every prior.
    """
    a, b = jeffreys_and_more(logit_share, log_weight)
    return float((betaln(a + k, b + n - k) - betaln(a, b)).sum())


# --- what comes next ------------------------------------------------------------------------------
def promise(
    changed: Member,
    before: Member,
    changed_n: int,
    before_n: int,
    *,
    level: float = PREDICTION_LEVEL,
    least: int = JUDGED_FROM,
) -> Estimate:
    """The difference that two future arms of these sizes will show: changed − as before.

    The posterior predictive law (beta-binomial on either side), by 400 equally likely values of
    each: no random draws, the same in every run. Silent where either was measured on fewer than
    ``least`` rows, and where a future arm is empty.
    """
    n = changed.n + before.n
    if min(changed.n, before.n) < least or min(changed_n, before_n) < 1:
        return silent(n, level=level, unit=UNIT)
    # Means and not the measured shares: what looked best was partly luck, which does not come
    # again.
    value = changed.share - before.share
    low, high = between(next_values(changed, changed_n), next_values(before, before_n), level)
    return Estimate(value, low, high, n, level, UNIT)


def between(first: np.ndarray, second: np.ndarray, level: float) -> tuple[float, float]:
    """The interval of equal tails of the difference of two independent laws. Each law is given by
    equally likely values, in any order.
    """
    # All pairs of equally likely values are equally likely, as the two laws know nothing of each
    # other.
    differences = np.subtract.outer(first, second)
    low, high = np.quantile(differences, tails_of(level))
    return float(low), float(high)


def middles() -> np.ndarray:
    """Probabilities of the equally likely values: the middles of equal parts."""
    return (np.arange(QUANTILES) + HALF) / QUANTILES


def beta_values(member: Member) -> np.ndarray:
    """Equally likely values of the member's share. Shape (QUANTILES,), rising, each between 0 and
    1.
    """
    return stats.beta.ppf(middles(), member.a, member.b)


def next_values(member: Member, size: int) -> np.ndarray:
    """Equally likely values of the share that ``size`` future readers will show. Shape
    (QUANTILES,), rising; each is a count of readers divided by ``size``.
    """
    law = stats.betabinom(size, member.a, member.b)
    # A law over 50,000 readers has all its mass on a few thousand counts; only these are looked at.
    reach = FAR * law.std() + 1
    first = max(int(law.mean() - reach), 0)
    last = min(int(law.mean() + reach), size)
    step = max((last - first) // MOST_COUNTS, 1)
    counts = np.arange(first, last + 1, step)
    reached = np.cumsum(law.pmf(counts))
    at = np.searchsorted(reached / reached[-1], middles())
    return counts[at] / size
