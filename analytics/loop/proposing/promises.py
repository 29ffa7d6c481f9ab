"""What a change should bring: the difference to going on as before, with its 90 % interval. Pure.

Both parts of the next audience err, the one that gets the change and the one that goes on as
before: the interval is the one in which the *observed* difference should lie. It comes from draws
with a fixed seed, so that the same figures give the same promise.
"""

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from analytics.loop.proposing.case import AS_BEFORE
from core.estimates import HALF, PREDICTION_LEVEL, Estimate, tails_of
from core.inference.contrasts import z_of

DRAWS, SEED = 20_000, 20_250_101


@dataclass(frozen=True)
class Foretold(Estimate):
    """A promised difference with the interval for what will be observed.

    ``spread``: how surely the true difference is known, as a standard deviation: what is left
    of the interval where the next audience is large without end.
    """

    spread: float = 0.0


@dataclass(frozen=True)
class ShareBelief:
    """Beta belief about a share of readers."""

    successes: float
    failures: float

    @classmethod
    def of_rest(cls, responded: int, n: int) -> "ShareBelief":
        """About readers who belong to no family of parts: Jeffreys' prior."""
        # They were not chosen for being the best or the worst of many, so that there is no luck to
        # take off.
        return cls(responded + HALF, n - responded + HALF)

    @property
    def mean(self) -> float:
        """The believed share, 0 to 1."""
        return self.successes / (self.successes + self.failures)

    def drawn(self, chance: np.random.Generator) -> np.ndarray:
        """So many shares as it may be, 0 to 1. Shape (DRAWS,); ``chance`` moves on, so that the
        next belief gets other draws.
        """
        return chance.beta(self.successes, self.failures, DRAWS)


def observed_difference(
    changed: np.ndarray, unchanged: np.ndarray, n: int, chance: np.random.Generator
) -> Foretold:
    """The difference that the next cycle should show between the part with the change and the part
    without, from draws of the two true shares; ``n`` readers in all, a fifth of them as before.
    """
    # Both parts will be counted, and both will err: an interval for the true difference alone would
    # be left by what is observed far too often.
    as_before = max(round(n * AS_BEFORE), 1)
    with_change = max(n - as_before, 1)
    seen = chance.binomial(with_change, changed) / with_change
    seen = seen - chance.binomial(as_before, unchanged) / as_before
    low, high = np.quantile(seen, tails_of(PREDICTION_LEVEL))
    true = changed - unchanged
    return Foretold(
        float(np.mean(true)),
        float(low),
        float(high),
        n,
        PREDICTION_LEVEL,
        "difference",
        spread=float(np.std(true)),
    )


def generator() -> np.random.Generator:
    """The same draws for the same figures."""
    return np.random.default_rng(SEED)


def shrunk_difference(estimate: Estimate, spread: float, factor: float = 1.0) -> Foretold:
    """A measured difference as the promise for the next cycle, drawn towards zero.

    ``spread``: how far such differences lie from zero as a rule (standard deviation); one that is
    clearly larger is taken to be so (James and Stein's positive part). What was measured erred, and
    what will be measured errs as much again times ``factor``.
    """
    # The estimate may be Newcombe's, which comes without a standard error.
    error = (estimate.high - estimate.low) / (2 * z_of(estimate.level))
    # Without this a large true effect of a campaign whose smallest worthwhile one is small would be
    # promised at a fraction of itself.
    spread = sqrt(max(spread**2, estimate.value**2 - error**2))
    weight = spread**2 / (spread**2 + error**2)
    value = weight * estimate.value
    # The posterior of a normal mean with a normal prior: value × weight, variance × weight.
    known = sqrt(weight) * error
    # What is not known of the true difference, and what the next measurement will err by.
    reach = z_of(PREDICTION_LEVEL) * hypot(known, factor * error)
    low, high = float(value - reach), float(value + reach)
    return Foretold(value, low, high, estimate.n, PREDICTION_LEVEL, spread=float(known))
