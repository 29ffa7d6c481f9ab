"""The four sentences and the verdict of a report, without a page, in both languages."""

from dataclasses import replace
from itertools import product

import pytest
from django.utils import translation

from analytics.loop.figures.shapes import Attained, StandardResult
from analytics.loop.inputs.experiment import WindowProgress
from analytics.loop.inputs.shapes import LockedStandard
from analytics.loop.judging.saying import GuardTold
from analytics.loop.judging.verdicts import SILENT, EffectVerdict, GuardKept
from analytics.loop.measures import Figure, Measure, Metric
from analytics.loop.meeting.four import (
    WaitingProposals,
    at_what_cost,
    did_it_work,
    for_whom,
    four_sentences,
    segments_apart,
    standards_counted,
    what_next,
)
from analytics.loop.meeting.verdicts import GuardRow, why_ruled, word_of
from analytics.loop.subjects import Subject
from core.disclosure import Count
from tests.analytics.loop.meeting.building import effect_of, results_of, silent

NOTHING = "The figures call for no change of the plan."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def good():
    return results_of()


def standard(attained, value=40.0, metric=Metric.RESPONSE_RATE):
    reached = Figure(
        value=value,
        low=value - 1,
        high=value + 1,
        n=100,
        measure=Measure.RESPONSE_RATE,
        level=0.95,
    )
    locked = LockedStandard(metric=metric, direction="ge", target=40.0, weight=1, source="")
    return StandardResult(locked, original=40.0, reached=reached, met=None, attained=attained)


def not_measured():
    one = standard(Attained.CANNOT_SAY, metric=Metric.SATISFACTION)
    return replace(one, reached=Figure.silent(0, Measure.SATISFACTION))


# --- the sentences --------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("verdict", "provisional", "booked", "judged", "waiting"),
    list(product(EffectVerdict, [True, False], [True, False], [True, False], [0, 2])),
)
def test_j2_every_combination_is_four_whole_sentences(
    good, language, verdict, provisional, booked, judged, waiting
):
    found = effect_of(
        good, verdict=verdict, provisional=provisional, progress=WindowProgress(3, 28)
    )
    if verdict in SILENT:
        found = silent(found, verdict)
    total = 900.0 if booked else None
    standards = (standard(Attained.MET), not_measured()) if judged else ()
    found = replace(found, costs=replace(found.costs, total=total), standards=standards)
    with translation.override(language):
        said = four_sentences(found, WaitingProposals(waiting, 1, 0), NOTHING)
    assert len(said) == 4
    end = "." if language == "en" else "。"
    for sentence in said:
        assert "None" not in sentence.text
        assert "%(" not in sentence.text
        if not (waiting == 0 and sentence is said[-1]):
            assert sentence.text.endswith(end)


def test_j2_what_may_still_change_says_so(good):
    provisional = effect_of(good, provisional=True, progress=WindowProgress(3, 28))
    assert did_it_work(provisional).startswith("Provisional, day 3 of 28")
    assert did_it_work(good).startswith("It helped: +")
    with translation.override("zh-hans"):
        assert "暂定" in did_it_work(provisional)
        assert "暂定" in word_of(provisional.judgement)
        assert for_whom(good, is_provisional=True).startswith("暂定")


def test_j2_standards_are_counted_by_five_verdicts(good):
    standards = [
        standard(Attained.MET),
        standard(Attained.MET),
        standard(Attained.ABOUT),
        standard(Attained.MISSED),
        standard(Attained.CANNOT_SAY),
        not_measured(),
    ]
    assert standards_counted(replace(good, standards=tuple(standards))) == (
        "Of 6 standards: 2 met, 1 about met, 1 missed, of 1 nobody can say, 1 not measured."
    )
    assert standards_counted(replace(good, standards=(standard(Attained.MET),))) == (
        "Of 1 standard: 1 met."
    )
    with translation.override("zh-hans"):
        said = standards_counted(replace(good, standards=tuple(standards)))
    assert said.startswith("6 条标准：达成 2 条、大致达成 1 条")
    assert standards_counted(replace(good, standards=())) == (
        "No standard was set before going live."
    )


@pytest.mark.parametrize(("value", "word"), [(0.04, "more"), (-0.04, "less")])
def test_j2_segments_are_named_only_beyond_chance(good, value, word):
    assert segments_apart(good) == "No segment differs from the others beyond chance."
    first, *others = good.segments
    difference = replace(first.difference, value=value, low=value - 0.01, high=value + 0.01)
    first = replace(first, difference=difference)
    gaps = []
    for gap in good.judgement.gaps:
        is_it = gap.subject == Subject.segment(first.pk)
        gaps.append(replace(gap, found=is_it))
    judgement = replace(good.judgement, gaps=tuple(gaps))
    found = replace(good, segments=(first, *others), judgement=judgement)
    assert segments_apart(found) == f"Beyond chance {first.name} responded {word} than the others."
    nothing = replace(good, judgement=replace(good.judgement, gaps=()))
    assert segments_apart(nothing) == "Segments could not be compared."


