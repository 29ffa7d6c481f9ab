"""What is believed of the channels: a dynamic Gamma–Poisson model on a grid. Pure.

Of ``n`` readers a channel that gets effort ``x`` brings Poisson(n · c · r · x0 · (x/x0)^e)
responses. ``r`` is its response per effort (at ``x0``, what it got first), of which a Gamma belief
is kept; ``c`` is common to all channels of the cycle; ``e`` says how returns diminish. From one
cycle to the next ``r`` drifts on the log. How fast, how returns diminish and how alike the channels
are is not set but learned: every combination of the grid is filtered through all cycles and weighed
by how probable it made what came (West & Harrison, Bayesian Forecasting and Dynamic Models, 1997).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from analytics.loop.mix.evidence import ChannelEvidence, Cycles
from analytics.loop.mix.season import CommonFactor, SeasonBelief, follow

#: The exponent of returns: 1 where twice the effort brings twice the responses, ½ a square root.
#: Below .3 a plan would hardly matter, and above 1 all effort would belong in one channel.
RETURNS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0)
#: What is believed of it beforehand: a normal law around a square root.
#: Four cycles say little about it, so that what is believed beforehand decides at first.
USUAL_RETURNS, RETURNS_SPREAD = 0.5, 0.1
#: By how much a channel changes from one cycle to the next: a standard deviation on the log.
#: From "nothing changes" to "next year any of them may have doubled".
DRIFTS = (0.0, 0.1, 0.2, 0.4, 0.8)
#: How alike channels are beforehand: the shape of their common Gamma prior.
#: 2: one may bring several times what another brings; 20: they differ by a fifth or so.
ALIKE = (2.0, 20.0)
#: So much of a response is added to a cycle's total, so that its factor stays above zero.
#: A cycle in which nobody answered would otherwise foretell that nobody ever will.
A_LITTLE = 0.5
#: The common factor and how channels err from it are found in turns; so many are enough.
TURNS = 3
#: Stands for an effort of zero in a logarithm.
SMALLEST = 1e-300


class Grid(NamedTuple):
    """Every combination of what is learned about all channels together; each of shape (points,)."""

    returns: np.ndarray
    drift: np.ndarray
    alike: np.ndarray


def _grid() -> Grid:
    """All combinations in a fixed order."""
    combined = np.meshgrid(RETURNS, DRIFTS, ALIKE, indexing="ij")
    return Grid(*(axis.ravel() for axis in combined))


GRID = _grid()


class Rates(NamedTuple):
    """Gamma beliefs about responses per effort: ``shape`` and ``rate``, each (points, channels)."""

    shape: np.ndarray
    rate: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Believed responses per effort. Shape (points, channels), in the effort of each channel's
        first cycle.
        """
        return self.shape / self.rate

    @property
    def kept(self) -> np.ndarray:
        """What part of the evidence is left after a cycle's drift: all of it where nothing drifts,
        the less the more was known.
        """
        # A Gamma law with shape a varies by about 1 ÷ √a on the log. The drift adds its own
        # variance to that: 1/a becomes 1/a + drift².
        return 1 / (1 + GRID.drift[:, None] ** 2 * self.shape)

    def forgetting(self) -> "Rates":
        """The same means, less sure by one cycle's drift: its variance is added to that of the
        log.
        """
        kept = self.kept
        # Shape and rate shrink alike: their quotient, the mean, stays.
        return Rates(self.shape * kept, self.rate * kept)


