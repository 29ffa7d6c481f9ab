"""Which parts differ: looked at together, everybody once, like with like. Pure."""

from dataclasses import replace

import pytest

from analytics.loop.formulas import compute
from analytics.loop.inputs.experiment import AnsweredCell, ArmCell, PlannedArm, WindowProgress
from analytics.loop.inputs.shapes import UnchosenSegment
from analytics.loop.judging.channels import channel_gaps
from analytics.loop.judging.gaps import found_together, gaps_of
from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.shapes import ComparedGap
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.rules import CURRENT, rule_of
from analytics.loop.subjects import Subject
from analytics.worlds.concluding import conclude
from analytics.worlds.readers import PLANNED_HOUR, Truth, play
from core.estimates import Estimate
from core.inference.contrasts import Contrast

RULE = rule_of(CURRENT)


def of(inputs, *, channels=()):
    gaps = gaps_of(inputs, channels, RULE, EffectVerdict.OPEN)
    return {gap.subject: gap for gap in found_together(gaps)}


def answered(*cells):
    """(segments, identity, content, hour, responded, not responded)"""
    found = []
    for segments, identity, content, hour, yes, no in cells:
        found.append(AnsweredCell(segments, identity, "addressed", content, hour, True, yes))
        found.append(AnsweredCell(segments, identity, "addressed", content, hour, False, no))
    return tuple(found)


def inputs(*cells, segments=(), unchosen=()):
    played = play(Truth(readers=60), 1)
    drawn = replace(played.drawn, answered=answered(*cells))
    return replace(
        played,
        drawn=drawn,
        segments=segments,
        unchosen_segments=unchosen,
        send_hour=PLANNED_HOUR,
    )


def test_j2_hours_are_compared_among_readers_who_are_alike():
    # Teachers answer more and are mailed at 20; the hour does nothing.
    mixed = inputs(
        ((1,), "teacher", 1, 20, 160, 240),
        ((1,), "teacher", 1, 10, 40, 60),
        ((1,), "student", 1, 20, 10, 90),
        ((1,), "student", 1, 10, 40, 360),
    )

    gap = of(mixed)[Subject.hour(20)]

    assert gap.contrast.estimate.value == pytest.approx(0, abs=1e-9)
    assert not gap.found
    assert not gap.randomised


def test_j2_where_each_hour_had_readers_of_its_own_there_is_no_fair_comparison():
    apart = inputs(
        ((1,), "teacher", 1, 20, 160, 240),
        ((1,), "student", 1, 10, 40, 360),
    )

    gap = of(apart)[Subject.hour(20)]

    assert not gap.contrast.estimate.says
    assert gap.contrast.p is None
    assert not gap.found


def test_another_letter_is_no_other_hour():
    letters = inputs(
        ((1,), "student", 1, 10, 40, 360),
        ((1,), "student", 2, 20, 160, 240),
    )
    assert of(letters)[Subject.hour(20)].contrast.p is None


def test_an_hour_that_does_better_among_the_same_readers_is_found():
    better = inputs(
        ((1,), "student", 1, 20, 120, 280),
        ((1,), "student", 1, 10, 40, 360),
    )
    assert of(better)[Subject.hour(20)].found


def test_a_segment_is_compared_with_everybody_else():
    two = inputs(
        ((1,), "student", 1, 10, 90, 210),
        ((1, 2), "student", 1, 10, 10, 90),
        ((2,), "student", 1, 10, 20, 180),
        segments=(1, 2),
    )

    gaps = of(two)

    assert gaps[Subject.segment(1)].contrast.estimate.value == pytest.approx(100 / 400 - 20 / 200)
    assert gaps[Subject.segment(2)].contrast.estimate.value == pytest.approx(30 / 300 - 90 / 300)


@pytest.mark.parametrize("sent", [5, 29])
def test_small_segments_are_not_compared(sent):
    unchosen = UnchosenSegment(7, "few", 40, sent, sent)
    few = inputs(((1,), "student", 1, 10, 90, 210), segments=(1,), unchosen=(unchosen,))

    assert Subject.segment(7) not in of(few)
    # Everybody is in the first: there is nobody to compare it with.
    assert Subject.segment(1) not in of(few)


def with_p(name, p):
    estimate = Estimate(0.1, 0.05, 0.15, 400)
    return ComparedGap(Subject.segment(name), Contrast(estimate, p, "newcombe"), randomised=False)


def test_j2_what_is_beyond_chance_depends_on_how_much_was_looked_at():
    alone = found_together([with_p(1, 0.04)])
    among_many = found_together([with_p(1, 0.04), *(with_p(n, 0.5) for n in range(2, 21))])

    assert alone[0].found
    assert not among_many[0].found
    assert found_together([with_p(1, 0.0001), *(with_p(n, 0.5) for n in range(2, 21))])[0].found
    assert not found_together([with_p(1, None)])[0].found


def channel(code, responses, effort, *, personal=False):
    return CountedChannel(code, responses, effort, is_open=not personal)


def test_j2_readers_and_followings_are_never_compared():
    gaps = channel_gaps(
        [
            channel("email", 900, 10, personal=True),
            channel("poster", 30, 10),
            channel("stall", 60, 10),
        ],
        RULE,
    )

    found = {gap.subject.key: gap.contrast for gap in gaps}
    assert set(found) == {"poster", "stall"}
    assert found["stall"].estimate.value == pytest.approx(3)
    assert found["stall"].p == pytest.approx(found["poster"].p)