def test_j2_cost_is_what_was_booked_or_nothing(good):
    each = Figure(
        value=4.5,
        low=4.0,
        high=5.0,
        n=200,
        measure=Measure.COST_PER_RESPONSE,
        level=0.95,
    )
    costs = replace(good.costs, total=900.0, per_response=each, per_outcome=None)
    more = replace(each, value=10.9, measure=Measure.COST_PER_OUTCOME)
    assert at_what_cost(replace(costs, per_outcome=more)) == (
        "It cost ¥900; of what was spent on writing to readers, each further reader with the"
        " outcome took ¥10.90."
    )
    assert at_what_cost(costs) == (
        "It cost ¥900; of what was spent on writing to readers, each response took ¥4.50."
    )
    unknown = replace(costs, per_response=Figure.silent(0, Measure.COST_PER_RESPONSE))
    assert at_what_cost(unknown) == "It cost ¥900; what a response cost cannot be said."
    nothing = replace(costs, total=None)
    assert at_what_cost(nothing) == "No cost was booked, so nobody can say what it cost."


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (WaitingProposals(1, 0, 0), "One proposal for the next round waits for a decision."),
        (
            WaitingProposals(3, 1, 0),
            "3 proposals for the next round wait for a decision."
            " One of them is only to find something out.",
        ),
        (
            WaitingProposals(2, 2, 0),
            "2 proposals for the next round wait for a decision."
            " They are only to find something out.",
        ),
        (WaitingProposals(0, 0, 2), "Everything that was proposed for the next round is decided."),
        (WaitingProposals(0, 0, 0), NOTHING),
    ],
)
def test_j2_the_last_sentence_says_what_waits(waiting, said):
    assert what_next(waiting, NOTHING) == said


# --- the verdict ----------------------------------------------------------------------------------
def guard(kind="complaints", bound=0.5, value=0.1, kept=GuardKept.KEPT, n=1000):
    return GuardTold(kind, bound, value, Count.of(n), kept)


BROKEN = guard("staff_hours", 10.0, 11.0, GuardKept.BROKEN)
UNKNOWN = guard(value=None, kept=GuardKept.CANNOT_SAY, n=0)


@pytest.mark.parametrize(
    ("verdict", "provisional", "guards", "word", "why"),
    [
        (EffectVerdict.GOOD, False, [], "Go on", "The outcome is better; no guardrail was set."),
        (EffectVerdict.GOOD, False, [guard()], "Go on", "The outcome is better, and every"),
        (
            EffectVerdict.GOOD,
            False,
            [UNKNOWN],
            "Open",
            "The outcome is better; nobody can say whether it held: Complaints.",
        ),
        (EffectVerdict.GOOD, False, [BROKEN], "Change it", "Beyond the margin: Hours of staff."),
        (EffectVerdict.GOOD, True, [], "Open (provisional)", "The window is not over"),
        (EffectVerdict.NIL, False, [], "Send less", "Whatever it did is smaller"),
        (EffectVerdict.OPEN, False, [], "Open", "The difference cannot be told from chance"),
        (EffectVerdict.HARMFUL, False, [], "Stop", "Readers who were written to do it less"),
        (
            EffectVerdict.HARMFUL,
            True,
            [],
            "Stop (provisional)",
            "Readers who were written to do it",
        ),
        (EffectVerdict.NO_HOLDOUT, False, [], "Open", "Without a holdout nobody can tell"),
        (EffectVerdict.NOT_RECORDED, False, [], "Open", "What readers did was not recorded"),
        (EffectVerdict.NOT_AS_DRAWN, False, [], "Open", "The groups are no longer as they were"),
        (EffectVerdict.FEW, False, [], "Open", "The groups are too small"),
    ],
)
def test_j2_the_verdict_says_its_word_and_why(good, verdict, provisional, guards, word, why):
    judgement = effect_of(good, verdict=verdict, provisional=provisional).judgement
    judgement = replace(judgement, guards=tuple(guards))
    assert word_of(judgement) == word
    assert why_ruled(judgement).startswith(why)


def test_j2_a_guardrail_prints_its_bound_and_what_became_of_it():
    kept, broken, unknown = map(GuardRow, (guard(), BROKEN, UNKNOWN))
    assert (kept.limit, kept.said, kept.verdict) == ("≤ 0.50 %", "0.10 %", "kept")
    assert (broken.limit, broken.said) == ("≤ 10.0 hours", "11.0 hours")
    assert (unknown.said, unknown.verdict) == ("not measured", "cannot say")
    assert GuardRow(guard(bound=None, kept=GuardKept.CANNOT_SAY)).limit == "–"
    few = GuardRow(guard(value=None, kept=GuardKept.CANNOT_SAY, n=3))
    assert few.said == "not shown"