class Learned(NamedTuple):
    """What one cycle added: new rates, how probable its counts were (on the log, per point), and
    the factor common to its channels.
    """

    rates: Rates
    likelihood: np.ndarray
    factor: CommonFactor


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed after the present cycle; two beliefs are the same only if they are one.

    ``weights`` of the points of ``GRID`` add up to 1. ``memory``: what each cycle still counts,
    1 for the present one, the last. ``first_effort`` and ``effort`` are relative, by channel.
    """

    codes: tuple[str, ...]
    cycles: Cycles
    weights: np.ndarray
    rates: Rates
    season: SeasonBelief
    memory: np.ndarray
    first_effort: np.ndarray
    effort: np.ndarray

    @property
    def returns(self) -> float:
        """The exponent of returns to be expected."""
        return float(self.weights @ GRID.returns)

    @property
    def drift(self) -> float:
        """By how much a channel is believed to change in a cycle: a standard deviation on the
        log.
        """
        # Variances are averaged, not their roots: what is added from cycle to cycle are variances.
        return float(np.sqrt(self.weights @ GRID.drift**2))

    def at(self, effort: np.ndarray) -> np.ndarray:
        """What an effort (channels,) is worth at each point, in that of a channel's first one:
        (points, channels).
        """
        grown = (effort / self.first_effort) ** GRID.returns[:, None]
        return self.first_effort * grown

    @property
    def per_effort(self) -> np.ndarray:
        """Believed responses per reader and unit of relative effort, at the present effort. Shape
        (channels,): over all points of the grid, in a season like the next one.
        """
        per_reader = self.season.middle[:, None] * self.rates.mean * self.at(self.effort)
        return self.weights @ per_reader / self.effort

    @property
    def uncertainty(self) -> np.ndarray:
        """Standard deviation of each channel's rate in parts of itself. Shape (channels,): .5 where
        the rate may well be half as much again.
        """
        shape, rate = self.rates
        mean = self.weights @ (shape / rate)
        # The points of the grid disagree about the mean as well, which is part of what is not
        # known.
        square = self.weights @ (shape * (shape + 1) / rate**2)
        return np.sqrt(square / mean**2 - 1)


def believe(channels: Sequence[ChannelEvidence]) -> Belief | None:
    """The belief about the measured channels; None where there is none."""
    # A tuple, since what is computed is kept by it.
    measured = tuple(filter(attrgetter("is_measured"), channels))
    if not measured:
        return None
    return _believed(measured)


@lru_cache(maxsize=4)
def _believed(measured: tuple[ChannelEvidence, ...]) -> Belief:
    """Kept for the next question about the same channels: test, step and promise each ask.
    ``measured``: at least one channel, each with effort in the present cycle.
    """
    cycles = Cycles.of(measured)
    first_effort = cycles.first_effort
    prior = np.repeat(GRID.alike[:, None], len(measured), axis=1)
    rates = Rates(prior, prior)
    # The likelihood starts from what is believed of the returns beforehand; drifts and likeness
    # start equally likely.
    likelihood = -(((GRID.returns - USUAL_RETURNS) / RETURNS_SPREAD) ** 2) / 2
    factors, kept = [], []
    for cycle in range(len(cycles.effort)):
        # Nothing drifts before the first cycle: its prior is what was never seen at all.
        if factors:
            kept.append(rates.kept.mean(axis=1))
            rates = rates.forgetting()
        exposure = _exposure(cycles, cycle, first_effort)
        learned = _learn(rates, cycles.responses[cycle], exposure)
        rates = learned.rates
        likelihood = likelihood + learned.likelihood
        factors.append(learned.factor)

    # The largest is taken off first: of likelihoods like e^-2000 nothing would be left in a float.
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    return Belief(
        codes=tuple(channel.code for channel in measured),
        cycles=cycles,
        weights=weights,
        rates=rates,
        season=follow(factors),
        memory=_memory(weights, kept),
        first_effort=first_effort,
        effort=cycles.present_effort,
    )


def _exposure(cycles: Cycles, cycle: int, first_effort: np.ndarray) -> np.ndarray:
    """What each part of a cycle gave its channels the chance to bring: (points, parts, channels).

    In the effort of a channel's first cycle, so that how returns diminish is learned only from
    what one channel did with more and with less, never from channels that differ anyway.
    """
    # What got no effort has no readers either, so that its exposure is zero whatever stands here.
    effort = np.maximum(cycles.effort[cycle], SMALLEST)
    grown = (effort / first_effort) ** GRID.returns[:, None, None]
    return cycles.readers[cycle] * first_effort * grown


def _learn(rates: Rates, responses: np.ndarray, exposure: np.ndarray) -> Learned:
    """One cycle's counts (parts, channels) with their exposure (points, parts, channels).

    The likelihood is the negative binomial of each channel's count, times how it was split between
    the parts, with the common factor integrated out (Laplace's method).
    """
    shape, rate = rates
    # Both parts of a cycle tell of one rate. That they got different efforts is in the exposure,
    # which makes the cycle tell of the returns.
    counted, exposed = responses.sum(axis=0), exposure.sum(axis=1)
    factor = _common_factor(rates, counted, exposed)
    given = factor[:, None] * exposed
    expected = rates.mean * given
    # A channel that is hardly known may bring anything, and says little of the season: its weight
    # is bounded by its shape.
    information = (expected / (1 + expected / shape)).sum(axis=1)

    of_counts = (
        gammaln(shape + counted)
        - gammaln(shape)
        - shape * np.log1p(given / rate)
        + counted * (np.log(factor)[:, None] - np.log(rate + given))
    ).sum(axis=1)
    of_split = (responses * np.log(np.maximum(exposure, SMALLEST))).sum(axis=(1, 2))
    # Laplace's method: around its best value the factor is integrated like a normal law. Terms that
    # are the same at every point of the grid are left out.
    likelihood = of_counts + of_split - np.log(information) / 2
    learned = Rates(shape + counted, rate + given)
    return Learned(learned, likelihood, CommonFactor(factor, information))


def _common_factor(rates: Rates, counted: np.ndarray, exposed: np.ndarray) -> np.ndarray:
    """By what factor all channels of a cycle brought more than believed: (points,).

    A channel of which little is known says little about it, so the weights depend on the factor
    and are found in turns with it.
    """
    believed = rates.mean * exposed
    factor = (counted.sum() + A_LITTLE) / believed.sum(axis=1)
    # On both sides, so that it draws nowhere: the factor stays what it was where nothing came.
    little = A_LITTLE / len(counted)
    for _turn in range(TURNS):
        expected = factor[:, None] * believed
        weight = 1 / (1 + expected / rates.shape)
        came = (weight * counted).sum(axis=1) + little
        factor = factor * came / ((weight * expected).sum(axis=1) + little)
    return factor


def _memory(weights: np.ndarray, kept: Sequence[np.ndarray]) -> np.ndarray:
    """What each cycle still counts, oldest first: whatever drifted since is forgotten. Shape
    (cycles,), the present one last with 1. ``kept``: what was left at each step, (points,).
    """
    memory = [1.0]
    # From the present backwards: an old cycle has been through every drift since.
    for part in reversed(kept):
        memory.append(memory[-1] * float(weights @ part))
    return np.array(memory[::-1])
