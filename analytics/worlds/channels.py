"""The worlds of channel shares, what is measured in them and what is wanted. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter

from analytics.worlds.figures import (
    BIAS,
    COVERAGE,
    Bar,
    SimulatedFigure,
    mean_of_checks,
    mean_of_seeds,
    percentile_of_seeds,
    worst_of_seeds,
)
from analytics.worlds.games import CheckedPromise, Game, play
from analytics.worlds.library import LibraryCase
from core.estimates import Estimate

#: The seed that so many of all seeds lie below.
POOR = 0.01
APPEALS = ("spread", "mild")
SIZES = (300, 5_000, 50_000)
BASES = (0.02, 0.06, 0.25)
USUAL_BASE = 0.06


@dataclass(frozen=True)
class ChannelWorld:
    """Libraries of one kind. ``of_best``: what the plan of the last cycle should bring at least, in
    parts of the best one, None where it is only shown; for up to 300 readers ``of_best_small``.
    ``of_unchanged``: what the poor seeds should bring at least over all cycles, in parts of the
    unchanged plan.
    """

    name: str
    cases: tuple[LibraryCase, ...]
    of_best: Bar | None
    of_best_small: Bar | None
    of_unchanged: Bar = Bar(least=0.95)
    of_unchanged_small: Bar = Bar(least=0.90)

    def measure(self, seeds: Sequence[int]) -> Iterator[SimulatedFigure]:
        """All figures of every case, each as soon as it is played."""
        for case in self.cases:
            games = [play(case, seed) for seed in seeds]
            for measure, (figure, bar) in self._figures(case, games).items():
                yield SimulatedFigure(self.name, str(case), measure, figure, bar)

    def _figures(
        self, case: LibraryCase, games: Sequence[Game]
    ) -> dict[str, tuple[Estimate, Bar | None]]:
        """{measure: (figure, what is wanted)} in the order they are printed. ``games``: one for
        each seed, at least two. What is wanted is None where a figure is only shown.
        """
        of_best, of_unchanged = self._wanted_of(case)
        # Judged by what is to be expected of its plans, and not by the luck they had.
        last = [game.reached[-1] for game in games]
        gained = [game.outcome / game.unchanged for game in games]
        forced = [game.forced for game in games]
        figures = {
            "cycle-8": (mean_of_seeds(last), of_best),
            "poor-seed": (percentile_of_seeds(gained, POOR), of_unchanged),
            "worst-seed": (worst_of_seeds(gained), None),
            **promises_held(forced),
        }
        # A game in which nothing moved has made no promise.
        made = [game.made for game in games if game.made]
        # An interval over seeds needs two of them.
        if len(made) > 1:
            figures |= promises_held(made, "-made")
        return figures

    def _wanted_of(self, case: LibraryCase) -> tuple[Bar | None, Bar]:
        """(of the best plan, of the unchanged one): less is asked where there are few readers."""
        if case.is_small:
            return self.of_best_small, self.of_unchanged_small
        return self.of_best, self.of_unchanged


def promises_held(
    by_seed: Sequence[Sequence[CheckedPromise]], suffix: str = ""
) -> dict[str, tuple[Estimate, Bar]]:
    """{measure: (figure, what is wanted)} of promises: whether they held, and how far they were
    off. ``suffix`` of the measures' names says which promises they are.
    """
    return {
        f"coverage{suffix}": (coverage(by_seed), COVERAGE),
        f"bias{suffix}": (bias(by_seed), BIAS),
    }


def coverage(by_seed: Sequence[Sequence[CheckedPromise]]) -> Estimate:
    """The share of promises that held what came. Those of one seed hang together, so the interval
    is that of seeds.
    """
    return mean_of_checks(by_seed, attrgetter("is_covered"))


def bias(by_seed: Sequence[Sequence[CheckedPromise]]) -> Estimate:
    """How much more was promised than came, in points."""
    return mean_of_checks(by_seed, attrgetter("too_high"))


def cases(
    *sizes: int, bases: Sequence[float] = (USUAL_BASE,), **kind: bool
) -> tuple[LibraryCase, ...]:
    """Both spreads of appeal with all sizes and base rates. ``kind``: what happens in the library,
    by the names of ``LibraryCase``.
    """
    made = []
    for appeal, readers, base in product(APPEALS, sizes, bases):
        made.append(LibraryCase(appeal, readers, base, **kind))
    return tuple(made)


NEAR_THE_BEST, FEW_NEAR_THE_BEST = Bar(least=0.95), Bar(least=0.92)
STATIONARY = ChannelWorld(
    "stationary", cases(*SIZES, bases=BASES), NEAR_THE_BEST, FEW_NEAR_THE_BEST
)
# Where appeals move, the best plan of a moment is only known a cycle later.
DRIFTING = ChannelWorld("drifting", cases(*SIZES, drifts=True), Bar(least=0.92), Bar(least=0.88))
# Judged by how much is lost when a channel falls, not by how soon the best plan is found again.
COLLAPSE = ChannelWorld(
    "collapse", cases(*SIZES, collapses=True), None, None, of_unchanged=Bar(least=0.90)
)
SEASONAL = ChannelWorld(
    "seasonal", cases(*SIZES, is_seasonal=True), NEAR_THE_BEST, FEW_NEAR_THE_BEST
)
TINY = ChannelWorld("tiny", cases(60, 300), None, FEW_NEAR_THE_BEST)
