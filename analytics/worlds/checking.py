"""Promises of a world against what its next cycle shows. Pure.

A fifth of the next audience goes on as before. Promises are forced: one for each segment, whether
or not it would have been proposed, so that there are many to check and none is chosen for its luck.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analytics.loop import formulas
from analytics.loop.find import find
from analytics.loop.proposing import Case
from analytics.loop.proposing.case import AS_BEFORE
from analytics.loop.proposing.segments import SegmentFamily, promise
from analytics.worlds.readers import Played, Truth, inputs_of
from core.estimates import Estimate


@dataclass(frozen=True)
class PromiseCheck:
    """A promise, what was observed of it, and what was true."""

    promised: Estimate
    observed: float
    true: float

    @property
    def is_covered(self) -> bool:
        """Whether what was observed lies in the promised interval."""
        return self.promised.low <= self.observed <= self.promised.high

    @property
    def too_high(self) -> float:
        """By how much more was promised than is true, in points."""
        return (self.promised.value - self.true) * 100


def overlapping(spread: float, seed: int, segments: int = 20) -> Truth:
    """Segments that overlap and differ by ``spread`` (standard deviation of their shares). In
    shares of 1: 0.01 is a point. The same seed gives the same segments.
    """
    chance = np.random.default_rng([seed, 1])
    effects = chance.normal(0, spread, segments)
    return Truth(readers=5000, answers=0.10, segment_effects=tuple(effects), hours=1)


def segment_checks(truth: Truth, seed: int) -> Iterator[PromiseCheck]:
    """A check for every segment: addressed ones are left out, the others let in."""
    # The numbers behind the seed keep the draws of truth, campaign and check apart: one more draw
    # in one of them moves nothing in the others.
    inputs = inputs_of(Played(truth, np.random.default_rng([seed, 2])))
    results = formulas.compute(inputs)
    family = SegmentFamily(Case.of(inputs, results, find(results)))
    sizes = {one.pk: one.size for one in inputs.unchosen_segments}
    for pk in sorted(family.beliefs):
        _responded, n_inside = family.case.shares.segments[pk]
        # Nobody joins where the segment was addressed already: then it is left out.
        joining = max(sizes.get(pk, 0) - n_inside, 0)
        promised = promise(family, pk, joining)
        chance = np.random.default_rng([seed, 3, pk])
        yield PromiseCheck(promised, *next_cycle(truth, pk, joining, promised.n, chance))


def next_cycle(
    truth: Truth, pk: int, joining: int, n: int, chance: np.random.Generator
) -> tuple[float, float]:
    """(observed, true) difference in response of the changed part to the part as before.

    The changed part is ``n`` readers less the fifth that goes on as before.
    """
    as_before = round(n * AS_BEFORE)
    # The two parts are drawn from many more readers than there are, so that what is called true
    # errs by less than what is checked.
    everybody = expected(truth, chance, 20_000)
    unchanged = everybody.answers
    if joining:
        share_joining = joining / max(n, 1)
        inside = everybody.answers[everybody.members[:, pk - 1]]
        changed = _mixed(unchanged, inside, share_joining, chance)
    else:
        changed = everybody.answers[~everybody.members[:, pk - 1]]
    seen = _observed(changed, n - as_before, chance) - _observed(unchanged, as_before, chance)
    return seen, float(changed.mean() - unchanged.mean())


@dataclass(frozen=True)
class ExpectedAnswers:
    """How probably each reader answers, and of which segments they are."""

    answers: np.ndarray
    members: np.ndarray


def expected(truth: Truth, chance: np.random.Generator, n: int) -> ExpectedAnswers:
    """``n`` readers of this truth."""
    # Played like any campaign for the sake of who is of which segment; nothing else is used of it.
    played = Played(replace(truth, readers=n), chance)
    answers = truth.answers + played.members @ np.array(truth.segment_effects)
    return ExpectedAnswers(answers.clip(0, 1), played.members)


def _mixed(
    audience: np.ndarray, joining: np.ndarray, share: float, chance: np.random.Generator
) -> np.ndarray:
    """An audience of which ``share`` are readers who joined. Both given as chances to answer, 0 to
    1; the result is as long as ``audience``.
    """
    joined = chance.random(len(audience)) < share
    return np.where(joined, chance.choice(joining, len(audience)), audience)


def _observed(answers: np.ndarray, n: int, chance: np.random.Generator) -> float:
    """The share of ``n`` readers who answer."""
    # Twice by chance, as in a library: who is in the audience, and whether they answer.
    drawn = chance.choice(answers, n)
    return float((chance.random(n) < drawn).mean())
