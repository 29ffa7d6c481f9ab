"""Proposals: at least four kinds, each with a promise, none where the evidence does not say so."""

import pytest

from analytics.loop.evaluate import evaluate
from analytics.loop.find import Found
from analytics.loop.measures import EffortBasis, Figure, Measure, Metric
from analytics.loop.models import Adjustment, Finding
from analytics.loop.propose import CarriedOutPlan, StandardTarget, propose
from analytics.loop.rules import CURRENT, rule_of
from analytics.loop.subjects import Subject
from tests.analytics import building as make

pytestmark = pytest.mark.django_db
Kind = Adjustment.Kind


@pytest.fixture
def proposed(told):
    return {(a.kind, a.target): a for a in told.adjustments.prefetch_related("findings")}


def of_kind(proposed, kind):
    return [adjustment for (found, _target), adjustment in proposed.items() if found == kind]


def test_a_telling_campaign_brings_all_five_kinds(proposed):
    assert {kind for kind, _target in proposed} == set(Kind.values)


def test_effort_moves_from_the_silent_poster_to_the_loud_stall(proposed):
    shares = {a.target: (a.before, a.after) for a in of_kind(proposed, Kind.CHANNEL_SHARE)}
    assert shares["channel:poster"][1] < 30
    assert shares["channel:stall"][1] > 10
    kept = {"channel:email": 60, "channel:poster": 30, "channel:stall": 10}
    assert (
        sum((kept | {target: after for target, (_before, after) in shares.items()}).values()) == 100
    )


def test_every_proposal_has_a_promise_with_interval_evidence_and_n(proposed):
    assert len(proposed) >= len(Kind)
    for adjustment in proposed.values():
        assert adjustment.expected_low <= adjustment.expected <= adjustment.expected_high, (
            adjustment.target
        )
        assert adjustment.n >= 12
        assert adjustment.findings.count() >= 1
        assert adjustment.before != adjustment.after


def test_the_weak_segment_is_dropped_and_the_strong_unchosen_one_added(proposed):
    assert [a.label["en"] for a in of_kind(proposed, Kind.SEGMENT_DROP)] == ["Weak"]
    assert [a.label["en"] for a in of_kind(proposed, Kind.SEGMENT_ADD)] == ["Unchosen"]


def test_the_hour_that_did_clearly_better_is_proposed(proposed):
    timing = proposed[Kind.TIMING, "send_hour"]
    assert (timing.before, timing.after, timing.n) == (10, 20, 400)


def test_a_target_outside_the_interval_moves_to_its_nearer_end(proposed):
    rate = proposed[Kind.STANDARD, "standard:response_rate"]
    found = rate.findings.get()
    assert rate.before == 40
    assert rate.after == round(found.high, 1) < 40


@pytest.mark.parametrize("metric", list(Metric))
def test_target_of_nothing_or_less_is_proposed_only_where_it_is_a_score(metric):
    reached = Figure(value=-3, low=-5, high=-2, n=900, measure=Measure(metric), level=0.95)
    found = Found(Finding.Kind.STANDARD, Subject.standard(metric), reached)
    plan = CarriedOutPlan(
        shares={},
        efforts={},
        basis=EffortBasis.COST,
        segments=[],
        unchosen_sizes={},
        send_hour=10,
        standards=[StandardTarget(metric, 4, "ge", reached)],
        rule=rule_of(CURRENT),
    )
    targets = [proposal.after for proposal in propose([found], plan, [])]
    assert targets == ([-2] if metric == Metric.NPS else [])
    assert all(metric.takes(target) for target in targets)


def test_a_quiet_campaign_brings_no_proposal():
    made = make.campaign(shares={"email": 50, "poster": 50}, segments=[make.segment("All")])
    make.deliver(make.content(made), 20, responded=4, segments=made.segments.all())

    assert evaluate(made, make.AFTER).adjustments.count() == 0


def test_the_last_segment_is_never_dropped():
    made = make.campaign(segments=[make.segment("Only")])
    letter = make.content(made)
    make.deliver(letter, 300, responded=6, segments=made.segments.all())
    make.deliver(letter, 300, responded=100)

    assert not evaluate(made, make.AFTER).adjustments.filter(kind=Kind.SEGMENT_DROP).exists()


def test_earlier_cycles_count_as_history():
    first = make.campaign(title="First", shares={"email": 50, "poster": 50})
    make.follow(first, "poster", 400)
    make.deliver(make.content(first), 200, responded=20)
    evaluate(first, make.AFTER)
    alone, second = (
        make.campaign(title=t, shares={"email": 50, "poster": 50}) for t in ("Alone", "Second")
    )
    second.previous = first
    second.save()
    for made in (alone, second):
        make.follow(made, "poster", 12)
        make.deliver(make.content(made), 200, responded=10)

    def poster(made):
        found = evaluate(made, make.AFTER).adjustments.filter(target="channel:poster").first()
        return found.after if found else 50

    assert poster(second) > poster(alone)
