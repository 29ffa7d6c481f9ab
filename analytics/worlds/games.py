"""One library played through eight cycles by the loop's own functions. Pure.

A fifth of the readers go on by the plan before, so that every promise can be checked. Promises are
asked for twice: for the moves that the loop proposes, all of which are agreed to, and for moves
drawn at random within its bounds (forced ones), which are checked beside the game.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analytics.loop import mix
from analytics.loop.mix import Brought, ChannelEvidence, PartSizes
from analytics.loop.shares import agreed_shares, whole_shares
from analytics.worlds.library import CODES, LibraryCase, MadeUpLibrary
from core.estimates import Estimate

CYCLES = 8
#: What part of the readers goes on as before: one of so many.
AS_BEFORE = 5
#: A point is a hundredth; promises are stated per 1,000 readers.
PER_POINT = 10


class CheckedPromise(NamedTuple):
    """A promise and the difference that was observed, in responses per 1,000 readers."""

    promised: Estimate
    observed: float

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds what was observed."""
        return self.promised.low <= self.observed <= self.promised.high

    @property
    def too_high(self) -> float:
        """By how much more was promised than came, in points."""
        return (self.promised.value - self.observed) / PER_POINT


@dataclass
class Game:
    """What one seed gave. ``reached``: the new plan's expected outcome ÷ the best plan's, by cycle.

    ``outcome`` and ``unchanged``: expected responses per reader summed over the cycles, of all
    readers and by the first plan for ever. ``made`` and ``forced``: promises that were checked.
    """

    reached: list[float] = field(default_factory=list)
    outcome: float = 0.0
    unchanged: float = 0.0
    made: list[CheckedPromise] = field(default_factory=list)
    forced: list[CheckedPromise] = field(default_factory=list)


class Plans(NamedTuple):
    """Shares in percent in the order of CODES: of the new plan, and of the one before."""

    changed: np.ndarray
    as_before: np.ndarray


class PromisedMove(NamedTuple):
    """Promises by code, and the shares in percent they were made for."""

    promises: dict[str, Estimate]
    plans: Plans


EVEN = np.array(list(whole_shares(dict.fromkeys(CODES, 1.0)).values()), float)


def play(case: LibraryCase, seed: int) -> Game:
    """One library from an even plan through all cycles; the same seed gives the same game."""
    library = MadeUpLibrary(case, np.random.default_rng([seed, 0]))
    # Forced promises have a chance of their own, so that they change nothing in the game.
    beside = np.random.default_rng([seed, 1])
    as_before = case.readers // AS_BEFORE
    sizes = PartSizes(case.readers - as_before, as_before)
    plans, earlier = Plans(EVEN, EVEN), []
    game = Game()
    for cycle in range(CYCLES):
        _score(game, library, plans, sizes)
        came = _answers(library, plans, sizes)
        evidence = _evidence(plans, came, earlier)
        earlier.insert(0, came)
        # The last cycle is judged, and no plan follows from it.
        if cycle == CYCLES - 1:
            break

        agreed = mix.moves(evidence, movable=mix.differing(evidence))
        after = _next_plan(plans.changed, agreed)
        promised = PromisedMove(mix.promise(evidence, agreed, sizes), Plans(after, plans.changed))
        # What the loop proposes is chosen for looking good; forced moves are not, and there are as
        # many in a library in which nothing is worth proposing.
        forced = _forced(evidence, plans.changed, sizes, beside)
        plans = promised.plans

        # The world moves between promise and check, as it does for a library.
        library.next_cycle()
        game.forced += _checked_beside(library, forced, sizes, beside)
        game.made += _checked_beside(library, promised, sizes, beside)
    return game


def _score(game: Game, library: MadeUpLibrary, plans: Plans, sizes: PartSizes) -> None:
    """What is to be expected is judged; what happens by chance is all the loop gets to see."""
    # Both parts of the readers count in what was gained: going on as before has its price.
    changed = float(library.expected(plans.changed).sum())
    as_before = float(library.expected(plans.as_before).sum())
    game.reached.append(changed / library.best)
    game.outcome += (sizes.changed * changed + sizes.as_before * as_before) / sum(sizes)
    game.unchanged += float(library.expected(EVEN).sum())


def _answers(library: MadeUpLibrary, plans: Plans, sizes: PartSizes) -> list[Brought]:
    """What each channel brought from the two parts of the readers. Every percent of the plan costs
    the same.
    """
    changed = library.answered(plans.changed, sizes.changed)
    as_before = library.answered(plans.as_before, sizes.as_before)
    came = []
    for place in range(len(CODES)):
        before = Brought(as_before[place], plans.as_before[place], sizes.as_before)
        came.append(Brought(changed[place], plans.changed[place], sizes.changed, before))
    return came


def _evidence(
    plans: Plans, came: list[Brought], earlier: list[list[Brought]]
) -> list[ChannelEvidence]:
    """The cycle as the loop is told of it; ``earlier`` newest first. ``came`` and each of
    ``earlier`` hold what the channels brought, in the order of CODES.
    """
    evidence = []
    for place, code in enumerate(CODES):
        now = came[place]
        history = tuple(cycle[place] for cycle in earlier[: mix.CYCLES_BACK])
        evidence.append(
            ChannelEvidence(
                code=code,
                share=int(plans.changed[place]),
                responses=now.responses,
                spend=now.effort,
                history=history,
                readers=now.readers,
                as_before=now.as_before,
            )
        )
    return evidence


def _next_plan(shares: np.ndarray, agreed: dict[str, int]) -> np.ndarray:
    """Every proposal is agreed to; the other channels share the rest. ``agreed``: {code: percent}.
    Shares in percent in the order of CODES, before and after.
    """
    planned = dict(zip(CODES, shares.astype(int).tolist(), strict=True))
    after = agreed_shares(planned, earlier=set(), wanted=agreed)
    return np.array([after[code] for code in CODES], float)


def _forced(
    evidence: list[ChannelEvidence],
    shares: np.ndarray,
    sizes: PartSizes,
    beside: np.random.Generator,
) -> PromisedMove:
    """Promises for moves of every channel away from its present share, drawn within the bounds of
    the step; ``shares`` in percent, in the order of CODES.
    """
    # Of each channel any share within its bounds, the others left alone: their sum need not be the
    # whole, as each promise is checked by itself.
    after = {}
    for code, (least, most) in mix.bounds(evidence).items():
        after[code] = max(1, round(beside.uniform(least, most)))
    moved = np.array([after[code] for code in CODES], float)
    return PromisedMove(mix.promise(evidence, after, sizes), Plans(moved, shares))


def _checked_beside(
    library: MadeUpLibrary, promised: PromisedMove, sizes: PartSizes, beside: np.random.Generator
) -> Iterator[CheckedPromise]:
    """Each promise with what two parts of the readers showed in the next cycle."""
    changed = library.expected(promised.plans.changed)
    as_before = library.expected(promised.plans.as_before)
    # Answers drawn beside the game: those of the game itself come of one plan only, and a forced
    # move is never made in it.
    came = beside.poisson(sizes.changed * changed)
    came_before = beside.poisson(sizes.as_before * as_before)
    for place, code in enumerate(CODES):
        if code in promised.promises:
            both = (float(came[place]), float(came_before[place]))
            observed = mix.observed_difference(both, sizes)
            yield CheckedPromise(promised.promises[code], observed)
