"""What a step is promised to bring. Pure.

The same evidence gives the same numbers: draws come from a generator with a fixed seed.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np

from analytics.loop.mix.belief import GRID, Belief, believe
from analytics.loop.mix.evidence import ChannelEvidence, measured_among
from core.estimates import PREDICTION_LEVEL, Estimate, tails_of

#: How many possible next cycles an interval is read from, and the seed of all of them.
#: A thousand keep the ends of a 90 % interval within a twentieth of its width.
DRAWS, SEED = 1000, 45
#: A difference is stated in responses per so many readers.
PER_READERS = 1000


class PartSizes(NamedTuple):
    """How many readers of the next cycle get the new plan, and how many go on as before."""

    changed: int
    as_before: int


class NextCycles(NamedTuple):
    """Possible next cycles, as often as they are believed in: the exponent of returns, (draws,),
    and the expected responses per reader by the present plan, {code: (draws,)}.
    """

    returns: np.ndarray
    before: dict[str, np.ndarray]


class DrawnDifferences(NamedTuple):
    """Responses per reader with the new plan − those as before, each of shape (draws, channels):
    ``expected``, and ``observed`` with the sampling error of both parts.
    """

    expected: np.ndarray
    observed: np.ndarray

    @property
    def together(self) -> "DrawnDifferences":
        """All channels as one."""
        # Draw by draw: what the channels have in common, the season and the returns, stays in
        # common.
        expected = self.expected.sum(axis=1, keepdims=True)
        return DrawnDifferences(expected, self.observed.sum(axis=1, keepdims=True))

    def told(self, counted: Sequence[int], sizes: PartSizes, level: float) -> list[Estimate]:
        """One estimate for each channel; ``counted``: the responses each rests on.

        The interval's ends lie between the values that counts can take, so that it holds its level
        also where they are few (mid-p).
        """
        chance = np.random.default_rng(SEED)
        # An interval that ends on a count holds all of it or nothing: where answers are few that is
        # far more than 90 %, or far less. The parts of a count are the same for every channel, so
        # that a promise is the same whatever else is asked.
        between = _between_whole_numbers(chance, (len(self.observed), 1))
        # One reader more in the larger part is the finest step that the difference can take.
        spread = self.observed + between / max(sizes)
        ends = np.quantile(PER_READERS * spread, tails_of(level), axis=0)
        # The mean of what is expected, without the error of counting: it would only shake the
        # value.
        values = PER_READERS * self.expected.mean(axis=0)

        estimates = []
        for value, low, high, n in zip(values.tolist(), *ends.tolist(), counted, strict=True):
            estimates.append(Estimate(value, low, high, n, level))
        return estimates


def promise(
    channels: Sequence[ChannelEvidence],
    after: Mapping[str, int],
    sizes: PartSizes,
    *,
    level: float = PREDICTION_LEVEL,
) -> dict[str, Estimate]:
    """{code: the difference that a new share will make}, for each measured channel of ``after``
    (new shares in percent).

    Responses per 1,000 readers in the part with the new plan − those in the part that goes on as
    before, with the interval in which the observed difference of parts of these ``sizes`` should
    lie. ``readers`` of the evidence must be known.
    """
    asked = measured_among(channels, after)
    if not asked:
        return {}
    counted = [round(channel.responses) for channel in asked]
    told = _differences(channels, asked, after, sizes).told(counted, sizes, level)
    return {channel.code: one for channel, one in zip(asked, told, strict=True)}


def promise_together(
    channels: Sequence[ChannelEvidence],
    after: Mapping[str, int],
    sizes: PartSizes,
    *,
    level: float = PREDICTION_LEVEL,
) -> Estimate | None:
    """The difference that all new shares of ``after`` make together, as ``promise`` states it; None
    where none of its channels is measured.

    With the shares of the whole plan it is the difference in all responses.
    """
    asked = measured_among(channels, after)
    if not asked:
        return None
    counted = sum(round(channel.responses) for channel in asked)
    together = _differences(channels, asked, after, sizes).together
    (told,) = together.told([counted], sizes, level)
    return told


def observed_difference(responses: tuple[float, float], sizes: PartSizes) -> float:
    """What a promise is held against: responses per 1,000 readers of the changed part − those of
    the part that went on as before. Both sizes above 0.
    """
    changed, as_before = responses
    return PER_READERS * (changed / sizes.changed - as_before / sizes.as_before)


def foretell(
    channels: Sequence[ChannelEvidence],
    code: str,
    after: int,
    *,
    level: float = PREDICTION_LEVEL,
) -> Estimate | None:
    """Responses per unit of effort a channel should show next time with ``after`` percent of the
    plan, if as many readers are addressed; None where it is not measured.

    It holds the season's luck as well: weak evidence beside the difference of two parts.
    """
    asked = measured_among(channels, {code})
    if not asked:
        return None
    (channel,) = asked
    cycles = _next_cycles(believe(channels))
    # Each possible cycle has its own belief about returns, so that a large step is less certain
    # than a small one.
    growth = _growth(channel, after) ** cycles.returns
    expected = channel.readers * cycles.before[code] * growth

    chance = _chance_of(code, SEED + 1)
    came = chance.poisson(expected) + _between_whole_numbers(chance, expected.shape)
    # Effort itself grows in proportion; only what it brings grows more slowly.
    effort = channel.spend * _growth(channel, after)
    low, high = np.quantile(came, tails_of(level))
    return Estimate(
        value=float(expected.mean() / effort),
        low=max(float(low), 0.0) / effort,
        high=float(high) / effort,
        n=round(channel.responses),
        level=level,
    )


def _growth(channel: ChannelEvidence, after: int) -> float:
    """By what factor the channel's effort changes; one that had no share of the plan cannot grow by
    a factor, and is taken as it is.
    """
    if not channel.share:
        return 1.0
    return after / channel.share


@lru_cache(maxsize=4)
def _next_cycles(belief: Belief) -> NextCycles:
    """Kept for the next promise from the same belief.

    Each channel has draws of its own, so that a promise is the same whatever else is asked.
    """
    chance = np.random.default_rng(SEED)
    # Not the best point of the grid but all of them as often as they are believed in: what is not
    # known of returns and drift belongs in the interval.
    points = chance.choice(len(belief.weights), DRAWS, p=belief.weights)
    season = _seasons(belief, points, chance)
    shape, rate = (of_point[points] for of_point in belief.rates)
    worth = belief.at(belief.effort)[points]

    before = {}
    for place, code in enumerate(belief.codes):
        chance = _chance_of(code, SEED)
        # By the time of the next cycle the channel will have drifted once more.
        drift = np.exp(GRID.drift[points] * chance.standard_normal(DRAWS))
        per_effort = chance.gamma(shape[:, place]) / rate[:, place] * drift
        before[code] = season * per_effort * worth[:, place]
    return NextCycles(GRID.returns[points], before)


def _seasons(belief: Belief, points: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """The common factor of each possible cycle, by the swings that are believed at its point.
    ``points``: a place in the grid for each draw, (draws,). Factors of the same shape, around 1
    where nothing is known of the season.
    """
    reached = belief.season.weights[points].cumsum(axis=1)
    swings = (chance.random((DRAWS, 1)) > reached).sum(axis=1)
    # Rounding may leave the last sum just below 1.
    swings = np.minimum(swings, reached.shape[1] - 1)
    spread = belief.season.spread[points, swings]
    log = belief.season.mean[points, swings] + spread * chance.standard_normal(DRAWS)
    # The mean of exp(normal) lies above exp(mean) by this: without it every promise would be too
    # high.
    return np.exp(log - spread**2 / 2)


def _differences(
    channels: Sequence[ChannelEvidence],
    asked: Sequence[ChannelEvidence],
    after: Mapping[str, int],
    sizes: PartSizes,
) -> DrawnDifferences:
    """The difference in each possible cycle, as it is to be expected and as it will be seen.
    ``after`` in percent of the plan. Both arrays hold responses per reader, (draws, channels).
    """
    cycles = _next_cycles(believe(channels))
    expected, observed = [], []
    for channel in asked:
        before = cycles.before[channel.code]
        changed = before * _growth(channel, after[channel.code]) ** cycles.returns
        # Draws of their own for the counting: those of the belief are used up by the cycle itself.
        chance = _chance_of(channel.code, SEED + 1)
        came = chance.poisson(sizes.changed * changed) / sizes.changed
        came_before = chance.poisson(sizes.as_before * before) / sizes.as_before
        expected.append(changed - before)
        observed.append(came - came_before)
    return DrawnDifferences(np.array(expected).T, np.array(observed).T)


def _chance_of(code: str, seed: int) -> np.random.Generator:
    """Draws that belong to one channel, in whatever order channels stand."""
    # Python's own hash of a text is another in every process.
    return np.random.default_rng([seed, crc32(code.encode())])


def _between_whole_numbers(chance: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """−½ to ½: spreads a count evenly over what is rounded to it."""
    return chance.random(shape) - 0.5
