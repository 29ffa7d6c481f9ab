"""Looks at a result before its window ends.

``boundaries`` spends the error over planned looks as O'Brien and Fleming (1979) do, by the
spending function of Lan and DeMets (1983): almost nothing early, almost all at the end. For
campaigns without an end ``always_valid`` gives an interval that holds however often one looks
(asymptotic confidence sequences of Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2021).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, exp, inf, log, pi, sqrt

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import lambertw, ndtr

from core.estimates import ESTIMATE_LEVEL, Estimate
from core.inference.contrasts import Contrast, z_of
from core.inference.requiring import require

#: Beyond this many standard deviations no mass is left to integrate.
FAR = 8.5
#: Points of the integration over one interval, at least and at most.
#: Enough for the published boundaries to all their digits; more only costs time.
POINTS, MOST_POINTS = 120, 840
#: Below this probability a boundary is infinite: nothing may be said yet.
NEGLIGIBLE = 1e-290
#: Readers below which a confidence sequence says nothing: its guarantee is asymptotic.
#: How many are enough nobody says; this is the library's own setting.
SEQUENCE_FROM = 100


# --- planned looks --------------------------------------------------------------------------------
def spent(fraction: float, level: float = ESTIMATE_LEVEL) -> float:
    """Error spent, both sides together, when ``fraction`` of the window is over.

    O'Brien and Fleming's form, half of the error on either side: 0 at the beginning, 1 − level at
    the end. ValueError outside 0 … 1.
    """
    require(0 <= fraction <= 1, f"a part of the window lies between 0 and 1: {fraction}")
    # At the very beginning nothing has been looked at; the formula would divide by zero.
    if fraction == 0:
        return 0.0
    return 4 * float(stats.norm.sf(z_of((1 + level) / 2) / sqrt(fraction)))


def boundaries(fractions: Sequence[float], level: float = ESTIMATE_LEVEL) -> tuple[float, ...]:
    """z of each look, at which a result may be told.

    ``fractions`` are the parts of the window over at each look, rising. The z of a look depends
    on that look and those before, never on those to come. Five equal looks at 95 %: 4.877, 3.357,
    2.680, 2.290, 2.031. Infinite where nothing may be said yet. ValueError for parts that do not
    rise or lie outside 0 … 1.
    """
    found: list[float] = []
    state = None
    before, error_before = 0.0, 0.0
    for fraction in fractions:
        require(fraction > before, f"looks follow one another: {fractions}")
        error = spent(fraction, level)
        step = ToNextLook(state, fraction - before, fraction)
        z = step.boundary(error - error_before)
        found.append(z)
        # Only walks that have crossed no boundary so far can cross the next one for the first time.
        state = step.inside(z)
        before, error_before = fraction, error
    return tuple(found)


@cache
def nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """(places, weights) of Gauss and Legendre between −1 and 1. Each of shape (count,); computed
    once for each ``count``.
    """
    return np.polynomial.legendre.leggauss(count)


@dataclass(frozen=True, eq=False)
class WithinBounds:
    """The process at one look where no boundary has been crossed yet, on a grid of (points,).

    ``masses``: the density at each of the ``places`` times the weight of the place, so that their
    sum is the probability of still being within.
    """

    places: np.ndarray
    masses: np.ndarray


AT_START = WithinBounds(np.zeros(1), np.ones(1))


class ToNextLook:
    """From one look to the next, by numerical integration (Armitage, McPherson & Rowe 1969).

    The process is z·√fraction: its increments are normal, with the variance ``gained``.
    ``state`` is None at the first look.
    """

    def __init__(self, state: WithinBounds | None, gained: float, fraction: float):
        # Before the first look the process stands at zero, for certain.
        self.state = state or AT_START
        self.spread = sqrt(gained)
        self.scale = sqrt(fraction)

    def crossed(self, z: float) -> float:
        """Probability to lie beyond ±z now, and not before."""
        edge = z * self.scale
        above = ndtr((self.state.places - edge) / self.spread)
        below = ndtr((-self.state.places - edge) / self.spread)
        return float(np.sum(self.state.masses * (above + below)))

    def boundary(self, error: float) -> float:
        """The z that is crossed with the probability ``error``.

        Found on the logarithm: early errors are tiny, and their digits count.
        """
        if error < NEGLIGIBLE:
            return inf
        # A normal law of doubles has no tail beyond 38 standard deviations.
        return float(brentq(lambda z: self._too_often(z, error), 0, 38, xtol=1e-12))

    def _too_often(self, z: float, error: float) -> float:
        """Above 0 where z is crossed more often than with the probability ``error``."""
        # The smallest double stands for a probability of nothing, which has no logarithm.
        return log(max(self.crossed(z), 5e-324)) - log(error)

    def inside(self, z: float) -> WithinBounds:
        """The process within the boundary, by Gauss and Legendre. ``z`` as ``boundary`` gave it,
        infinite where nothing may be said yet: then all of it is within.
        """
        edge = min(z, FAR) * self.scale
        # The density changes over a distance of one spread.
        wanted = ceil(5 * edge / self.spread / POINTS) * POINTS
        points, weights = nodes(min(max(POINTS, wanted), MOST_POINTS))
        places = points * edge
        moves = (places[:, None] - self.state.places[None, :]) / self.spread
        density = np.exp(-(moves**2) / 2) @ self.state.masses / (self.spread * sqrt(2 * pi))
        return WithinBounds(places, density * weights * edge)


def at_look(contrast: Contrast, z: float) -> Estimate:
    """The provisional interval of a look: value ± z standard errors.

    Its level is that of the whole plan of looks. Without an interval where the contrast has none,
    or where z is infinite: nothing may be said yet.
    """
    estimate = contrast.estimate
    if not contrast.error or z == inf:
        return estimate.without_interval()
    # Not the interval's own width: Newcombe's is that of a single look at the end.
    reach = z * contrast.error
    return replace(estimate, low=estimate.value - reach, high=estimate.value + reach)


# --- looks whenever one likes ---------------------------------------------------------------------
def always_valid(contrast: Contrast, *, best_at: int) -> Estimate:
    """The interval of a standing campaign, which holds at every look at once.

    Narrowest, as a multiple of the fixed one, when ``best_at`` readers have been reached. Without
    an interval below 100 readers.
    """
    estimate = contrast.estimate
    if not contrast.error or estimate.n < SEQUENCE_FROM:
        return estimate.without_interval()
    spread = contrast.error * sqrt(estimate.n)
    reach = spread * sequence_reach(estimate.n, level=estimate.level, best_at=best_at)
    return replace(estimate, low=estimate.value - reach, high=estimate.value + reach)


def sequence_reach(n: int, *, level: float = ESTIMATE_LEVEL, best_at: int) -> float:
    """Half the width of the sequence after ``n`` rows with a standard deviation of 1.

    The normal mixture of Robbins, two-sided. ValueError where either number is below 1.
    """
    require(min(n, best_at) >= 1, f"rows are counted from 1 on: {n}, {best_at}")
    z_of(level)
    # One mixture is narrow at one number of readers only: it must be chosen before the first look,
    # or the interval no longer holds at all of them.
    precision = mixing_precision(best_at, level)
    whole = n + precision
    return sqrt(whole * (log(whole / precision) - 2 * log(1 - level))) / n


def mixing_precision(best_at: int, level: float) -> float:
    """The mixture's precision that makes the sequence narrowest after ``best_at`` rows.

    The root of the derivative, by the lower branch of Lambert's W.
    """
    w = lambertw(-exp(-1) * (1 - level) ** 2, -1).real
    return -best_at / (1 + float(w))
