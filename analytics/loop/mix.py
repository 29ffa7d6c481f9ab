"""How the shares of the channels move: a belief about response per effort, then one bounded step.
Pure.

Responses of channel i are Poisson with mean ``λi · spend``; the λi share a Gamma prior estimated
from all channels and the campaign's history. The step multiplies a share by believed λi ÷ average
λ, within bounds that widen with the evidence, so that a lucky month cannot empty a channel. ADR
0012 gives the reasons, ``manage.py simulate_loop`` the comparison with other ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from scipy import stats

from analytics.loop.shares import whole_shares
from core.estimates import PREDICTION_LEVEL, Estimate, next_count

#: A share moves by at most this part of itself on thin evidence, and by at most the second on clear
#: evidence.
STEP_THIN, STEP_CLEAR = 0.3, 0.6
#: So many responses in all make the evidence half clear.
HALF_CLEAR = 100
#: What one earlier cycle counts against the present one; each further cycle back counts half of
#: that again.
MEMORY = 0.5
#: How many earlier cycles of the same line count at all: the next would weigh a thirty-second.
CYCLES_BACK = 4
#: A share may move by this part of itself before returns are taken to diminish in a promise (√ at
#: the worst).
DIMINISH = 0.5
#: The prior weighs at most as much as the effort of so many average channels, at least as much as
#: so many responses.
HEAVIEST, LIGHTEST = 10, 0.5
#: Steps of halving the interval in which the common factor lies; 60 exhaust a float.
HALVINGS = 60


@dataclass(frozen=True)
class ChannelEvidence:
    """What one channel got and brought: ``share`` percent of the plan, ``spend`` in effort,
    ``responses`` counted.

    ``history`` holds (responses, spend) of earlier cycles, newest first. ``responses`` is None when
    not measured.
    """

    code: str
    share: int
    responses: float | None
    spend: float
    history: tuple[tuple[float, float], ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether there is something to believe: without effort there is nothing to divide by,
        however many responded.
        """
        return self.responses is not None and self.spend > 0

    @property
    def with_history(self) -> tuple[float, float]:
        """(responses, spend) including earlier cycles at their discount: each counts ``MEMORY``
        times as much as the one after it.
        """
        responses = self.responses or 0.0
        spend = self.spend
        weight = MEMORY
        for earlier_responses, earlier_spend in self.history:
            responses += weight * earlier_responses
            spend += weight * earlier_spend
            weight *= MEMORY
        return responses, spend


