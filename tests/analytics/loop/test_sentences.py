"""The sentences of a report, without a page."""

from dataclasses import replace

import pytest
from django.utils import translation

from analytics.loop import storage
from analytics.loop.figures.shapes import Attainment, LiftSilence
from analytics.loop.readings import Readings
from analytics.loop.sentences import (
    attainment_in_words,
    effect_in_words,
    in_figures,
    reach_in_words,
    standards_in_words,
    summary,
    why_no_effect,
)
from analytics.loop.verify import tally
from core.disclosure import Count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def results(told):
    return storage.results_as_told(told.results)


def without_effect(results, why: LiftSilence):
    silent = {"value": None, "low": None, "high": None, "level": None}
    return replace(results, judgement=None, lift=replace(results.lift, why=why, **silent))


@pytest.mark.parametrize(
    ("reached", "rate", "said"),
    [
        (1100, 0.125, "1,100 readers were reached, 12.5 % of them responded."),
        (1100, None, "1,100 readers were reached, how many responded cannot be said."),
        (3, 0.125, "Fewer than five readers were reached, 12.5 % of them responded."),
        (3, None, "Fewer than five readers were reached, how many responded cannot be said."),
    ],
)
def test_readers_reached_are_told_with_the_part_that_responded(results, reached, rate, said):
    response = replace(results.response, value=rate)
    readings = Readings(replace(results, reached=Count.of(reached), response=response))
    assert reach_in_words(readings) == said


def of_version_0_3(results, **lift):
    """The results as a version states them that concluded by the plain interval."""
    return replace(results, judgement=None, lift=replace(results.lift, **lift))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.3, "Against the holdout the campaign made a difference of +12.7 points."),
        (-0.3, -0.01, "Against the holdout there were fewer outcomes: +12.7 points."),
        (-0.1, 0.3, "Against the holdout no difference can be told from chance."),
    ],
)
def test_effect_is_told_by_its_interval(results, low, high, said):
    told = of_version_0_3(results, value=0.127, low=low, high=high)
    assert effect_in_words(told) == said


def test_effect_of_small_groups_is_not_judged(results):
    said = "The two groups are too small to judge the difference between them."
    assert effect_in_words(of_version_0_3(results, held_out=Count.of(3))) == said


@pytest.mark.parametrize(
    ("why", "said", "instead"),
    [
        (
            LiftSilence.NO_HOLDOUT,
            "Without a holdout nobody can tell cause from coincidence.",
            "No reader was held out at random, so nobody can tell cause from coincidence. Set a"
            " holdout share in the next plan.",
        ),
        (
            LiftSilence.NOT_RECORDED,
            "What readers did was not recorded on all days, so no effect is measured.",
            "What readers did was not recorded on all days, so no effect is measured.",
        ),
        (
            LiftSilence.FEW,
            "The holdout is too small to tell cause from coincidence.",
            "Too few readers in one of the two groups: nothing can be said about the effect.",
        ),
    ],
)
def test_effect_that_is_not_stated_says_why(results, why, said, instead):
    silent = without_effect(results, why)
    assert (effect_in_words(silent), why_no_effect(silent)) == (said, instead)


def test_standards_are_told_by_number_and_by_weight(results):
    attainment = Attainment(met=2, judged=3, locked=4, weighted=0.6)
    told = replace(results, attainment=attainment)
    assert standards_in_words(told) == "2 of 3 standards that could be judged were met."
    assert attainment_in_words(told) == "Met 2 of 3 judged, 4 set; by weight 60 %."
    none = Attainment(met=0, judged=0, locked=4, weighted=None)
    assert standards_in_words(replace(results, attainment=none)) == "No standard could be judged."


@pytest.mark.parametrize(
    ("waiting", "said"),
    [(1, "One proposal for the next round waits"), (3, "3 proposals for the next round wait")],
)
def test_summary_ends_with_the_proposals_that_wait(results, waiting, said):
    *_others, last = summary(Readings(results), waiting)
    assert (last.link, last.after, last.href) == (said, ".", "#adjustments")


def test_summary_is_whole_sentences_in_both_languages(results):
    for language, stop in (("en", "."), ("zh-hans", "。")):
        with translation.override(language):
            said = [str(sentence) for sentence in summary(Readings(results), 0)]
            assert len(said) == 3
            assert {sentence[-1] for sentence in said} == {stop}


def test_summary_of_a_running_campaign_begins_with_that_it_is_provisional(results):
    first, *others = summary(Readings(results, is_provisional=True), 0)
    said = "Provisional: the campaign runs until 31 Mar 2026, so its figures may still move."
    assert (first, len(others)) == (said, 3)
    endless = replace(results, period=replace(results.period, end=None))
    first, *_others = summary(Readings(endless, is_provisional=True), 0)
    assert first.startswith("Provisional: the campaign has no last day yet")


def test_evaluation_in_figures_says_the_effect_or_why_there_is_none(results, told):
    record = tally(told.adjustments.all())

    def figures(results) -> dict[str, str]:
        found = in_figures(Readings(results), record)
        return {one.measure.key: str(one) for one in found}

    told_figures = figures(results)
    assert told_figures["evaluation.reach"] == "1,100"
    assert told_figures["evaluation.lift"] == "+12.7 points"
    assert told_figures["loop.proposed"] == str(record.proposed)
    assert told_figures["loop.waiting"] == str(record.waiting)
    few, none = LiftSilence.FEW, LiftSilence.NO_HOLDOUT
    assert figures(without_effect(results, few))["evaluation.lift"] == "cannot say"
    assert figures(without_effect(results, none))["evaluation.lift"] == "not measured"
