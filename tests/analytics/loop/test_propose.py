"""Proposals: the effect first, each with its evidence, none where it does not say so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.figures.shapes import Attained, StandardResult
from analytics.loop.find import find
from analytics.loop.formulas import compute
from analytics.loop.inputs.shapes import LockedStandard
from analytics.loop.judging.shapes import Guard
from analytics.loop.judging.verdicts import EffectVerdict, GuardKept
from analytics.loop.measures import Figure, Measure, Metric
from analytics.loop.models import Adjustment
from analytics.loop.proposing import Case, propose, proposes
from analytics.loop.proposing.channels import within_group
from analytics.loop.proposing.promises import shrunk_difference
from analytics.loop.proposing.registry import REGISTRY
from analytics.loop.proposing.standards import nearer_end
from analytics.worlds.concluding import conclude
from analytics.worlds.readers import Truth, play
from campaigns.plan.models import Campaign
from core.estimates import Estimate
from tests.analytics import building as make

Kind = Adjustment.Kind


def kinds(proposals):
    return [str(proposal.kind) for proposal in proposals]


def case_of(truth, seed=1, **changes):
    inputs = play(truth, seed)
    results = compute(inputs)
    return replace(Case.of(inputs, results, find(results)), **changes)


# --- a whole campaign -----------------------------------------------------------------------------
@pytest.fixture
def proposed(told):
    return {(a.kind, a.target): a for a in told.adjustments.prefetch_related("findings")}


@pytest.mark.django_db
def test_a_telling_campaign_moves_open_channels_and_segments(proposed):
    assert {kind for kind, _target in proposed} == {"channel_share", "segment_add", "segment_drop"}


@pytest.mark.django_db
def test_effort_moves_from_the_silent_poster_to_the_loud_stall_and_mail_keeps_its_share(proposed):
    shares = {a.target: (a.before, a.after) for a in proposed.values() if a.kind == "channel_share"}
    assert set(shares) == {"channel:poster", "channel:stall"}
    assert shares["channel:poster"][1] < 30
    assert shares["channel:stall"][1] > 10
    assert sum(after for _before, after in shares.values()) == 40


@pytest.mark.django_db
def test_every_proposal_has_a_promise_with_interval_evidence_and_n(proposed):
    for adjustment in proposed.values():
        assert adjustment.expected_low <= adjustment.expected <= adjustment.expected_high
        assert adjustment.n >= 12
        assert adjustment.findings.count() >= 1
        assert adjustment.before != adjustment.after


@pytest.mark.django_db
def test_the_weak_segment_is_dropped_and_the_strong_unchosen_one_added(proposed):
    labels = {kind: a.label["en"] for (kind, _target), a in proposed.items() if a.label}
    assert labels[Kind.SEGMENT_DROP] == "Weak"
    assert labels[Kind.SEGMENT_ADD] == "Unchosen"


@pytest.mark.django_db
def test_j2_an_hour_that_nobody_was_drawn_to_moves_nothing(proposed):
    assert not any(kind == Kind.TIMING for kind, _target in proposed)


@pytest.mark.django_db
def test_a_quiet_campaign_brings_no_proposal():
    made = make.campaign(shares={"email": 50, "poster": 50}, segments=[make.segment("All")])
    make.deliver(make.content(made), 20, responded=4, segments=made.segments.all())

    assert evaluate(made, make.AFTER).adjustments.count() == 0


@pytest.mark.django_db
def test_the_last_segment_is_never_dropped():
    made = make.campaign(segments=[make.segment("Only")])
    letter = make.content(made)
    make.deliver(letter, 300, responded=6, segments=made.segments.all())
    make.deliver(letter, 300, responded=100)

    assert not evaluate(made, make.AFTER).adjustments.filter(kind=Kind.SEGMENT_DROP).exists()


@pytest.mark.django_db
def test_a_missed_target_is_missed_and_stays(told):
    missed = [row for row in told.results["standards"] if row["attained"] == "missed"]
    assert [row["metric"] for row in missed] == ["response_rate"]
    assert not told.adjustments.filter(kind=Kind.STANDARD).exists()


@pytest.mark.django_db
def test_a_target_that_stood_for_a_year_may_be_recalibrated():
    first = make.campaign(title="First", standards=[("response_rate", "ge", 40)])
    # The same target a year before.
    Campaign.objects.filter(pk=first.pk).update(starts_on=first.starts_on - timedelta(days=400))
    second = make.campaign(standards=[("response_rate", "ge", 40)], previous=first)
    make.deliver(make.content(second), 400, responded=60)

    told = evaluate(second, make.AFTER)

    rate = told.adjustments.get(kind=Kind.STANDARD)
    found = rate.findings.get()
    assert rate.target == "standard:response_rate"
    assert rate.after == round(found.high, 1) < rate.before == 40
    assert rate.expected is None


# --- the effect first -----------------------------------------------------------------------------
def test_j2_what_harms_is_stopped_and_nothing_else_is_proposed():
    told = conclude(
        play(Truth(effect=-0.18, segment_effects=(0.0,) * 10 + (0.3,), open_rates=(1, 3)), 2)
    )
    assert told.verdict == EffectVerdict.HARMFUL
    assert kinds(told.proposals) == ["stop"]
    (stop,) = told.proposals
    assert (stop.before, stop.after) == (True, False)
    # Without it those readers do what the held out ones do: about 18 points more.
    assert 0.1 < stop.promise.low < stop.promise.value < stop.promise.high < 0.25


def test_j2_harm_stops_a_campaign_before_its_end():
    told = conclude(play(Truth(effect=-0.18, day=7), 2))
    assert kinds(told.proposals) == ["stop"]
    assert told.results.judgement.effect.provisional


def test_j2_nothing_but_harm_is_concluded_before_the_end():
    truth = Truth(effect=0.1, segment_effects=(0.0,) * 10 + (0.3,), open_rates=(1, 3), day=7)
    assert conclude(play(truth, 2)).proposals == []


def test_j2_what_is_worth_nothing_goes_to_fewer_readers():
    told = conclude(play(Truth(readers=40_000, effect=0.0, smallest=0.05), 2))
    assert told.verdict == EffectVerdict.NIL
    assert kinds(told.proposals) == ["reduce"]
    assert (told.proposals[0].before, told.proposals[0].after) == (20, 50)


def test_j2_what_the_effect_leaves_open_is_arranged_and_not_enlarged():
    truth = Truth(
        effect=0.02, segment_effects=(0.0,) * 10 + (0.3,), open_rates=(1, 3), smallest=0.045
    )
    told = conclude(play(truth, 1))
    assert told.verdict == EffectVerdict.OPEN
    assert set(kinds(told.proposals)) == {"channel_share", "learn"}


def test_j2_what_helps_is_extended():
    told = conclude(play(Truth(effect=0.12, segment_effects=(0.0,) * 10 + (0.3,)), 2))
    assert told.verdict == EffectVerdict.GOOD
    (add,) = told.proposals
    assert add.kind == Kind.SEGMENT_ADD
    assert add.promise.measure == Measure.AUDIENCE_DIFFERENCE
    assert add.promise.low < add.promise.value < add.promise.high


def test_j2_nothing_is_extended_that_broke_a_guardrail():
    case = case_of(Truth(effect=0.12, segment_effects=(0.0,) * 10 + (0.3,)), 2)
    broken = Guard("complaints", 0.1, None, 0.4, GuardKept.BROKEN)

    assert kinds(propose(case)) == ["segment_add"]
    assert propose(replace(case, judgement=replace(case.judgement, guards=(broken,)))) == []


def test_j12_a_holdout_that_could_not_show_it_is_made_larger():
    told = conclude(play(Truth(holdout_percent=5, smallest=0.05), 4))
    (learn,) = told.proposals
    assert (learn.kind, learn.before) == (Kind.LEARN, 5)
    assert 20 <= learn.after <= 35
    # Nothing is promised but that it will be seen.
    assert not learn.promise.says
    enough = Truth(effect=0.03, holdout_percent=40, smallest=0.05)
    assert conclude(play(enough, 4)).verdict == EffectVerdict.OPEN
    assert conclude(play(enough, 4)).proposals == []


def test_j2_the_arm_that_did_best_is_gone_on_with():
    told = conclude(play(Truth(arm_effects=(0.12,)), 1))
    (arm,) = told.proposals
    assert (arm.kind, arm.before, arm.after) == (Kind.CONTENT_ARM, "A", "B")
    assert arm.promise.low < 0.12 < arm.promise.high


@pytest.mark.parametrize(
    ("measured", "promised"),
    [
        # What looked best did so partly by luck: as far as it may be chance, it is drawn to zero.
        (0.03, 0.0152),
        (0.05, 0.0411),
        (0.18, 0.1775),
    ],
)
def test_j2_a_promise_is_drawn_towards_zero(measured, promised):
    error = 0.02108
    reach = 1.959964 * error
    estimate = Estimate(measured, measured - reach, measured + reach, 3000)

    promise = shrunk_difference(estimate, spread=0.02)

    assert promise.value == pytest.approx(promised, abs=2e-4)
    # Both that were measured err: wider than what was measured once.
    assert promise.high - promise.low > 1.2 * 2 * 1.645 * error


# --- parts ----------------------------------------------------------------------------------------
def test_every_kind_has_one_proposer():
    case_of(Truth(readers=60))
    registered = [kind for one in REGISTRY for kind in one.kinds]
    assert len(registered) == len(set(registered))
    with pytest.raises(ValueError, match="STOP"):
        proposes(Kind.STOP, rank=0)(lambda case: iter(()))


def test_shares_move_within_their_group():
    planned = {"email": 60, "poster": 30, "stall": 10}
    assert within_group({"poster": 50, "stall": 50}, planned) == {
        "email": 60,
        "poster": 20,
        "stall": 20,
    }


@pytest.mark.parametrize("metric", list(Metric))
def test_target_of_nothing_or_less_is_proposed_only_where_it_is_a_score(metric):
    reached = Figure(value=-3, low=-5, high=-2, n=900, measure=Measure(metric), level=0.95)
    standard = LockedStandard(metric, "ge", 4, 1, "")
    after = nearer_end(StandardResult(standard, 4, reached, False, Attained.MISSED), metric)
    assert after == (-2 if metric == Metric.NPS else None)


@pytest.mark.django_db
def test_earlier_cycles_count_as_history():
    plan = {"email": 20, "poster": 40, "stall": 40}
    first = make.campaign(title="First", shares=plan)
    make.follow(first, "poster", 400)
    make.follow(first, "stall", 40)
    make.deliver(make.content(first), 200, responded=20)
    evaluate(first, make.AFTER)
    alone, second = (make.campaign(title=title, shares=plan) for title in ("Alone", "Second"))
    second.previous = first
    second.save()
    for made in (alone, second):
        make.follow(made, "poster", 60)
        make.follow(made, "stall", 20)
        make.deliver(make.content(made), 200, responded=10)

    def poster(evaluation):
        return evaluation.adjustments.get(target="channel:poster").after

    of_line, of_one = (evaluate(made, make.AFTER) for made in (second, alone))
    assert poster(of_line) > poster(of_one)
    assert len(of_line.inputs["context"]["earlier"]) == 1
    assert recompute(of_line) == of_line.results
    # Nothing is proposed of a channel of which the report says that it does not differ.
    for told in (of_line, of_one):
        gaps = {one["subject"]: one["found"] for one in told.results["judgement"]["gaps"]}
        moved = told.adjustments.filter(kind="channel_share").values_list("target", flat=True)
        assert all(gaps[target] for target in moved)