@dataclass(frozen=True)
class Belief:
    """Gamma(shape, rate) over a channel's responses per unit of effort."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        """Believed responses per unit of effort: the mean of the gamma distribution."""
        return self.shape / self.rate

    def above(self, level: float) -> float:
        """Probability, 0 to 1, that the channel brings more than ``level`` responses per effort."""
        return float(stats.gamma.sf(level, self.shape, scale=1 / self.rate))


def believe(channels: Sequence[ChannelEvidence]) -> dict[str, Belief]:
    """Shrunk belief per measured channel; channels without measure or effort are left out.

    The prior's mean is the pooled response per effort, its weight comes from how far the channels
    lie apart beyond chance (method of moments), at most ten times an average channel's effort and
    at least half a response.
    """
    measured = list(filter(attrgetter("is_measured"), channels))
    if not measured:
        return {}
    counts = np.array([channel.with_history for channel in measured])
    responses, spend = counts[:, 0], counts[:, 1]
    # Half a response more keeps the mean above zero where nobody responded.
    pooled = (responses.sum() + 0.5) / spend.sum()
    weight = _prior_weight(responses, spend, pooled)

    beliefs = {}
    for channel, counted, spent in zip(measured, responses, spend, strict=True):
        shape = weight * pooled + counted
        rate = weight + spent
        beliefs[channel.code] = Belief(float(shape), float(rate))
    return beliefs


def _prior_weight(responses: np.ndarray, spend: np.ndarray, pooled: float) -> float:
    """The effort the prior counts for: the less the channels differ beyond chance, the more."""
    by_chance = pooled * len(spend) / spend.sum()
    observed = np.average((responses / spend - pooled) ** 2, weights=spend)
    spread = observed - by_chance

    weight = heaviest = HEAVIEST * spend.mean()
    # Channels that lie no further apart than chance would have them may all be one.
    if spread > 0:
        weight = min(pooled / spread, heaviest)
    return max(weight, LIGHTEST / pooled)


def step(channels: Sequence[ChannelEvidence]) -> dict[str, int]:
    """The next shares, whole percents adding up to 100; an unmeasured channel keeps its relative
    share.

    >>> step([ChannelEvidence("a", 50, 5, 50), ChannelEvidence("b", 50, 5, 50)])
    {'a': 50, 'b': 50}
    """
    shares = {channel.code: channel.share for channel in channels}
    beliefs = believe(channels)
    if not beliefs:
        return shares
    average = _average(channels, beliefs)
    counted = sum(channel.responses or 0 for channel in channels)

    wanted, reach = {}, {}
    for channel in channels:
        # An unmeasured channel has no belief, and keeps its place among the others.
        belief = beliefs.get(channel.code)
        wanted[channel.code] = _wanted(channel.share, belief, average)
        reach[channel.code] = channel.share * _bound(belief, average, counted)
    return whole_shares(_within(shares, wanted, reach))


def _average(channels: Sequence[ChannelEvidence], beliefs: dict[str, Belief]) -> float:
    """Believed responses per effort over all measured channels, each weighted by its effort.

    ZeroDivisionError where none is measured.
    """
    responses = effort = 0.0
    for channel in channels:
        if channel.code in beliefs:
            responses += beliefs[channel.code].mean * channel.spend
            effort += channel.spend
    return responses / effort


def _wanted(share: int, belief: Belief | None, average: float) -> float:
    """The share without bounds: as much larger as the channel does better than the average."""
    if belief is None:
        return share
    return share * belief.mean / average


def _bound(belief: Belief | None, average: float, counted: float) -> float:
    """By what part of itself a share may move.

    Wider the surer the side it is on and the more was counted.
    """
    if belief is None:
        return STEP_THIN
    # 0 where better and worse than average are equally likely, 1 where there is no doubt.
    one_sided = abs(2 * belief.above(average) - 1) ** 2
    clear = one_sided * counted / (counted + HALF_CLEAR)
    return STEP_THIN + (STEP_CLEAR - STEP_THIN) * clear


def _in_order(codes: list[str], numbers: dict[str, float]) -> np.ndarray:
    """The number of each of ``codes``, as one row."""
    return np.array([numbers[code] for code in codes], float)


def _within(
    shares: dict[str, int], wanted: dict[str, float], reach: dict[str, float]
) -> dict[str, float]:
    """Shares in proportion to ``wanted`` that keep their sum and move by no more than ``reach``
    each.

    The common factor is found by halving: the larger it is, the larger the sum.
    """
    codes = list(shares)
    before = _in_order(codes, shares)
    desired = _in_order(codes, wanted)
    furthest = _in_order(codes, reach)

    def scaled(factor: float) -> list[float]:
        """The shares moved ``factor`` times as far as wanted, each within its own limits."""
        return np.clip(desired * factor, before - furthest, before + furthest).tolist()

    # First a factor that is large enough, then halving between it and nothing.
    total = sum(shares.values())
    low, high = 0.0, 1.0
    while sum(scaled(high)) < total:
        high *= 2
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        if sum(scaled(middle)) < total:
            low = middle
        else:
            high = middle
    return dict(zip(codes, scaled(high), strict=True))


def promise(
    channel: ChannelEvidence, belief: Belief, after: int, *, level: float = PREDICTION_LEVEL
) -> Estimate:
    """Responses per unit of effort the channel should show next time with ``after`` percent of the
    plan.

    The interval is a prediction for the effort it will then get, and allows returns to diminish
    down to a square root.
    """
    growth = 1.0
    # A channel that had nothing cannot grow by a factor.
    if channel.share:
        growth = after / channel.share
    exposure = channel.spend * growth
    counted = next_count(
        belief.shape,
        belief.rate,
        exposure=exposure,
        n=round(channel.responses or 0),
        level=level,
    )
    if not counted.says:
        return counted

    # With a growing share returns may diminish, with a shrinking one they may improve.
    diminished = growth**-DIMINISH
    return Estimate(
        value=belief.mean * growth ** (-DIMINISH / 2),
        low=counted.low / exposure * min(1.0, diminished),
        high=counted.high / exposure * max(1.0, diminished),
        n=counted.n,
        level=counted.level,
    )
