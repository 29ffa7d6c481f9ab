"""Campaigns in which nothing differs: what is said of them, looked at as often as it is."""

import numpy as np

from analytics.loop.inputs.experiment import (
    ADDRESSED,
    HELD_OUT,
    ArmCell,
    ArmDrawn,
    Drawn,
    Promised,
    WindowProgress,
)
from analytics.loop.judging.effects import effect_of
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.rules import CURRENT, rule_of
from analytics.worlds.concluding import conclude
from analytics.worlds.readers import Played, Truth, inputs_of, play

RULE = rule_of(CURRENT)
DAYS = 28
SIZES = {ADDRESSED: 2000, HELD_OUT: 500}


def watched(chance: np.random.Generator) -> set[EffectVerdict]:
    """Everything that is concluded of a null by looking at it every day."""
    # The day of its window on which each reader comes; beyond the last day for who does not.
    came = {arm: chance.integers(0, 4 * DAYS, n) for arm, n in SIZES.items()}
    arms = tuple(ArmDrawn(arm, n) for arm, n in SIZES.items())
    said = set()
    for day in range(1, DAYS + 1):
        cells = []
        for arm, n in SIZES.items():
            had = int((came[arm] < day).sum())
            cells.append(ArmCell(arm, "all", n, had, had))
        drawn = Drawn(cells=tuple(cells), arms=arms, progress=WindowProgress(day, DAYS))
        said.add(effect_of(Promised(outcome="visit"), drawn, RULE, recorded=True).verdict)
    return said


def test_j2_a_null_looked_at_every_day_is_rarely_called_anything():
    """In 0.1 an interval that is looked at for 28 days excluded zero at least once in 48 %."""
    chance = np.random.default_rng(11)
    seen = [watched(chance) for _campaign in range(150)]
    wrong = [said for said in seen if said & {EffectVerdict.HARMFUL, EffectVerdict.GOOD}]
    assert len(wrong) <= 15


def test_j12_campaigns_of_noise_are_rarely_said_to_differ():
    """A handful of the thousand that ``make simulate WORLD=null`` plays; the bar is a tenth."""
    said = [conclude(play(Truth(readers=1500), seed)) for seed in range(40)]
    assert sum(one.asserts_a_difference for one in said) <= 4


def test_j2_outcomes_that_are_shuffled_give_a_null():
    truth = Truth(effect=0.15, readers=4000)
    played = Played(truth, np.random.default_rng(1))
    assert conclude(inputs_of(played)).verdict == EffectVerdict.GOOD

    chance = np.random.default_rng(2)
    verdicts = []
    for _time in range(20):
        played.outcome = chance.permutation(played.outcome)
        verdicts.append(conclude(inputs_of(played)).verdict)
    assert sum(verdict == EffectVerdict.OPEN for verdict in verdicts) >= 17
