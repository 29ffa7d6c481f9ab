"""Whether a channel differs from the others at all. Pure."""

from collections.abc import Sequence

import numpy as np
from scipy.special import betainc

from analytics.loop.mix.belief import Belief, believe
from analytics.loop.mix.evidence import ChannelEvidence

#: Stands for a variance of zero, by which nothing can be divided.
SMALLEST = 1e-12
#: Below this p a channel differs from the others, where nothing else is compared.
DIFFERS_BELOW = 0.05


def differing(channels: Sequence[ChannelEvidence]) -> set[str]:
    """Codes of the channels that differ from the others, each looked at by itself."""
    return {code for code, p in gap_p(channels).items() if p < DIFFERS_BELOW}


def gap_p(channels: Sequence[ChannelEvidence]) -> dict[str, float]:
    """{code: two-sided p that a channel's answers per effort differ from the others'}, 0 to 1.

    Channels without measure are left out; a single one differs from nobody and has 1. Given how
    many answered in a cycle, each answer is the channel's with a chance that follows from its
    effort: the binomial law, twice the smaller tail. Earlier cycles count by what is
    remembered of them; their weighted sum is compared with the binomial law of the same mean and
    variance, as Fay and Feuer (1997) do for weighted Poisson sums.
    """
    belief = believe(channels)
    if belief is None:
        return {}
    if len(belief.codes) == 1:
        return dict.fromkeys(belief.codes, 1.0)
    return dict(zip(belief.codes, _two_sided(belief).tolist(), strict=True))


def _two_sided(belief: Belief) -> np.ndarray:
    """p by channel in the order of the belief: (channels,), 0 to 1. At least two channels."""
    responses = belief.cycles.responses
    chance = _chance(belief)
    # A cycle of which half is forgotten counts half, in what came as in what should have come.
    memory = belief.memory[:, None, None]
    # Given the total of a cycle: a season that moves all channels alike makes none of them differ.
    in_all = memory * responses.sum(axis=2, keepdims=True)
    mean = (in_all * chance).sum(axis=(0, 1))
    variance = (in_all * chance * (1 - chance)).sum(axis=(0, 1))
    of_weighted = (memory * in_all * chance * (1 - chance)).sum(axis=(0, 1))

    # One answer of the binomial law that has the same mean and variance weighs so much.
    weight = np.ones_like(variance)
    np.divide(of_weighted, variance, out=weight, where=variance > SMALLEST)
    counted = (memory * responses).sum(axis=(0, 1)) / weight
    # So many whole answers stand for the weighted ones. Taken as they are, remembered halves would
    # look more certain than they are.
    trials = in_all.sum() / weight
    success = mean / np.maximum(in_all.sum(), SMALLEST)
    # Twice the smaller tail, since a channel may differ either way; in the middle that is more than
    # 1.
    return np.minimum(1, 2 * np.minimum(*_tails(counted, trials, success)))


def _chance(belief: Belief) -> np.ndarray:
    """The chance that an answer is a channel's if all answer alike per effort at present.

    Shape (cycles, parts, channels). An earlier effort is brought to the present one by the believed
    returns.
    """
    returns = belief.returns
    # Twice the effort brings less than twice the answers. Without this a channel that once had a
    # small share would seem to have been better then.
    worth = belief.effort ** (1 - returns) * belief.cycles.effort**returns
    of_all = worth.sum(axis=2, keepdims=True)
    return worth / np.where(of_all > 0, of_all, 1)


def _tails(
    counted: np.ndarray, trials: np.ndarray, success: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Chances of at least and of at most so many, each with half of the chance of just so many
    (mid-p), without which the test would hardly ever speak where counts are few. The counts need
    not be whole.
    """
    others = np.maximum(trials - counted, 0)
    # At least none and at most all are certain, and there the beta function is not defined.
    at_least = np.ones_like(counted)
    some = counted > SMALLEST
    at_least[some] = betainc(counted[some], others[some] + 1, success[some])
    at_most = np.ones_like(counted)
    some = others > SMALLEST
    at_most[some] = 1 - betainc(counted[some] + 1, others[some], success[some])
    just_so_many = at_least + at_most - 1
    return at_least - just_so_many / 2, at_most - just_so_many / 2
