"""What a step is promised to bring. Pure.

The same evidence gives the same numbers: draws come from a generator with a fixed seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analytics.loop.mix.belief import GRID, Belief, believe
from analytics.loop.mix.evidence import ChannelEvidence
from core.estimates import PREDICTION_LEVEL, Estimate, tails_of

#: How many possible next cycles an interval is read from, and the seed of all of them.
DRAWS, SEED = 1000, 45
#: A difference is stated in responses per so many readers.
PER_READERS = 1000


class PartSizes(NamedTuple):
    """How many readers of the next cycle get the new plan, and how many go on as before."""

    changed: int
    as_before: int


class Drawn(NamedTuple):
    """Possible next cycles, each of shape (draws, channels).

    ``before``: expected responses per reader by the present plan. ``growth``: by what factor they
    change by the new one.
    """

    before: np.ndarray
    growth: np.ndarray


class Differences(NamedTuple):
    """Responses per reader with the new plan − those as before, each of shape (draws, channels):
    ``expected``, and ``observed`` with the sampling error of both parts.
    """

    expected: np.ndarray
    observed: np.ndarray

    @property
    def together(self) -> "Differences":
        """All channels as one."""
        expected = self.expected.sum(axis=1, keepdims=True)
        return Differences(expected, self.observed.sum(axis=1, keepdims=True))

    def told(self, sizes: PartSizes, level: float) -> list[Estimate]:
        """By channel; n is filled in by those who know it.

        The interval's ends lie between the values that counts can take, so that it holds its level
        also where they are few (mid-p).
        """
        chance = np.random.default_rng(SEED + 2)
        finest = 1 / max(sizes)
        spread = self.observed + _between_whole_numbers(chance, self.observed.shape) * finest
        ends = np.quantile(PER_READERS * spread, tails_of(level), axis=0)
        values = PER_READERS * self.expected.mean(axis=0)

        estimates = []
        for value, low, high in zip(values.tolist(), *ends.tolist(), strict=True):
            estimates.append(Estimate(value, low, high, 0, level))
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
    belief = believe(channels)
    if belief is None:
        return {}
    drawn = _draw(belief, _growth(channels, belief, after))
    told = _differences(drawn, sizes).told(sizes, level)

    promised = {}
    for place, code in enumerate(belief.codes):
        if code in after:
            promised[code] = told[place]
    counted = {channel.code: channel.responses for channel in channels}
    return {code: replace(one, n=round(counted[code])) for code, one in promised.items()}


def promise_together(
    channels: Sequence[ChannelEvidence],
    after: Mapping[str, int],
    sizes: PartSizes,
    *,
    level: float = PREDICTION_LEVEL,
) -> Estimate | None:
    """The difference that all new shares of ``after`` make together, as ``promise`` states it; None
    where no channel is measured.
    """
    belief = believe(channels)
    if belief is None:
        return None
    drawn = _draw(belief, _growth(channels, belief, after))
    (told,) = _differences(drawn, sizes).together.told(sizes, level)
    counted = sum(channel.responses for channel in channels if channel.code in belief.codes)
    return replace(told, n=round(counted))


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
    belief = believe(channels)
    if belief is None or code not in belief.codes:
        return None
    place = belief.codes.index(code)
    channel = next(one for one in channels if one.code == code)
    drawn = _draw(belief, _growth(channels, belief, {code: after}))
    expected = channel.readers * drawn.before[:, place] * drawn.growth[:, place]

    chance = np.random.default_rng(SEED)
    came = chance.poisson(expected) + _between_whole_numbers(chance, expected.shape)
    effort = channel.spend * _factor(channel.share, after)
    low, high = np.quantile(came, tails_of(level))
    return Estimate(
        value=float(expected.mean() / effort),
        low=max(float(low), 0.0) / effort,
        high=float(high) / effort,
        n=round(channel.responses),
        level=level,
    )


def _growth(
    channels: Sequence[ChannelEvidence], belief: Belief, after: Mapping[str, int]
) -> np.ndarray:
    """By what factor the effort of each believed channel changes; 1 where nothing is agreed."""
    factors = {}
    for channel in channels:
        factors[channel.code] = _factor(channel.share, after.get(channel.code, channel.share))
    return np.array([factors[code] for code in belief.codes])


def _factor(share: int, after: int) -> float:
    """A channel that had no share of the plan cannot grow by a factor, and is taken as it is."""
    if not share:
        return 1.0
    return after / share


def _draw(belief: Belief, growth: np.ndarray) -> Drawn:
    """Possible next cycles, as often as they are believed in."""
    chance = np.random.default_rng(SEED)
    points = chance.choice(len(belief.weights), DRAWS, p=belief.weights)
    swings = _drawn_swings(belief, points, chance)
    spread = belief.season.spread[points, swings]
    season = np.exp(
        belief.season.mean[points, swings] + spread * chance.standard_normal(DRAWS) - spread**2 / 2
    )

    rates = chance.gamma(belief.rates.shape[points]) / belief.rates.rate[points]
    drift = GRID.drift[points, None] * chance.standard_normal(rates.shape)
    before = season[:, None] * rates * np.exp(drift) * belief.at(belief.effort)[points]
    return Drawn(before, growth ** GRID.returns[points, None])


def _drawn_swings(belief: Belief, points: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """The place of a swing for each draw, by the weights of its point."""
    reached = belief.season.weights[points].cumsum(axis=1)
    places = (chance.random((DRAWS, 1)) > reached).sum(axis=1)
    # Rounding may leave the last sum just below 1.
    return np.minimum(places, reached.shape[1] - 1)


def _differences(drawn: Drawn, sizes: PartSizes) -> Differences:
    """The difference per reader in each draw, as it is to be expected and as it will be seen."""
    chance = np.random.default_rng(SEED + 1)
    changed = drawn.before * drawn.growth
    came = chance.poisson(sizes.changed * changed) / sizes.changed
    came_before = chance.poisson(sizes.as_before * drawn.before) / sizes.as_before
    return Differences(changed - drawn.before, came - came_before)


def _between_whole_numbers(chance: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """−½ to ½: spreads a count evenly over what is rounded to it."""
    return chance.random(shape) - 0.5
