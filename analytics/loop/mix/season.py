"""What all channels of a cycle have in common: the season, the size of the occasion. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

#: By how much the common factor may change from one cycle to the next, as a standard deviation on
#: the log. Which of them holds is learned from how it did change.
SWINGS = np.array([0.0, 0.1, 0.2, 0.4, 0.8])


class CommonFactor(NamedTuple):
    """The factor of one cycle at each point of the grid, and how precisely it is known (one over
    the variance of its log); both of shape (points,).
    """

    value: np.ndarray
    information: np.ndarray


@dataclass(frozen=True)
class SeasonBelief:
    """What is believed of the next cycle's common factor, each of shape (points, swings).

    ``mean`` and ``spread`` (a standard deviation) of its log, ``weights`` adding up to 1 over the
    swings.
    """

    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray

    @property
    def middle(self) -> np.ndarray:
        """The factor to be expected, at each point of the grid. Shape (points,): averaged over the
        swings by how far each is believed in.
        """
        return (self.weights * np.exp(self.mean)).sum(axis=1)


def follow(factors: Sequence[CommonFactor]) -> SeasonBelief:
    """The next cycle's factor from those so far, oldest first: a random walk on the log, seen with
    an error (Kalman's filter), for each swing.

    The first is taken as it is: what it errs by is in the belief about the channels already.
    """
    shape = (len(factors[0].value), len(SWINGS))
    mean = np.broadcast_to(np.log(factors[0].value)[:, None], shape)
    variance, likelihood = np.zeros(shape), np.zeros(shape)
    for factor in factors[1:]:
        # A season goes on from where the last one was: it is not drawn anew around an average.
        variance = variance + SWINGS**2
        # What surprises is the season's own move and the error with which its factor is known.
        of_surprise = variance + 1 / factor.information[:, None]
        surprise = np.log(factor.value)[:, None] - mean
        likelihood = likelihood - (np.log(of_surprise) + surprise**2 / of_surprise) / 2

        # The better the factor is known, the more of the surprise was the season.
        gain = variance / of_surprise
        mean = mean + gain * surprise
        variance = variance * (1 - gain)

    weights = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    # The next cycle has moved once more when it comes.
    return SeasonBelief(mean, np.sqrt(variance + SWINGS**2), weights)
