"""The worlds of channel shares, what is measured in them and what is wanted. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analytics.worlds.figures import (
    BIAS,
    COVERAGE,
    Bar,
    SimulatedFigure,
    mean_of_seeds,
    percentile_of_seeds,
    ratio_of_seeds,
    worst_of_seeds,
)
from analytics.worlds.games import CheckedPromise, Game, play
from analytics.worlds.library import LibraryCase
from core.estimates import Estimate

#: The seed that so many of all seeds lie below.
POOR = 0.01
#: A point is a hundredth; promises are stated per 1,000 readers.
PER_POINT = 10
APPEALS = ("spread", "mild")
SIZES = (300, 5_000, 50_000)
BASES = (0.02, 0.06, 0.25)
USUAL_BASE = 0.06


@dataclass(frozen=True)
class ChannelWorld:
    """Libraries of one kind. ``of_best``: what the plan of the last cycle should bring at least, in
    parts of the best one; for up to 300 readers ``of_best_small``. ``of_unchanged``: what the poor
    seeds should bring at least over all cycles, in parts of the unchanged plan.
    """

    name: str
    cases: tuple[LibraryCase, ...]
    of_best: float | None
    of_best_small: float | None
    of_unchanged: float = 0.95
    of_unchanged_small: float = 0.90

    def measure(self, seeds: Sequence[int]) -> Iterator[SimulatedFigure]:
        """All figures of every case, each as soon as it is played."""
        for case in self.cases:
            games = [play(case, seed) for seed in seeds]
            for measure, (figure, bar) in self._figures(case, games).items():
                yield SimulatedFigure(self.name, str(case), measure, figure, bar)

    def _figures(
        self, case: LibraryCase, games: Sequence[Game]
    ) -> dict[str, tuple[Estimate, Bar | None]]:
        """{measure: (figure, what is wanted)} in the order they are printed."""
        of_best, of_unchanged = self.of_best, self.of_unchanged
        if case.is_small:
            of_best, of_unchanged = self.of_best_small, self.of_unchanged_small
        last = [game.reached[-1] for game in games]
        gained = [game.outcome / game.unchanged for game in games]
        forced = [game.forced for game in games]
        figures = {
            "cycle-8": (mean_of_seeds(last), at_least(of_best)),
            "poor-seed": (percentile_of_seeds(gained, POOR), at_least(of_unchanged)),
            "worst-seed": (worst_of_seeds(gained), None),
            "coverage": (coverage(forced), COVERAGE),
            "bias": (bias(forced), BIAS),
        }
        # A game in which nothing moved has made no promise.
        made = [game.made for game in games if game.made]
        if len(made) > 1:
            figures["coverage-made"] = (coverage(made), COVERAGE)
            figures["bias-made"] = (bias(made), BIAS)
        return figures


def at_least(least: float | None) -> Bar | None:
    """A bar from ``least`` upwards; None where nothing is wanted."""
    if least is None:
        return None
    return Bar(least=least)


def coverage(by_seed: Sequence[Sequence[CheckedPromise]]) -> Estimate:
    """The share of promises that held what came. Those of one seed hang together, so the interval
    is that of seeds.
    """
    return _by_seed(by_seed, lambda one: float(one.is_covered))


def bias(by_seed: Sequence[Sequence[CheckedPromise]]) -> Estimate:
    """How much more was promised than came, in points."""
    return _by_seed(by_seed, lambda one: (one.promised.value - one.observed) / PER_POINT)


def _by_seed(
    by_seed: Sequence[Sequence[CheckedPromise]], measured: Callable[[CheckedPromise], float]
) -> Estimate:
    """The mean over all promises, with the interval of a ratio over seeds: a seed counts for as
    many promises as it made.
    """
    sums, sizes = [], []
    for checks in by_seed:
        sums.append(sum(map(measured, checks)))
        sizes.append(len(checks))
    return ratio_of_seeds(sums, sizes)


def cases(
    *sizes: int, bases: Sequence[float] = (USUAL_BASE,), **kind: bool
) -> tuple[LibraryCase, ...]:
    """Both spreads of appeal with all sizes and base rates."""
    made = []
    for appeal in APPEALS:
        for readers in sizes:
            made += [LibraryCase(appeal, readers, base, **kind) for base in bases]
    return tuple(made)


STATIONARY = ChannelWorld("stationary", cases(*SIZES, bases=BASES), 0.95, 0.92)
DRIFTING = ChannelWorld("drifting", cases(*SIZES, drifts=True), 0.92, 0.88)
COLLAPSE = ChannelWorld("collapse", cases(*SIZES, collapses=True), None, None, of_unchanged=0.90)
SEASONAL = ChannelWorld("seasonal", cases(*SIZES, is_seasonal=True), 0.95, 0.92)
TINY = ChannelWorld("tiny", cases(60, 300), None, 0.92)
