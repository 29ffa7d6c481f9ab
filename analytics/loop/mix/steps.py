"""One bounded step of the channel shares. Pure."""

from collections.abc import Collection, Sequence

import numpy as np

from analytics.loop.mix.belief import Belief, believe
from analytics.loop.mix.evidence import ChannelEvidence, measured_among
from analytics.loop.shares import whole_shares

#: By how much a share may move, on the log: by 35 % on thin evidence, to 3.3 times itself (or as
#: small a part) on clear evidence.
#: Both are this library's own settings; what they lead to is played in the worlds of docs/loop.md.
STEP_THIN, STEP_CLEAR = 0.3, 1.2
#: So many responses in all make the evidence half clear.
HALF_CLEAR = 30
#: Returns are never believed to diminish less than this: the share wanted would have no end.
MOST_RETURNS = 0.75
#: A share that would move by fewer percent points is not worth a decision.
SMALLEST_MOVE = 2
#: Steps of halving the interval in which the common factor lies: far finer than whole percents.
HALVINGS = 40

#: The least and the most each channel's share may become, in percent.
Bounds = dict[str, tuple[float, float]]


def step(
    channels: Sequence[ChannelEvidence], *, movable: Collection[str] | None = None
) -> dict[str, int]:
    """The next shares, whole percents adding up to 100.

    ``movable``: codes of the channels that differ from the others (``gap_p``), all if None. The
    others, and channels that were not measured, share what is left in their old proportion.

    >>> step([ChannelEvidence("a", 50, 5, 50), ChannelEvidence("b", 50, 5, 50)])
    {'a': 50, 'b': 50}
    """
    shares = {channel.code: channel.share for channel in channels}
    belief = believe(channels)
    if belief is None:
        return shares
    # Bounded before anything is held still: how far a channel may go does not hang on the others.
    moved = _within(shares, _wanted(shares, belief), bounds(channels))
    if movable is None:
        return whole_shares(moved)
    free = set(belief.codes).intersection(movable)
    if not free:
        return shares
    return whole_shares(_only(free, shares, moved))


def moves(
    channels: Sequence[ChannelEvidence], *, movable: Collection[str] | None = None
) -> dict[str, int]:
    """{code: new share} of the channels whose share would move enough to be worth a decision.

    ``movable`` as in ``step``.
    """
    stepped = step(channels, movable=movable)
    # The others make room: their shares change as well, and that is no decision about them.
    codes = movable
    if movable is None:
        codes = stepped
    worth = {}
    for channel in measured_among(channels, codes):
        after = stepped[channel.code]
        if abs(after - channel.share) >= SMALLEST_MOVE:
            worth[channel.code] = after
    return worth


def _wanted(shares: dict[str, int], belief: Belief) -> dict[str, float]:
    """The shares without bounds.

    Effort is best spent where one more unit brings the same everywhere. With returns like x^e that
    is where shares are in proportion to (response per effort)^(1/(1−e)) of the present ones.
    """
    relative = _relative(belief) ** (1 / (1 - min(belief.returns, MOST_RETURNS)))
    # Channels of which nothing is known want to stay where they are.
    wanted = dict(shares)
    for code, factor in zip(belief.codes, relative, strict=True):
        wanted[code] = shares[code] * float(factor)
    return wanted


def _relative(belief: Belief) -> np.ndarray:
    """Believed response per effort ÷ that of all channels together. Shape (channels,): 1 for one
    that is like all others.
    """
    per_effort = belief.per_effort
    return per_effort / (per_effort @ belief.effort)


def bounds(channels: Sequence[ChannelEvidence]) -> Bounds:
    """How far each share may move in one step: wider the more a channel differs from the average
    beyond what may be error, and the more was counted.
    """
    reach = {channel.code: STEP_THIN for channel in channels}
    belief = believe(channels)
    if belief is not None:
        furthest = STEP_THIN + (STEP_CLEAR - STEP_THIN) * _clear(belief)
        reach.update(zip(belief.codes, furthest.tolist(), strict=True))

    allowed = {}
    for channel in channels:
        # On the log the way down is as long as the way up: a step back leads to where it began.
        factor = float(np.exp(reach[channel.code]))
        allowed[channel.code] = (channel.share / factor, channel.share * factor)
    return allowed


def _clear(belief: Belief) -> np.ndarray:
    """How clear the evidence is, 0 to 1 by channel. Shape (channels,): near 0 where little was
    counted, or where the channel may be like the others.
    """
    distance = np.log(_relative(belief)) ** 2
    # The part of the distance that is not explained by error: 0 where it may all be error.
    sure = distance / (distance + belief.uncertainty**2)
    counted = belief.cycles.responses.sum()
    return sure * counted / (counted + HALF_CLEAR)


def _within(shares: dict[str, int], wanted: dict[str, float], allowed: Bounds) -> dict[str, float]:
    """Shares in proportion to ``wanted`` that keep their sum and their bounds.

    All three name the channels in the same order, and so does the answer. The common factor is
    found by halving: the larger it is, the larger the sum.
    """
    # Bounds break the proportion, and to make up for the sum afterwards would break the bounds: so
    # that factor is looked for with which both hold.
    desired = np.array(list(wanted.values()))
    least, most = np.array(list(allowed.values())).T

    def scaled(factor: float) -> np.ndarray:
        """The wanted shares times ``factor``, each within its bounds."""
        return np.clip(desired * factor, least, most)

    # First a factor that is large enough, then halving between it and nothing.
    total = sum(shares.values())
    low, high = 0.0, 1.0
    while scaled(high).sum() < total:
        high *= 2
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        if scaled(middle).sum() < total:
            low = middle
        else:
            high = middle
    return dict(zip(shares, scaled(high).tolist(), strict=True))


def _only(free: set[str], shares: dict[str, int], moved: dict[str, float]) -> dict[str, float]:
    """The ``free`` channels as ``moved``, the others with the rest in their old proportion. All add
    up to what ``shares`` add up to. As ``moved`` where all are free.
    """
    staying = {code: share for code, share in shares.items() if code not in free}
    of_staying = sum(staying.values())
    # All move: then the moved shares already make the whole.
    if not of_staying:
        return moved
    rest = sum(moved[code] for code in staying)
    return moved | {code: share * rest / of_staying for code, share in staying.items()}
