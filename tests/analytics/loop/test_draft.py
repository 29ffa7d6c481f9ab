"""The loop closes.

Agreed adjustments stand in the next plan, and the next evaluation says whether they held.
"""

import pytest

from analytics.loop import verify
from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment
from campaigns.plan.models import Campaign, Channel
from core.refusals import Refused
from tests.analytics import building as make
from tests.factories import AdjustmentFactory

pytestmark = pytest.mark.django_db
Kind = Adjustment.Kind


def accept_all(evaluation, manager):
    for adjustment in evaluation.adjustments.waiting():
        decide(adjustment=adjustment, verdict="accept", by=manager)


@pytest.fixture
def told(told):
    """With an hour and a target as well, which evaluations of 0.3 proposed: agreed to, they enter
    the next plan and are seen again as all others.
    """
    for proposed in (
        {
            "kind": Kind.TIMING,
            "target": "send_hour",
            "before": 10,
            "after": 20,
            "measure": "hour_response",
            "expected": 0.35,
            "expected_low": 0.3,
            "expected_high": 0.4,
        },
        {
            "kind": Kind.STANDARD,
            "target": "standard:response_rate",
            "before": 40,
            "after": 21.1,
            "measure": "response_rate",
            "expected": 18.7,
            "expected_low": 16,
            "expected_high": 21.5,
        },
    ):
        AdjustmentFactory(evaluation=told, expected_level=0.9, n=400, **proposed)
    return told


def shares(campaign):
    return {
        plan.channel.code: plan.share for plan in campaign.channel_plans.select_related("channel")
    }


def test_every_accepted_adjustment_stands_in_the_next_plan(told, manager):
    accept_all(told, manager)
    proposed = {a.target: a.after for a in told.adjustments.all()}

    draft = draft_next(campaign=told.campaign, by=manager)

    assert (draft.previous, draft.phase, draft.send_hour) == (told.campaign, "prepare", 20)
    # Mail is no open channel: it keeps its share.
    assert shares(draft) == {
        "email": 60,
        "poster": proposed["channel:poster"],
        "stall": proposed["channel:stall"],
    }
    assert set(draft.segments.values_list("name", flat=True)) == {"Strong", "Unchosen"}
    assert (
        float(draft.standards.get(metric="response_rate").target)
        == proposed["standard:response_rate"]
    )
    assert draft.adjustments_applied.count() == told.adjustments.count()


def test_refused_and_undecided_ones_leave_the_plan_as_it_was(told, manager):
    timing = told.adjustments.get(kind=Kind.TIMING)
    decide(adjustment=timing, verdict="refuse", reason="The desk is closed then", by=manager)

    draft = draft_next(campaign=told.campaign, by=manager)

    assert (draft.send_hour, shares(draft)) == (10, {"email": 60, "poster": 30, "stall": 10})
    assert draft.adjustments_applied.count() == 0


def test_a_changed_share_is_used_and_the_undecided_channels_share_the_rest(told, manager):
    poster = told.adjustments.get(target="channel:poster")
    decide(adjustment=poster, verdict="change", value=16, reason="Posters are printed", by=manager)

    assert shares(draft_next(campaign=told.campaign, by=manager)) == {
        "email": 72,
        "poster": 16,
        "stall": 12,
    }


def test_drafting_twice_gives_one_draft_and_later_decisions_are_added(told, manager):
    first = draft_next(campaign=told.campaign, by=manager)
    accept_all(told, manager)

    second = draft_next(campaign=told.campaign, by=manager)

    assert first == second
    assert second.send_hour == 20
    assert Campaign.objects.filter(previous=told.campaign).count() == 1


def test_nothing_is_drafted_without_an_evaluation(manager):
    with pytest.raises(Refused):
        draft_next(campaign=make.campaign(), by=manager)


def test_decisions_after_the_next_campaign_went_live_do_not_touch_it(told, manager):
    draft = draft_next(campaign=told.campaign, by=manager)
    Campaign.objects.filter(pk=draft.pk).update(
        locked_at=make.AFTER, locked_by=manager, phase="performance"
    )
    accept_all(told, manager)

    with pytest.raises(Refused):
        draft_next(campaign=told.campaign, by=manager)
    draft.refresh_from_db()
    assert draft.send_hour == 10


def second_cycle(told, manager):
    """The drafted campaign, run at the agreed hour.

    150 of 400 respond at 20:00, 20 of 400 in the morning.
    """
    draft = make.go_live(draft_next(campaign=told.campaign, by=manager))
    letter = make.content(draft)
    make.deliver(letter, 400, responded=150, hour=20, segments=draft.segments.all())
    make.deliver(letter, 400, responded=20, hour=10, segments=draft.segments.all())
    make.follow(draft, "poster", 20)
    for channel, amount in (("email", 1800), ("poster", 900), ("stall", 300)):
        make.pay(draft, amount, channel=channel)
    return draft


def test_the_next_evaluation_measures_every_accepted_promise(told, manager):
    accept_all(told, manager)
    evaluation = evaluate(second_cycle(told, manager), make.AFTER)

    timing = told.adjustments.get(kind=Kind.TIMING)
    # 150 of them; beside what other pages say the report is in twenties.
    assert evaluation.results["rounded_to"] == 20
    assert (timing.observed, timing.observed_n, timing.observed_in) == (160 / 400, 400, evaluation)
    assert timing.observed_low < timing.observed < timing.observed_high
    assert (timing.covered, timing.came_true) == (True, True)


def test_what_cannot_be_seen_again_stays_without_a_verdict(told, manager):
    accept_all(told, manager)
    evaluate(second_cycle(told, manager), make.AFTER)

    stall = told.adjustments.get(
        target="channel:stall"
    )  # no link of the stall was placed this time
    assert (stall.observed, stall.came_true) == (None, None)


def test_j12_a_line_against_itself_counts_as_no_check(told, manager):
    accept_all(told, manager)
    evaluate(second_cycle(told, manager), make.AFTER)

    # Measured again, but nothing went on as before: what came may have come anyway.
    assert any(one.covered is not None for one in told.adjustments.all())
    record = verify.tally(told.adjustments.all())
    assert (record.accepted, record.checks) == (told.adjustments.count(), 0)


def test_a_changed_proposal_is_not_held_to_its_promise(told, manager):
    timing = told.adjustments.get(kind=Kind.TIMING)
    decide(
        adjustment=timing, verdict="change", value=20, reason="As proposed, but ours", by=manager
    )
    evaluate(second_cycle(told, manager), make.AFTER)

    timing.refresh_from_db()
    assert timing.observed is not None
    assert verify.tally(told.adjustments.all()).checks == 0


def test_a_channel_removed_from_the_draft_does_not_stop_the_others(told, manager):
    draft = draft_next(campaign=told.campaign, by=manager)
    draft.channel_plans.filter(channel=Channel.objects.get(code="stall")).delete()
    accept_all(told, manager)

    draft_next(campaign=told.campaign, by=manager)

    assert sum(shares(draft).values()) == 100
    assert "stall" not in shares(draft)
