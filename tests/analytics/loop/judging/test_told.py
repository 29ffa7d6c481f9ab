"""What of the conclusions everybody may be told: nobody can count few readers back. Pure."""

from dataclasses import replace

import pytest

from analytics.loop.formulas import compute
from analytics.loop.inputs.experiment import HELD_OUT, ArmCell, ArmDrawn, PlannedArm, WindowProgress
from analytics.loop.judging.told import P_TOLD, told_p
from analytics.worlds.concluding import conclude
from analytics.worlds.readers import Truth, play

NAMES = (PlannedArm("A", "new", {"en": "A"}), PlannedArm("B", "new", {"en": "B"}))


def counted(*arms, progress=None, lost=None):
    """The inputs of a campaign with arms as (code, readers, with the outcome)."""
    # One segment, one hour: nothing else in the report makes its numbers round.
    inputs = play(Truth(segment_effects=(0.0,), addressed=1, hours=1), 1)
    cells = tuple(ArmCell(code, "all", n, had, had) for code, n, had in arms)
    counts = tuple(ArmDrawn(code, n, lost=(lost or {}).get(code, 0)) for code, n, _had in arms)
    drawn = replace(inputs.drawn, cells=cells, arms=counts)
    if progress is not None:
        drawn = replace(drawn, progress=progress)
    promised = replace(inputs.promised, arms=NAMES)
    return replace(inputs, drawn=drawn, promised=promised)


def judged(*arms, **fields):
    """The conclusions as everybody is told them."""
    return compute(counted(*arms, **fields)).judgement


def effects(judgement):
    return {arm.arm: arm.effect for arm in judgement.effect.arms}


def test_j2_a_small_arm_beside_the_whole_tells_of_nobody():
    """Two of sixty had the outcome: from the exact effect and from a whole point they are found."""
    told = effects(judged(("A", 2000, 200), ("B", 60, 2), (HELD_OUT, 600, 55)))
    assert not told["B"].says
    # What is left of the whole without the other arm is this one.
    assert not told["A"].says


def test_j2_what_is_not_told_of_an_arm_is_no_reason_to_go_on_with_it():
    telling = conclude(counted(("A", 300, 30), ("B", 300, 90), (HELD_OUT, 300, 40)))
    silent = conclude(counted(("A", 300, 3), ("B", 300, 63), (HELD_OUT, 300, 40)))
    assert "content_arm" in {proposal.kind for proposal in telling.proposals}
    assert "content_arm" not in {proposal.kind for proposal in silent.proposals}


def test_j2_of_large_arms_with_few_a_whole_point_is_told():
    told = effects(judged(("A", 2000, 200), ("B", 900, 2), (HELD_OUT, 600, 55)))
    assert all(round(told[code].value, 2) == told[code].value for code in "AB")


def test_j2_arms_that_tell_of_nobody_are_told_as_they_are():
    told = effects(judged(("A", 2000, 200), ("B", 2000, 230), (HELD_OUT, 600, 55)))
    assert told["A"].value == pytest.approx(0.1 - 55 / 600)


def test_j2_p_is_told_as_a_bound():
    judgement = judged(
        ("A", 900, 300), ("B", 900, 290), (HELD_OUT, 600, 150), lost={"A": 3, HELD_OUT: 2}
    )
    assert judgement.effect.losses in P_TOLD
    assert [told_p(p) for p in (None, 1e-9, 0.0011, 1)] == [None, 0.001, 0.01, 1]


def test_j2_the_visible_effect_has_no_digits_to_count_back_from():
    judgement = judged(("A", 900, 60), ("B", 900, 60), (HELD_OUT, 600, 3))
    assert judgement.effect.visible == round(judgement.effect.visible, 2)


def test_j2_arms_have_the_interval_of_today_too():
    arms = (("A", 900, 300), ("B", 900, 290), (HELD_OUT, 600, 150))
    early, final = judged(*arms, progress=WindowProgress(7, 28)), judged(*arms)
    wide, narrow = effects(early)["A"], effects(final)["A"]
    assert wide.low < narrow.low < narrow.high < wide.high


def test_j2_what_a_change_did_has_the_interval_of_today_too():
    truth = Truth(readers=9000, arm_effects=(0.07,), segment_effects=(0.0,), addressed=1, hours=1)
    inputs = play(truth, 1)
    drawn = replace(inputs.drawn, progress=WindowProgress(7, 28))
    early, final = compute(replace(inputs, drawn=drawn)).judgement, compute(inputs).judgement
    for part in ("outcome", "response"):
        wide, narrow = getattr(early.changed, part), getattr(final.changed, part)
        assert wide.low < narrow.low < narrow.high < wide.high