def test_j2_whether_a_channel_differs_is_told_by_earlier_rounds_too():
    """By one p, in the report and in what is proposed by it."""
    now = [channel("poster", 40, 10), channel("stall", 52, 10)]
    before = {"poster": (400.0, 100.0), "stall": (520.0, 100.0)}
    line = [replace(one, earlier=(before[one.code],) * 3) for one in now]

    alone, together = ([gap.contrast for gap in channel_gaps(one, RULE)] for one in (now, line))

    assert together[0].p < 0.01 < 0.1 < alone[0].p
    # How much is said by this round alone.
    assert together[0].estimate == alone[0].estimate


def test_a_channel_without_effort_or_without_measure_is_not_compared():
    unmeasured = replace(channel("board", 0, 10), responses=None)
    gaps = channel_gaps([channel("poster", 30, 0), unmeasured, channel("stall", 60, 10)], RULE)
    assert list(gaps) == []


# --- arms -----------------------------------------------------------------------------------------
ARMS = (PlannedArm("A", "new", {"en": "A"}), PlannedArm("B", "new", {"en": "B"}))


def two_arms(**changes):
    """Two letters, the second of which is seven points better."""
    played = play(Truth(readers=9000, arm_effects=(0.07,)), 1)
    promised = replace(played.promised, arms=ARMS)
    return replace(played, promised=promised, **changes)


@pytest.mark.parametrize("verdict", [EffectVerdict.NOT_RECORDED, EffectVerdict.NOT_AS_DRAWN])
def test_j2_arms_of_which_nothing_is_known_are_not_compared(verdict):
    compared = {gap.subject for gap in gaps_of(two_arms(), (), RULE, verdict)}
    assert Subject.arm("B") not in compared
    assert of(two_arms())[Subject.arm("B")].found


def test_j2_nothing_is_proposed_of_arms_whose_outcome_nobody_recorded():
    proposed = {proposal.kind for proposal in conclude(two_arms()).proposals}
    unrecorded = conclude(two_arms(outcomes_recorded=False)).proposals
    assert "content_arm" in proposed
    assert "content_arm" not in {proposal.kind for proposal in unrecorded}


def test_j2_nothing_is_proposed_of_arms_that_are_not_as_they_were_drawn():
    inputs = two_arms()
    arms = tuple(replace(arm, lost=arm.drawn // 3 * (arm.arm == "B")) for arm in inputs.drawn.arms)
    lost = replace(inputs, drawn=replace(inputs.drawn, arms=arms))
    assert conclude(lost).verdict == EffectVerdict.NOT_AS_DRAWN
    assert "content_arm" not in {proposal.kind for proposal in conclude(lost).proposals}


def test_j2_before_the_end_nothing_is_beyond_chance():
    inputs = two_arms()
    halfway = replace(inputs, drawn=replace(inputs.drawn, progress=WindowProgress(14, 28)))
    assert any(gap.found for gap in compute(inputs).judgement.gaps)
    assert not any(gap.found for gap in compute(halfway).judgement.gaps)


def test_j2_an_arm_of_few_readers_is_not_judged():
    cells = (ArmCell("A", "all", 900, 200, 200), ArmCell("B", "all", 6, 6, 6))
    inputs = two_arms()
    few = replace(inputs, drawn=replace(inputs.drawn, cells=cells))
    gap = of(few)[Subject.arm("B")]
    assert gap.contrast.p is None
    assert not gap.found


# --- properties -----------------------------------------------------------------------------------
def test_j2_conclusions_do_not_depend_on_what_segments_are_called():
    truth = Truth(segment_effects=(0.08, -0.03, 0.0, 0.06), joins=0.4)
    played = play(truth, 3)

    def called(pk):
        return 100 - pk

    renamed = replace(
        played,
        segments=tuple(map(called, played.segments)),
        unchosen_segments=tuple(
            replace(one, pk=called(one.pk)) for one in played.unchosen_segments
        ),
        drawn=replace(
            played.drawn,
            answered=tuple(
                replace(cell, segments=tuple(sorted(map(called, cell.segments))))
                for cell in played.drawn.answered
            ),
        ),
    )

    before, after = of(played), of(renamed)
    for pk in range(1, 5):
        one, other = before[Subject.segment(pk)], after[Subject.segment(called(pk))]
        assert one.contrast == other.contrast
        assert one.found == other.found


def test_j2_more_segments_of_noise_change_no_other_figure():
    few = play(Truth(segment_effects=(0.1, 0.0)), 5)
    noise = tuple(UnchosenSegment(pk, f"noise {pk}", 900, 300, 18) for pk in range(10, 40))
    many = replace(few, unchosen_segments=(*few.unchosen_segments, *noise))

    before, after = of(few), of(many)
    for subject, gap in before.items():
        assert after[subject].contrast == gap.contrast
    # What is far beyond chance stays so.
    assert before[Subject.segment(1)].found
    assert after[Subject.segment(1)].found
    assert not any(after[Subject.segment(one.pk)].found for one in noise)
