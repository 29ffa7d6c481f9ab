"""How the shares of the channels move: a belief about response per effort, then one bounded step.
Pure.

Responses of channel i are Poisson with mean ``λi · spend``; the λi share a Gamma prior estimated
from all channels and the campaign's history. The step multiplies a share by believed λi ÷ average
λ, within bounds that widen with the evidence, so that a lucky month cannot empty a channel. ADR
0012 gives the reasons, ``manage.py simulate_loop`` the comparison with other ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.loop.levels import LEVEL
from core.estimates import Estimate, next_count, tails_of

#: Every kept channel keeps at least this share, in percent.
FLOOR = 5
#: A share moves by at most this part of itself on thin evidence, and by at most the second on clear
#: evidence.
STEP_THIN, STEP_CLEAR = 0.3, 0.6
#: So many responses in all make the evidence half clear.
HALF_CLEAR = 100
#: What one earlier cycle counts against the present one; each further cycle back counts half of
#: that again.
MEMORY = 0.5
#: A share may move by this part of itself before returns are taken to diminish in a promise (√ at
#: the worst).
DIMINISH = 0.5


@dataclass(frozen=True)
class Channel:
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


@dataclass(frozen=True)
class Belief:
    """Gamma(shape, rate) over a channel's responses per unit of effort."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        return self.shape / self.rate

    def interval(self) -> tuple[float, float]:
        low, high = stats.gamma.ppf(tails_of(LEVEL), self.shape, scale=1 / self.rate)
        return float(low), float(high)

    def above(self, level: float) -> float:
        """Probability that the channel does better than ``level``."""
        return float(stats.gamma.sf(level, self.shape, scale=1 / self.rate))


def with_history(channel: Channel) -> tuple[float, float]:
    """Responses and spend including earlier cycles at their discount."""
    responses, spend, weight = channel.responses or 0.0, channel.spend, MEMORY
    for earlier, effort in channel.history:
        responses += weight * earlier
        spend += weight * effort
        weight *= MEMORY
    return responses, spend


def believe(channels: Sequence[Channel]) -> dict[str, Belief]:
    """Shrunk belief per measured channel; channels without measure or effort are left out.

    The prior's mean is the pooled response per effort, its weight comes from how far the channels
    lie apart beyond chance (method of moments), at most ten times an average channel's effort and
    at least half a response.
    """
    measured = [c for c in channels if c.responses is not None and c.spend > 0]
    if not measured:
        return {}
    counts = np.array([with_history(c) for c in measured])
    responses, spend = counts[:, 0], counts[:, 1]
    pooled = (responses.sum() + 0.5) / spend.sum()
    spread = (
        np.average((responses / spend - pooled) ** 2, weights=spend)
        - pooled * len(measured) / spend.sum()
    )
    heaviest = 10 * spend.mean()
    weight = min(pooled / spread, heaviest) if spread > 0 else heaviest
    weight = max(weight, 0.5 / pooled)
    return {
        c.code: Belief(float(weight * pooled + y), float(weight + s))
        for c, y, s in zip(measured, responses, spend, strict=True)
    }


def step(channels: Sequence[Channel]) -> dict[str, int]:
    """The next shares, whole percents adding up to 100; an unmeasured channel keeps its relative
    share.

    >>> step([Channel("a", 50, 5, 50), Channel("b", 50, 5, 50)])
    {'a': 50, 'b': 50}
    """
    beliefs = believe(channels)
    effort = sum(c.spend for c in channels if c.code in beliefs)
    if not effort:
        return {c.code: c.share for c in channels}
    average = sum(beliefs[c.code].mean * c.spend for c in channels if c.code in beliefs) / effort
    counted = sum(c.responses or 0 for c in channels)
    wanted = {
        c.code: c.share * beliefs[c.code].mean / average if c.code in beliefs else c.share
        for c in channels
    }
    reach = {c.code: c.share * _bound(beliefs.get(c.code), average, counted) for c in channels}
    return settle(_within({c.code: c.share for c in channels}, wanted, reach))


def _bound(belief: Belief | None, average: float, counted: float) -> float:
    """By what part of itself a share may move.

    Wider the surer the side it is on and the more was counted.
    """
    if belief is None:
        return STEP_THIN
    sure = abs(2 * belief.above(average) - 1) ** 2 * counted / (counted + HALF_CLEAR)
    return STEP_THIN + (STEP_CLEAR - STEP_THIN) * sure


def _within(shares: dict, wanted: dict, reach: dict) -> dict[str, float]:
    """Shares in proportion to ``wanted`` that keep their sum and move by no more than ``reach``
    each.
    """

    def scaled(factor: float) -> dict[str, float]:
        return {
            code: float(
                np.clip(
                    wanted[code] * factor, shares[code] - reach[code], shares[code] + reach[code]
                )
            )
            for code in shares
        }

    total = sum(shares.values())
    low, high = 0.0, 1.0
    while sum(scaled(high).values()) < total:
        high *= 2
    for _halving in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(scaled(middle).values()) < total else (low, middle)
    return scaled(high)


def settle(weights: dict[str, float], *, fixed: dict[str, int] | None = None) -> dict[str, int]:
    """Whole percents in proportion to ``weights``, adding up to 100, none below ``FLOOR``;
    ``fixed`` ones stay put.

    Raises ValueError when the fixed shares leave too little for the floor of the others.
    """
    fixed = {code: share for code, share in (fixed or {}).items() if code in weights}
    free = {code: max(weight, 1e-9) for code, weight in weights.items() if code not in fixed}
    rest = 100 - sum(fixed.values())
    if rest < FLOOR * len(free) or (not free and rest):
        raise ValueError("fixed shares leave no room")
    exact = _with_floor(free, rest)
    shares = {code: int(share + 1e-9) for code, share in exact.items()}
    by_remainder = sorted(exact, key=lambda code: (shares[code] - exact[code], code))
    for code in by_remainder[: rest - sum(shares.values())]:
        shares[code] += 1
    return {code: fixed.get(code, shares.get(code)) for code in weights}


def _with_floor(weights: dict[str, float], rest: float) -> dict[str, float]:
    """Shares of ``rest`` in proportion to ``weights`` with none below FLOOR.

    Raise the small, scale the others.
    """
    raised: set[str] = set()
    while True:
        room = rest - FLOOR * len(raised)
        total = sum(weight for code, weight in weights.items() if code not in raised)
        shares = {
            code: FLOOR if code in raised else weight / total * room
            for code, weight in weights.items()
        }
        low = {code for code, share in shares.items() if share < FLOOR and code not in raised}
        if not low:
            return shares
        raised |= low


def promise(channel: Channel, belief: Belief, after: int) -> Estimate:
    """Responses per unit of effort the channel should show next time with ``after`` percent of the
    plan.

    The interval is a prediction for the effort it will then get, and allows returns to diminish
    down to a square root.
    """
    growth = after / channel.share if channel.share else 1.0
    exposure = channel.spend * growth
    counted = next_count(
        belief.shape,
        belief.rate,
        exposure=exposure,
        n=round(channel.responses or 0),
    )
    if not counted.says:
        return counted
    fade, lift = min(1.0, growth**-DIMINISH), max(1.0, growth**-DIMINISH)
    middle = growth ** (-DIMINISH / 2)
    return Estimate(
        belief.mean * middle,
        counted.low / exposure * fade,
        counted.high / exposure * lift,
        counted.n,
        counted.level,
    )
