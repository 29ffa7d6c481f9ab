"""The effect: what is concluded of it, and what keeps anything from being concluded. Pure."""

from dataclasses import replace

import pytest

from analytics.loop.inputs.experiment import (
    ADDRESSED,
    HELD_OUT,
    ArmCell,
    ArmDrawn,
    Drawn,
    PlannedArm,
    Promised,
    WindowProgress,
)
from analytics.loop.judging.effects import effect_of
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.rules import CURRENT, rule_of

RULE = rule_of(CURRENT)
PROMISED = Promised(outcome="visit", window_days=28, smallest=0.03)


OVER = WindowProgress(28, 28)


def drawn(*arms, progress=OVER, stratum="all"):
    """Arms as (code, readers, with the outcome)."""
    cells, counts = [], []
    for code, n, had in arms:
        cells.append(ArmCell(code, stratum, n, had, had))
        counts.append(ArmDrawn(code, n))
    return Drawn(cells=tuple(cells), arms=tuple(counts), progress=progress)


def verdict(had, *, n=2000, held=1000, held_had=250, promised=PROMISED, progress=OVER):
    """Of ``had`` of ``n`` addressed readers against ``held_had`` of ``held``."""
    counts = drawn((ADDRESSED, n, had), (HELD_OUT, held, held_had), progress=progress)
    return effect_of(promised, counts, RULE, recorded=True).verdict


@pytest.mark.parametrize(
    ("had", "expected"),
    [
        (640, EffectVerdict.GOOD),
        (500, EffectVerdict.OPEN),
        (300, EffectVerdict.HARMFUL),
    ],
)
def test_j2_what_is_concluded_of_an_effect(had, expected):
    assert verdict(had) == expected


def test_j2_an_effect_inside_the_smallest_worth_having_is_nil():
    sizes = {"n": 40_000, "held": 20_000, "held_had": 5000}

    assert verdict(10_100, **sizes) == EffectVerdict.NIL
    # Nobody can say of an effect that it is not worth having before it was said what is.
    assert verdict(10_100, **sizes, promised=Promised()) == EffectVerdict.OPEN


def test_j2_what_surely_helps_less_than_is_worth_having_is_nil():
    sizes = {"n": 40_000, "held": 20_000, "held_had": 5000}

    assert verdict(10_400, **sizes) == EffectVerdict.NIL
    assert verdict(10_400, **sizes, promised=replace(PROMISED, smallest=0.01)) == EffectVerdict.GOOD


def test_j2_on_the_first_day_of_a_long_window_nothing_is_said():
    assert verdict(1900, progress=WindowProgress(1, 365)) == EffectVerdict.OPEN


def test_j2_two_shares_differ_by_no_more_than_all_readers():
    counts = drawn((ADDRESSED, 40, 8), (HELD_OUT, 40, 8), progress=WindowProgress(1, 28))
    shown = effect_of(PROMISED, counts, RULE, recorded=True).shown
    assert (shown.low, shown.high) == (-1, 1)


def test_j2_before_the_end_only_harm_is_concluded():
    half = WindowProgress(14, 28)

    assert verdict(640, progress=half) == EffectVerdict.OPEN
    assert verdict(300, progress=half) == EffectVerdict.HARMFUL
    # What would be harm at the end may still be chance on the first days.
    assert verdict(425) == EffectVerdict.HARMFUL
    assert verdict(425, progress=WindowProgress(3, 28)) == EffectVerdict.OPEN


def test_j2_what_was_not_recorded_is_no_zero():
    counts = drawn((ADDRESSED, 2000, 0), (HELD_OUT, 1000, 0))

    effect = effect_of(PROMISED, counts, RULE, recorded=False)

    assert effect.verdict == EffectVerdict.NOT_RECORDED
    assert (effect.whole, effect.shown, effect.visible) == (None, None, None)


@pytest.mark.parametrize("recorded", [True, False])
def test_j2_without_an_effect_it_is_provisional_all_the_same(recorded):
    counts = drawn((ADDRESSED, 900, 300), progress=WindowProgress(3, 28))
    assert effect_of(PROMISED, counts, RULE, recorded=recorded).provisional


def test_without_anybody_held_out_there_is_no_effect():
    effect = effect_of(PROMISED, drawn((ADDRESSED, 900, 300)), RULE, recorded=True)
    assert effect.verdict == EffectVerdict.NO_HOLDOUT


@pytest.mark.parametrize("held", [0, 4, 29])
def test_arms_too_small_to_judge_by_say_nothing(held):
    counts = drawn((ADDRESSED, 900, 300), (HELD_OUT, held, 0))
    effect = effect_of(PROMISED, counts, RULE, recorded=True)
    assert effect.verdict == EffectVerdict.FEW
    assert effect.shown is None


