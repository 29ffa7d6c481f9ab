"""Worlds in which a loop may fool itself: nothing differs, segments overlap, hours follow from the
readers, friends are brought along, a campaign does harm, an effect is there to be found. Pure.

Each campaign goes through the product's own functions: evaluate → find → propose.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.models import Adjustment
from analytics.worlds.checking import PromiseCheck, overlapping, segment_checks
from analytics.worlds.concluding import Concluded, conclude
from analytics.worlds.figures import (
    BIAS,
    COVERAGE,
    Bar,
    SimulatedFigure,
    mean_of_checks,
    share_of_seeds,
)
from analytics.worlds.readers import Truth, play
from core.inference.sizing import visible_effect

Kind = Adjustment.Kind
#: Of campaigns in which nothing differs, so many may be said to differ in something.
FALSE = Bar(most=0.10)
NEVER = Bar(most=0.0)
FOUND = Bar(least=0.90)
#: Friends bring a twentieth of those held out, of whom a quarter would have come anyway.
BROUGHT = 0.05 * 0.75


@dataclass(frozen=True)
class JudgedWorld:
    """Campaigns of some truths, and the share of seeds in which something is concluded.

    ``cases``: {name: truth}. ``happens``: what is counted of each campaign.
    """

    name: str
    measured: str
    cases: dict[str, Truth]
    happens: Callable[[Concluded], bool]
    bar: Bar

    def measure(self, seeds: Sequence[int]) -> Iterator[SimulatedFigure]:
        """One figure for each case."""
        for case, truth in self.cases.items():
            hits = [self.happens(conclude(play(truth, seed))) for seed in seeds]
            yield SimulatedFigure(self.name, case, self.measured, share_of_seeds(hits), self.bar)


@dataclass(frozen=True)
class OverlapWorld:
    """Segments that overlap and differ by a known spread; a promise for each is checked."""

    name: str
    spreads: dict[str, float]

    def measure(self, seeds: Sequence[int]) -> Iterator[SimulatedFigure]:
        """Coverage and bias of the promises of each spread."""
        for case, spread in self.spreads.items():
            by_seed = [_checks(spread, seed) for seed in seeds]
            covered = mean_of_checks(by_seed, attrgetter("is_covered"))
            yield SimulatedFigure(self.name, case, "coverage", covered, COVERAGE)
            # Against what is true and not against what came: the error of counting would only blur
            # how far promises are off.
            too_high = mean_of_checks(by_seed, attrgetter("too_high"))
            yield SimulatedFigure(self.name, case, "bias", too_high, BIAS)


def _checks(spread: float, seed: int) -> list[PromiseCheck]:
    """The promises of one campaign and what came."""
    return list(segment_checks(overlapping(spread, seed), seed))


def _visible(truth: Truth) -> float:
    """The smallest effect that the arms of a truth show, as a share."""
    held = round(truth.readers * truth.holdout_percent / 100)
    return visible_effect(truth.base, truth.readers - held, held)


def with_effect(base: float, visible: float, **changes) -> Truth:
    """A campaign whose effect is so many times what its arms can show. ``visible`` is negative for
    harm; ``changes`` are fields of ``Truth``.
    """
    truth = Truth(base=base, **changes)
    # In multiples of what can be seen, so that a world asks the same of few readers as of many; and
    # a plan names as worth having what its groups can show.
    seen = _visible(truth)
    return replace(truth, effect=visible * seen, smallest=seen)


def _moves_the_hour(concluded: Concluded) -> bool:
    """Whether another hour of sending is proposed."""
    return concluded.proposes(frozenset({Kind.TIMING}))


def _is_called_harmful(concluded: Concluded) -> bool:
    """Whether the report says that the campaign does harm."""
    return concluded.verdict == EffectVerdict.HARMFUL


def _is_called_good(concluded: Concluded) -> bool:
    """Whether the report says that the campaign helps."""
    return concluded.verdict == EffectVerdict.GOOD


NULL = JudgedWorld(
    name="null",
    measured="asserts",
    cases={"3000": Truth(), "two-arms": Truth(arm_effects=(0.0,))},
    happens=lambda concluded: concluded.asserts_a_difference,
    bar=FALSE,
)
FEW = JudgedWorld(
    name="few",
    measured="asserts",
    cases={"60": Truth(readers=60), "300": Truth(readers=300)},
    happens=lambda concluded: concluded.asserts_a_difference,
    bar=FALSE,
)
OVERLAP = OverlapWorld("overlap", {"0.5": 0.005, "1": 0.01, "2": 0.02})
HOURS = JudgedWorld(
    name="hours",
    measured="moves-the-hour",
    cases={"by-segment": Truth(by_segment=True, segment_effects=(0.10, *(0.0,) * 19))},
    happens=_moves_the_hour,
    bar=NEVER,
)
HARM = JudgedWorld(
    name="harm",
    measured="extends",
    cases={
        "-2": Truth(readers=60_000, effect=-0.02),
        "-5": Truth(readers=9000, effect=-0.05),
        "-18": Truth(effect=-0.18),
        "1.5-visible": with_effect(0.25, -1.5),
    },
    happens=lambda concluded: concluded.extends,
    bar=NEVER,
)
REFERRAL = JudgedWorld(
    name="referral",
    measured="called-harmful",
    cases={
        "1-visible": replace(with_effect(0.25, 1), brought=BROUGHT),
        "2-visible": replace(with_effect(0.25, 2), brought=BROUGHT),
    },
    happens=_is_called_harmful,
    bar=FALSE,
)
POWER = JudgedWorld(
    name="power",
    measured="found",
    cases={
        "2%": with_effect(0.02, 2, readers=5000),
        "6%": with_effect(0.06, 2, readers=5000),
        "25%": with_effect(0.25, 2, readers=5000),
    },
    happens=_is_called_good,
    bar=FOUND,
)
JUDGED = (NULL, FEW, OVERLAP, HOURS, HARM, REFERRAL, POWER)
