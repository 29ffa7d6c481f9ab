"""Shares of the arms of the next cycle: top-two Thompson sampling (Russo 2016)."""

from collections.abc import Sequence

import numpy as np

from core.inference.requiring import require

#: Probability with which the leader itself is given, rather than its best rival.
#: Russo's own choice: nothing need be known of the arms, and it takes at most twice the readers
#: that the best choice would.
BETA = 0.5
#: What every arm gets at least.
#: An arm without readers is never known any better, however unlucky its first cycle was.
FLOOR = 0.05
#: Draws where arms are given by mean and standard error, and the seed of the draws.
DRAWS, SEED = 20_000, 2016


def draws_of(
    arms: Sequence[tuple[float, float]], *, draws: int = DRAWS, seed: int = SEED
) -> np.ndarray:
    """Posterior draws of arms given by ``(mean, standard error)``: draws × arms, normal.

    The same for the same seed. ValueError for what is not finite or a negative error.
    """
    means, errors = np.array(arms, dtype=float).reshape(-1, 2).T
    is_belief = np.isfinite(means) & np.isfinite(errors) & (errors >= 0)
    require(bool(is_belief.all()), f"no means with standard errors: {arms}")
    # An arm's figure is a mean of many readers, so that a normal law is near enough.
    normal = np.random.default_rng(seed).standard_normal((draws, len(means)))
    return means + errors * normal


def top_two(
    arms: np.ndarray | Sequence[tuple[float, float]],
    *,
    beta: float = BETA,
    floor: float = FLOOR,
    seed: int = SEED,
) -> list[float]:
    """Shares of the arms, summing to 1, in their order.

    ``arms`` are posterior draws (an array, draws × arms) or pairs of mean and standard error. The
    exact probabilities with which top-two Thompson sampling gives each arm: the leader of a draw
    with ``beta``, else the leader of a later draw that is another. ``floor`` goes to each arm
    first, the rest is divided by these probabilities. Deterministic for a seed.
    """
    draws = arms
    if not isinstance(arms, np.ndarray):
        draws = draws_of(arms, seed=seed)
    count = draws.shape[1]
    if count < 2:
        return [1.0] * count

    best = probabilities_of_best(draws)
    # The chance of each arm to be the rival of every other leader.
    # No chance is 1, since half a draw was added to every arm: nothing is divided by zero.
    behind = best / (1 - best)
    given = best * (beta + (1 - beta) * (behind.sum() - behind))
    # Of many arms the floor would be more than there is to give: then all get the same.
    least = min(floor, 1 / count)
    # The floor first, then what is left by the probabilities.
    return (least + (1 - least * count) * given / given.sum()).tolist()


def probabilities_of_best(draws: np.ndarray) -> np.ndarray:
    """How probable it is that each arm is the best.

    Draws in which several are the best count for each in part. Half a draw is added to every arm,
    so that none is impossible. ValueError without draws or for draws that are not finite.
    """
    require(draws.size > 0, "there are no posterior draws")
    require(bool(np.isfinite(draws).all()), "posterior draws are finite numbers")
    is_best = draws == draws.max(axis=1, keepdims=True)
    wins = (is_best / is_best.sum(axis=1, keepdims=True)).sum(axis=0) + 0.5
    return wins / wins.sum()
