"""What was refused, in the light of the next campaign of its line."""

from dataclasses import replace
from functools import cache

import pytest
from django.urls import reverse

from analytics.loop import formulas, storage
from analytics.loop.checking.calibration import Hindsight
from analytics.loop.checking.refused import refusals
from analytics.loop.judging.saying import GapTold
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure, Measure
from analytics.loop.subjects import Subject
from analytics.worlds.readers import Truth, play
from tests.analytics.loop.checking.building import Kind, State, decided, next_plan
from tests.analytics.pages import plain_text
from tests.factories import AdjustmentFactory, FindingFactory

pytestmark = pytest.mark.django_db
HELPED, RIGHT, UNKNOWN = Hindsight.HELPED, Hindsight.RIGHT, Hindsight.UNKNOWN
SEGMENT = Subject.segment(1)


@cache
def results_once():
    return formulas.compute(play(Truth(readers=600), 1))


def results_with(*gaps, verdict=EffectVerdict.OPEN, provisional=False):
    results = results_once()
    effect = replace(results.judgement.effect, verdict=verdict, provisional=provisional)
    judgement = replace(results.judgement, effect=effect, gaps=gaps)
    return storage.results_to_json(replace(results, judgement=judgement))


def refused(*gaps, kind=Kind.SEGMENT_ADD, target="segment:1", difference=None, **fields):
    """What the next campaign says of one refused proposal."""
    told = {key: fields.pop(key) for key in ("verdict", "provisional") if key in fields}
    before, after = next_plan(results=results_with(*gaps, **told))
    row = AdjustmentFactory(
        evaluation=before, kind=kind, target=target, state=State.REFUSED, **fields
    )
    decided(row, "refuse")
    if difference is not None:
        name = f"gap:{target}"
        FindingFactory(evaluation=after, kind="segment", subject=name, value=difference)
    return row


def hindsight(row) -> Hindsight:
    (found,) = refusals([row])
    return found.hindsight


def gap(subject=SEGMENT, *, found=True, figure=None):
    return GapTold(subject, found=found, randomised=figure is not None, figure=figure)


@pytest.mark.parametrize(
    ("kind", "difference", "said"),
    [
        (Kind.SEGMENT_ADD, 0.08, HELPED),
        (Kind.SEGMENT_ADD, -0.08, RIGHT),
        (Kind.SEGMENT_DROP, -0.08, HELPED),
        (Kind.SEGMENT_DROP, 0.08, RIGHT),
        (Kind.SEGMENT_ADD, None, UNKNOWN),
    ],
)
def test_j12_a_gap_found_again_says_whether_it_would_have_helped(kind, difference, said):
    assert hindsight(refused(gap(), kind=kind, difference=difference)) == said


def test_j12_a_gap_that_is_not_found_again_says_nothing():
    assert hindsight(refused(gap(found=False), difference=0.08)) == UNKNOWN
    assert hindsight(refused(difference=0.08)) == UNKNOWN
    assert hindsight(refused(gap(Subject.segment(2)), difference=0.08)) == UNKNOWN


def test_j12_before_the_end_nothing_is_said():
    assert hindsight(refused(gap(), difference=0.08, provisional=True)) == UNKNOWN


def test_j12_an_arm_of_the_next_round_is_another_mail_under_the_same_letter():
    figure = Figure(
        value=0.05, low=0.02, high=0.08, n=900, measure=Measure.OUTCOME_DIFFERENCE, level=0.95
    )
    arm = gap(Subject.arm("B"), figure=figure)
    assert hindsight(refused(arm, kind=Kind.CONTENT_ARM, target="arm:B")) == UNKNOWN


@pytest.mark.parametrize(("difference", "said"), [(0.08, HELPED), (-0.08, RIGHT)])
def test_j12_an_hour_that_was_mailed_at_again(difference, said):
    again = gap(Subject.hour(20))
    row = refused(again, kind=Kind.TIMING, target="send_hour", before=10, after=20)
    (evaluation,) = row.evaluation.campaign.next.evaluations.all()
    FindingFactory(evaluation=evaluation, kind="timing", subject="gap:hour:20", value=difference)
    assert hindsight(row) == said


@cache
def results_of_a_good_stall():
    """The stall is followed six times as often as the poster, and both are open to everybody."""
    return formulas.compute(play(Truth(open_rates=(1.0, 6.0)), 1))


@pytest.mark.parametrize(
    ("channel", "after", "said"),
    [("stall", 40, HELPED), ("stall", 20, RIGHT), ("poster", 40, RIGHT), ("poster", 20, HELPED)],
)
def test_j12_a_share_of_a_channel_that_differs_again(channel, after, said):
    results = storage.results_to_json(results_of_a_good_stall())
    before, _after = next_plan(results=results)
    target = f"channel:{channel}"
    row = AdjustmentFactory(
        evaluation=before,
        kind=Kind.CHANNEL_SHARE,
        target=target,
        state=State.REFUSED,
        before=30,
        after=after,
    )
    assert hindsight(row) == said


def test_j12_the_page_opens_where_a_refused_share_was_seen_again(desk):
    before, _after = next_plan(results=storage.results_to_json(results_of_a_good_stall()))
    row = AdjustmentFactory(
        evaluation=before,
        kind=Kind.CHANNEL_SHARE,
        target="channel:stall",
        state=State.REFUSED,
        before=30,
        after=40,
    )
    decided(row, "refuse")
    page = plain_text(desk.get(reverse("analytics:calibration")))
    assert "Refused proposals: 1. Seen again: 1; 1 would have helped." in page


@pytest.mark.parametrize(
    ("kind", "verdict", "said"),
    [
        (Kind.STOP, EffectVerdict.HARMFUL, HELPED),
        (Kind.STOP, EffectVerdict.GOOD, RIGHT),
        (Kind.STOP, EffectVerdict.OPEN, UNKNOWN),
        (Kind.REDUCE, EffectVerdict.NIL, HELPED),
        (Kind.REDUCE, EffectVerdict.GOOD, RIGHT),
    ],
)
def test_j12_what_follows_from_the_effect_is_seen_in_the_next_effect(kind, verdict, said):
    assert hindsight(refused(kind=kind, target="campaign", verdict=verdict)) == said


def test_j12_targets_and_what_was_to_be_found_out_are_no_misses():
    rows = [refused(kind=kind, target="holdout") for kind in (Kind.STANDARD, Kind.LEARN)]
    assert refusals(rows) == []


def test_j12_the_page_quotes_the_reason_and_how_it_is_known(desk):
    row = refused(gap(), difference=0.08)
    page = plain_text(desk.get(reverse("analytics:calibration")))
    assert "Refused proposals: 1. Seen again: 1; 1 would have helped." in page
    assert "“Nobody answers at night”" in page
    assert "would have helped" in page
    assert "only observed: readers were not drawn" in page
    assert row.get_absolute_url() in page


def test_j12_what_was_not_seen_again_is_not_judged(desk):
    refused(difference=0.08)
    page = plain_text(desk.get(reverse("analytics:calibration")))
    assert "nobody can say yet whether they would have helped" in page
    assert "None of them has been seen again yet." in page