def test_j2_arms_that_lost_readers_unequally_say_nothing_whatever_the_size():
    counts = drawn((ADDRESSED, 2000, 900), (HELD_OUT, 1000, 250))
    lost = (ArmDrawn(ADDRESSED, 2000, lost=100), ArmDrawn(HELD_OUT, 1000, lost=5))

    effect = effect_of(PROMISED, replace(counts, arms=lost), RULE, recorded=True)

    assert effect.verdict == EffectVerdict.NOT_AS_DRAWN
    assert effect.check.losses < 0.001

    equally = (ArmDrawn(ADDRESSED, 2000, lost=100), ArmDrawn(HELD_OUT, 1000, lost=50))
    fair = effect_of(PROMISED, replace(counts, arms=equally), RULE, recorded=True)
    assert fair.verdict == EffectVerdict.GOOD


def test_j2_arms_are_checked_also_where_nobody_is_held_out():
    counts = drawn(("A", 1000, 300), ("B", 1000, 300))
    lost = (ArmDrawn("A", 1000), ArmDrawn("B", 1000, lost=300))

    assert effect_of(PROMISED, counts, RULE, recorded=True).verdict == EffectVerdict.NO_HOLDOUT
    broken = effect_of(PROMISED, replace(counts, arms=lost), RULE, recorded=True)
    assert broken.verdict == EffectVerdict.NOT_AS_DRAWN


def test_j2_arms_that_differed_before_the_draw_say_nothing():
    def cell(arm, n, had, before):
        return ArmCell(arm, "all", n, had, had, before, before, min(had, before) // 2)

    cells = (cell(ADDRESSED, 2000, 900, 800), cell(HELD_OUT, 1000, 250, 200))
    counts = Drawn(cells, (ArmDrawn(ADDRESSED, 2000), ArmDrawn(HELD_OUT, 1000)))

    effect = effect_of(PROMISED, counts, RULE, recorded=True)

    assert effect.verdict == EffectVerdict.NOT_AS_DRAWN
    assert effect.check.before < 0.001


def test_j2_the_estimate_named_before_the_launch_decides():
    def cell(arm, n, had, before, both):
        return ArmCell(arm, "all", n, had, had, before, before, both)

    cells = (cell(ADDRESSED, 2000, 620, 600, 450), cell(HELD_OUT, 1000, 270, 300, 220))
    counts = Drawn(cells, (ArmDrawn(ADDRESSED, 2000), ArmDrawn(HELD_OUT, 1000)))

    plain = effect_of(PROMISED, counts, RULE, recorded=True)
    adjusted = effect_of(replace(PROMISED, adjusts=True), counts, RULE, recorded=True)

    assert plain.whole.decided is plain.whole.plain
    assert plain.whole.adjusted is None
    assert adjusted.whole.decided is adjusted.whole.adjusted
    assert 0.3 < adjusted.whole.decided.explained < 0.6
    width = adjusted.shown.high - adjusted.shown.low
    assert width < 0.85 * (plain.shown.high - plain.shown.low)
    assert adjusted.visible < plain.visible


def test_every_arm_is_compared_with_the_same_held_out_readers():
    counts = drawn(("A", 1000, 320), ("B", 1000, 250), (HELD_OUT, 1000, 250))
    arms = tuple(PlannedArm(code, "new", {"en": code}) for code in "AB")

    effect = effect_of(replace(PROMISED, arms=arms), counts, RULE, recorded=True)

    values = {one.arm: round(one.decided.estimate.value, 6) for one in effect.arms}
    assert values == {"A": 0.07, "B": 0.0}
    assert effect.whole.n == 2000
    assert effect.whole.decided.estimate.value == pytest.approx(0.035)


@pytest.mark.parametrize("adjusts", [False, True])
def test_where_nobody_did_anything_nothing_is_made_up(adjusts):
    counts = drawn((ADDRESSED, 400, 0), (HELD_OUT, 400, 0))

    effect = effect_of(replace(PROMISED, adjusts=adjusts), counts, RULE, recorded=True)

    # Newcombe's interval knows how little nobody of 400 says.
    assert effect.shown.value == 0
    assert effect.shown.low < 0 < effect.shown.high


def test_amounts_of_nobody_cannot_be_judged():
    counts = drawn((ADDRESSED, 400, 0), (HELD_OUT, 400, 0))
    effect = effect_of(replace(PROMISED, is_amount=True), counts, RULE, recorded=True)
    assert effect.verdict == EffectVerdict.FEW


def test_amounts_are_compared_as_means():
    cells = (
        ArmCell("A", "all", 500, 1500, 6000),
        ArmCell(HELD_OUT, "all", 500, 1000, 3000),
    )
    counts = Drawn(cells, (ArmDrawn("A", 500), ArmDrawn(HELD_OUT, 500)))

    effect = effect_of(replace(PROMISED, is_amount=True), counts, RULE, recorded=True)

    assert effect.whole.decided.method == "welch"
    assert effect.whole.decided.estimate.value == pytest.approx(1.0)
    assert effect.verdict == EffectVerdict.GOOD
