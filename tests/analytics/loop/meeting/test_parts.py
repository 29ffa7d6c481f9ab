"""What the parts of a report draw and say, without a page."""

import re
from dataclasses import replace

import pytest
from django.utils import translation

from analytics.loop.figures.shapes import Attained, StandardResult
from analytics.loop.inputs.shapes import Amendment, BookedCost, LockedStandard
from analytics.loop.judging.saying import ChangedTold, GuardTold
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.measures import Figure, Measure, Metric
from analytics.loop.meeting.costs import Booked, each_costs, units_of
from analytics.loop.meeting.effect import drawn_effect, effect_described, effect_title
from analytics.loop.meeting.parts import (
    compared_said,
    contamination_said,
    losses_said,
    segment_rows,
)
from analytics.loop.meeting.standards import standard_rows
from analytics.loop.meeting.unknown import unknowns
from core.disclosure import Count
from core.numbers import interval
from tests.analytics.building import AFTER
from tests.analytics.loop.meeting.building import (
    ARMS,
    effect_of,
    inputs_of,
    results_of,
    silent,
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def good():
    return results_of()


def places(svg: str, kind: str) -> list[float]:
    """Where the lines of a class stand, in per cent."""
    return [float(x) for x in re.findall(rf'class="{kind}" x1="([\d.]+)%', svg)]


# --- the effect -----------------------------------------------------------------------------------
def test_j2_lines_of_all_rows_stand_on_the_same_places(good):
    arms = results_of(ARMS)
    drawn = drawn_effect(arms, [])
    assert [row.decides for row in drawn.rows] == [True, False, False]
    for kind in ("zero", "worth", "visible"):
        stands = {tuple(places(row.svg, kind)) for row in drawn.rows}
        assert len(stands) == 1
        assert len(stands.pop()) == 1
    (zero,), (worth,) = places(drawn.rows[0].svg, "zero"), places(drawn.rows[0].svg, "worth")
    assert worth > zero
    # One addressed arm is everybody: it is not told twice.
    assert len(drawn_effect(good, []).rows) == 1


def test_j2_an_effect_is_titled_by_what_came_out(good):
    shown = good.judgement.effect.shown
    assert effect_title(good) == f"+{shown.value * 100:.1f} points against those held out"
    assert "95 % interval" in effect_described(good)
    assert "was worth having" in effect_described(good)
    assert effect_title(effect_of(good, provisional=True)).startswith("Provisional: +")
    nothing = silent(good, EffectVerdict.NO_HOLDOUT)
    assert drawn_effect(nothing, []) is None
    assert effect_title(nothing) == "No effect can be told"


def test_j2_the_uncorrected_difference_stands_beside_the_one_that_decides(good):
    assert "uncorrected" not in drawn_effect(good, []).rows[0].note
    corrected = effect_of(good, is_adjusted=True)
    row = drawn_effect(corrected, []).rows[0]
    assert row.note.startswith("uncorrected +")
    assert 'class="thin"' in row.svg


def test_j2_the_new_arms_stand_against_going_on_as_before(good):
    outcome = replace(good.judgement.effect.shown, value=0.047, low=0.016, high=0.078)
    changed = ChangedTold(outcome, outcome)
    found = replace(good, judgement=replace(good.judgement, changed=changed))
    row = drawn_effect(found, []).before
    assert row.value == "+4.7 points"
    assert row.note == ""
    assert drawn_effect(good, []).before is None


# --- standards ------------------------------------------------------------------------------------
def reached(value: float) -> Figure:
    return Figure(
        value=value,
        low=value - 1,
        high=value + 1,
        n=100,
        measure=Measure.RESPONSE_RATE,
        level=0.95,
    )


def result_of(value, direction="ge", amended=Attained.UNSTATED, amendments=(), target=40.0):
    locked = LockedStandard(
        metric=Metric.RESPONSE_RATE,
        direction=direction,
        target=target,
        weight=1,
        source="",
        amendments=amendments,
    )
    return StandardResult(
        locked, 40.0, reached(value), met=False, attained=Attained.MISSED, amended=amended
    )


def test_j2_a_standard_is_judged_by_the_target_set_first(good):
    lowered = (Amendment(40.0, 30.0, "fewer readers", AFTER, "Lin"),)
    in_time = result_of(32, amended=Attained.MET, amendments=lowered, target=30.0)
    too_late = result_of(32, amendments=lowered, target=30.0)
    first, second, third = standard_rows(
        replace(good, standards=(in_time, too_late, result_of(32)))
    )
    assert (first.target, first.attainment.word) == ("≥ 40", "missed")
    assert first.amended == "by the amended target ≥ 30: met"
    assert second.amended == "later amended to ≥ 30, which does not count"
    assert third.amended == ""
    assert first.facts == f"95 % interval {interval('31.0', '33.0 %')} · n=100"


@pytest.mark.parametrize(("direction", "is_right"), [("ge", True), ("le", False)])
def test_j2_the_better_side_of_a_target_is_always_the_right_one(good, direction, is_right):
    (row,) = standard_rows(replace(good, standards=(result_of(50, direction),)))
    (zero,) = places(row.svg, "zero")
    (point,) = map(float, re.findall(r'cx="([\d.]+)%', row.svg))
    assert (point > zero) == is_right


# --- costs ----------------------------------------------------------------------------------------
def test_j2_readers_and_followings_stand_in_units_of_their_own(good):
    units = units_of(good, Booked.of(inputs_of()))
    assert [unit.title for unit in units] == [
        "Mail, by readers who responded",
        "Open channels, by followings of a link",
    ]
    known, opened = units
    assert all("readers: " in one.facts for one in known.channels)
    assert all("followings: " in one.facts for one in opened.channels)


def test_j2_what_was_planned_is_no_cost(good):
    inputs = inputs_of()
    planned = replace(
        good, channels=tuple(replace(channel, spend=900.0) for channel in good.channels)
    )
    for unit in units_of(planned, Booked.of(replace(inputs, costs=()))):
        for channel in unit.channels:
            assert channel.each == "cannot say"
            assert channel.facts.startswith("planned ¥900, nothing booked")


def test_j2_what_is_booked_on_no_channel_is_spread_over_none(good):
    channel = next(one for one in good.channels if one.sent is not None)
    costs = (
        BookedCost(channel.channel, "hours", 10.0),
        BookedCost(None, "cash", 500.0),
    )
    inputs = replace(inputs_of(), costs=costs, hour_rate=60.0)
    booked = Booked.of(inputs)
    assert booked.by_channel == {channel.channel: 600.0}
    assert booked.common_said.endswith("spread over no channel: ¥500.")
    (known, *_others) = units_of(good, booked)
    assert known.channels[0].each == f"¥{600 / channel.responses_told:.2f}"


def test_j2_a_further_reader_is_priced_only_where_it_helped(good):
    each = Figure(
        value=10.9, low=7.8, high=18.8, n=5000, measure=Measure.COST_PER_OUTCOME, level=0.95
    )
    booked = replace(good.costs, total=900.0, per_outcome=each)
    (_name, said), *_others = each_costs(replace(good, costs=booked))
    assert said == f"¥10.90 (95 % interval {interval('¥7.80', '¥18.80')}; n=5,000)"
    nothing = replace(booked, per_outcome=Figure.silent(0, Measure.COST_PER_OUTCOME))
    assert each_costs(replace(good, costs=nothing))[0][1] == "cannot say"


# --- silences, losses -----------------------------------------------------------------------------
def asked_of(results, *guards):
    found = replace(results, judgement=replace(results.judgement, guards=guards))
    return {one.asked: one for one in unknowns(found)}


@pytest.mark.parametrize(
    ("verdict", "would_tell"),
    [
        (EffectVerdict.NOT_RECORDED, "Import the missing days"),
        (EffectVerdict.NO_HOLDOUT, "A holdout in the next plan."),
        (EffectVerdict.NOT_AS_DRAWN, "Find out why readers were lost"),
        (EffectVerdict.FEW, "More readers, or a larger holdout"),
    ],
)
def test_j2_every_silence_of_the_effect_says_what_would_tell_it(good, verdict, would_tell):
    one = asked_of(silent(good, verdict))["Whether it worked"]
    assert one.would_tell.startswith(would_tell)


def test_j2_silences_are_told_and_answers_are_not(good):
    asked = asked_of(good)
    assert "Whether it worked" not in asked
    (hours,) = [said for said in asked if said.startswith("Whether another hour is better")]
    not_drawn = [gap for gap in good.judgement.gaps if gap.subject.kind == "hour"]
    assert hours.count(":00") == len(not_drawn) > 1
    assert asked[hours].why == "No fair comparison: who is mailed when was not drawn."
    few = replace(good, judgement=replace(good.judgement, gaps=()))
    names = ", ".join(one.name for one in good.segments)
    assert f"Whether these segments differ: {names}" in asked_of(few)
    unmeasured = GuardTold("complaints", 0.5, None, Count.of(0), GuardKept.CANNOT_SAY)
    assert asked_of(good, unmeasured)["Complaints"].why.startswith("Not measured")
    assert "Complaints" not in asked_of(good, replace(unmeasured, value=0.1, kept=GuardKept.KEPT))
    unbooked = replace(good, costs=replace(good.costs, total=None))
    assert asked_of(unbooked)["What it cost"].why == "No cost was booked."


def test_j2_losses_are_told_by_arm_and_few_are_not_told(good):
    arms = good.judgement.effect.arms
    lost = [replace(arm, lost=Count.of(n)) for arm, n in zip(arms, (3, 12), strict=True)]
    said = losses_said(effect_of(good, arms=tuple(lost), losses=0.9).judgement.effect)
    assert "not shown of" in said[0]
    assert "12 of" in said[0]
    assert said[1] == "Losses by arm: p ≤ 0.900."


def touched(results, *counts):
    """The same with so many of each arm mailed by another campaign."""
    arms = [
        replace(arm, touched=count)
        for arm, count in zip(results.judgement.effect.arms, counts, strict=True)
    ]
    return effect_of(results, arms=tuple(arms))


def test_j2_who_was_reached_by_another_campaign_is_told_by_arm(good):
    told = touched(good, Count.of(112), Count.of(3)).judgement.effect
    first, second = (arm.drawn for arm in told.arms)
    assert contamination_said(told)[0] == (
        "Also mailed by another campaign within their window:"
        f" Written to 112 of {first}, Held out not shown of {second}."
    )


def test_j2_what_was_not_counted_is_said_and_is_not_nobody(good):
    assert contamination_said(good.judgement.effect) == [
        "Who was also mailed by another campaign was not counted by arm."
    ]
    how_many = "How many were also mailed by other campaigns"
    assert asked_of(good)[how_many].would_tell == "Name the outcome in the next plan."
    nobody = touched(good, Count.of(0), Count.of(0))
    assert how_many not in asked_of(nobody)
    assert " 0 of " in contamination_said(nobody.judgement.effect)[0]
    assert "How many of those held out heard of it from others" in asked_of(nobody)


def test_j2_comparisons_are_counted_with_what_was_found(good):
    gaps = tuple(replace(gap, found=place == 0) for place, gap in enumerate(good.judgement.gaps))
    judgement = replace(good.judgement, gaps=gaps, compared=23)
    assert compared_said(judgement) == ("23 differences were compared together; beyond chance: 1.")


def test_j2_a_segment_says_whether_its_difference_is_beyond_chance(good):
    # Of a difference that is not told nothing is said either.
    told = [one for one in segment_rows(good) if one.difference != "not shown"]
    assert {row.verdict for row in told} <= {"not beyond chance", "too few to compare"}
    nothing = replace(good, judgement=replace(good.judgement, gaps=()))
    assert {row.verdict for row in segment_rows(nothing)} == {"too few to compare"}
