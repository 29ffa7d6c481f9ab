"""Results with known answers, without a database."""

from dataclasses import replace

from analytics.loop.formulas import compute
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure, Measure
from analytics.worlds.readers import Truth, play

GOOD = Truth(effect=0.12)
ARMS = Truth(effect=0.12, arm_effects=(0.02,))


def inputs_of(truth=GOOD, seed=1):
    return play(truth, seed)


def results_of(truth=GOOD, seed=1):
    return compute(inputs_of(truth, seed))


def effect_of(results, **changes):
    """The same results with another conclusion of the effect."""
    effect = replace(results.judgement.effect, **changes)
    return replace(results, judgement=replace(results.judgement, effect=effect))


def silent(results, verdict: EffectVerdict):
    shown = Figure.silent(0, Measure.OUTCOME_DIFFERENCE)
    return effect_of(results, verdict=verdict, shown=shown)
