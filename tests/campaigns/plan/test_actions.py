"""The verbs of a room: sequence, locks, budget, closing, the next round."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.plan.actions import (
    add_need,
    add_segment,
    advance,
    amend_standard,
    book_cost,
    change_budget,
    close,
    create_campaign,
    draft_from,
    remove_part,
    set_channel_share,
    set_match,
    set_mix,
    set_send_hour,
    set_standard,
    update_campaign,
)
from campaigns.plan.chronicle import chronicle
from campaigns.plan.models import Campaign, Match, PhaseMove, Standard
from core.refusals import Refused
from crm.staff.models import AuditEvent
from tests.campaigns.building import Phase, channel, complete, taken_to
from tests.factories import (
    CampaignFactory,
    EvaluationFactory,
    SegmentFactory,
    UserFactory,
)


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian", display_name="Zhou")


@pytest.fixture
def manager(db):
    return UserFactory(role="manager")


# --- B11: a sequence ------------------------------------------------------------------------------
def test_b11_phases_are_walked_one_by_one_and_each_step_is_logged(librarian):
    before = timezone.now()
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    rows = PhaseMove.objects.filter(campaign=campaign)
    times = [before, *rows.values_list("at", flat=True), timezone.now()]
    assert times == sorted(times)
    assert list(rows.values_list("before", "after", "by")) == [
        ("prepare", "strategy", librarian.pk),
        ("strategy", "tactics", librarian.pk),
        ("tactics", "performance", librarian.pk),
    ]
    assert (campaign.locked_by, campaign.locked_at is not None) == (librarian, True)


@pytest.mark.parametrize("ahead", [Phase.STRATEGY, Phase.TACTICS, Phase.PERFORMANCE])
def test_b11_no_phase_is_skipped(librarian, ahead):
    campaign = complete(librarian)

    with pytest.raises(Refused):
        advance(campaign=campaign, leaving=ahead, by=librarian)

    campaign.refresh_from_db()
    assert (campaign.phase, campaign.moves.count()) == ("prepare", 0)


def test_a_shut_gate_is_refused_and_named(librarian):
    campaign = create_campaign(title="Empty", by=librarian)

    with pytest.raises(Refused, match="需求"):
        advance(campaign=campaign, leaving=campaign.phase, by=librarian)

    campaign.refresh_from_db()
    assert (campaign.phase, campaign.moves.count()) == ("prepare", 0)


@pytest.mark.parametrize(
    ("missing", "named"), [("purpose", "宗旨"), ("goal", "目标"), ("task", "任务")]
)
def test_a1_campaign_without_purpose_goal_or_task_cannot_leave_strategy(librarian, missing, named):
    campaign = taken_to(Phase.STRATEGY, librarian)
    if missing == "purpose":
        update_campaign(campaign=campaign, purpose=" ", by=librarian)
    else:
        rows = campaign.goals if missing == "goal" else campaign.tasks
        remove_part(part=rows.get(), by=librarian)

    with pytest.raises(Refused, match=named):
        advance(campaign=campaign, leaving=Phase.STRATEGY, by=librarian)

    campaign.refresh_from_db()
    assert campaign.phase == Phase.STRATEGY


def test_c4_campaign_without_a_channel_cannot_leave_strategy(librarian):
    campaign = taken_to(Phase.STRATEGY, librarian)
    set_mix(campaign=campaign, rows=[], by=librarian)

    with pytest.raises(Refused, match="渠道"):
        advance(campaign=campaign, leaving=Phase.STRATEGY, by=librarian)


def test_performance_is_the_last_step(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    with pytest.raises(Refused):
        advance(campaign=campaign, leaving=campaign.phase, by=librarian)


def test_database_refuses_a_live_campaign_that_is_not_locked(librarian):
    campaign = CampaignFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(phase="performance")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_advancing_at_once_one_wins():
    people = [UserFactory(role="librarian"), UserFactory(role="librarian")]
    campaign = complete(people[0])
    start, outcomes = threading.Barrier(2), []

    def press(person):
        mine = Campaign.objects.get(pk=campaign.pk)
        start.wait()
        try:
            outcomes.append(advance(campaign=mine, leaving=mine.phase, by=person).phase)
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    campaign.refresh_from_db()
    assert campaign.phase == "strategy"
    assert sorted(outcome == "strategy" for outcome in outcomes) == [False, True]
    assert PhaseMove.objects.filter(campaign=campaign).count() == 1


# --- B7: locked standards -------------------------------------------------------------------------
def test_b7_target_cannot_be_edited_after_go_live(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    with pytest.raises(Refused, match="Zhou"):
        set_standard(campaign=campaign, metric="reach", target=Decimal(1), by=librarian)

    assert campaign.standards.get().target == 100


def test_database_keeps_locked_standards_from_every_other_hand(librarian):
    """B7, by a trigger: bulk updates, deletes and late additions too."""
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    standards = Standard.objects.filter(campaign=campaign)

    for attempt in (
        lambda: standards.update(target=1),
        lambda: standards.update(weight=9),
        lambda: standards.delete(),
        lambda: Standard.objects.create(campaign=campaign, metric="nps", target=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert list(standards.values_list("metric", "target", "weight")) == [("reach", 100, 1)]


def test_b7_amendment_moves_the_target_and_keeps_the_old_one_with_its_reason(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    amendment = amend_standard(
        standard=campaign.standards.get(),
        target=Decimal(80),
        reason="Two campuses were closed",
        by=librarian,
    )

    standard = campaign.standards.get()
    assert (standard.target, amendment.before, amendment.after) == (80, 100, 80)
    assert (amendment.by, amendment.reason) == (librarian, "Two campuses were closed")
    assert (
        AuditEvent.objects.filter(action="campaign.amend", object_id=str(campaign.pk)).count() == 1
    )


def test_amended_target_stands_in_the_chronicle_as_on_every_page(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    amend_standard(
        standard=campaign.standards.get(), target=Decimal("2500.50"), reason="More", by=librarian
    )

    (entry,) = [entry for entry in chronicle(campaign) if entry.amends]
    assert entry.text.endswith("100 → 2,500.5")


@pytest.mark.parametrize(("target", "reason"), [(100, "same"), (80, "  ")])
def test_amendment_without_change_or_reason_is_refused(librarian, target, reason):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    with pytest.raises(Refused):
        amend_standard(
            standard=campaign.standards.get(), target=Decimal(target), reason=reason, by=librarian
        )


def test_amendment_moves_no_target_below_what_its_metric_takes(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    with pytest.raises(Refused):
        amend_standard(
            standard=campaign.standards.get(), target=Decimal(-1), reason="Less", by=librarian
        )


def test_refusal_of_a_locked_plan_names_the_local_day(librarian):
    campaign = complete(librarian)
    # Half past midnight in Shanghai, still the day before in Greenwich.
    Campaign.objects.filter(pk=campaign.pk).update(
        phase=Phase.PERFORMANCE,
        locked_at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
        locked_by=librarian,
    )
    with pytest.raises(Refused, match="2026-03-02"):
        set_mix(campaign=campaign, rows=[], by=librarian)


def test_nothing_of_the_plan_changes_after_go_live(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    email, segment = channel("email"), SegmentFactory()

    for attempt in (
        lambda: update_campaign(campaign=campaign, title="Another", by=librarian),
        lambda: set_channel_share(campaign=campaign, channel=email, share=10, by=librarian),
        lambda: set_mix(campaign=campaign, rows=[], by=librarian),
        lambda: add_segment(campaign=campaign, segment=segment, by=librarian),
        lambda: set_send_hour(campaign=campaign, hour=8, by=librarian),
        lambda: remove_part(part=campaign.goals.get(), by=librarian),
        lambda: add_need(campaign=campaign, text="Late", by=librarian),
    ):
        with pytest.raises(Refused):
            attempt()
    assert set(campaign.channel_plans.values_list("channel__code", "share")) == {
        ("email", 60),
        ("poster", 40),
    }


# --- A4: within budget ----------------------------------------------------------------------------
def test_a4_spending_beyond_the_approved_budget_is_refused_until_a_manager_raises_it(
    librarian, manager
):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    spend = {"campaign": campaign, "on": date(2026, 3, 2), "by": librarian}
    book_cost(amount=Decimal(900), **spend)

    with pytest.raises(Refused, match=r"100\.00"):
        book_cost(amount=Decimal(101), **spend)
    with pytest.raises(PermissionDenied):
        change_budget(campaign=campaign, budget=Decimal(2000), reason="More chairs", by=librarian)
    change_budget(campaign=campaign, budget=Decimal(2000), reason="More chairs", by=manager)
    book_cost(amount=Decimal(101), **spend)

    assert campaign.spent() == 1001
    event = AuditEvent.objects.get(action="campaign.budget")
    assert (event.user, event.detail["before"], event.detail["after"]) == (
        manager,
        "1000.00",
        "2000",
    )


def test_hours_and_gifts_do_not_use_up_the_cash_budget(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    book_cost(
        campaign=campaign, amount=Decimal(5000), kind="hours", on=date(2026, 3, 2), by=librarian
    )
    assert campaign.spent() == 0


def test_budget_cannot_fall_below_what_is_spent(librarian, manager):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    book_cost(campaign=campaign, amount=Decimal(600), on=date(2026, 3, 2), by=librarian)
    with pytest.raises(Refused):
        change_budget(campaign=campaign, budget=Decimal(599), reason="Saving", by=manager)


def test_budget_leaves_the_planner_s_hand_with_the_strategy(librarian):
    campaign = complete(librarian)
    update_campaign(campaign=campaign, budget=Decimal(1500), by=librarian)
    for _step in range(2):
        campaign = advance(campaign=campaign, leaving=campaign.phase, by=librarian)

    with pytest.raises(Refused):
        update_campaign(campaign=campaign, budget=Decimal(9000), by=librarian)


# --- A11: closing ---------------------------------------------------------------------------------
def test_a11_closing_without_evaluation_is_refused_and_names_what_is_missing(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    with pytest.raises(Refused, match="评估"):
        close(campaign=campaign, next_time="Earlier posters", by=librarian)
    with pytest.raises(Refused, match="评估.*下一次"):
        close(campaign=campaign, next_time=" ", by=librarian)

    campaign.refresh_from_db()
    assert (campaign.phase, campaign.next_time) == ("performance", "")


def test_closing_without_a_word_for_next_time_is_refused(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    EvaluationFactory(campaign=campaign)
    with pytest.raises(Refused, match="下一次"):
        close(campaign=campaign, next_time=" ", by=librarian)


def test_a_closed_campaign_keeps_its_record(librarian, manager):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    EvaluationFactory(campaign=campaign)

    campaign = close(campaign=campaign, next_time="Earlier posters", by=librarian)

    assert (campaign.phase, campaign.closed_by, campaign.next_time) == (
        "closed",
        librarian,
        "Earlier posters",
    )
    with pytest.raises(Refused):
        book_cost(campaign=campaign, amount=Decimal(1), on=date(2026, 4, 1), by=librarian)
    with pytest.raises(Refused):
        change_budget(campaign=campaign, budget=Decimal(9999), reason="Late", by=manager)


# --- C5: the next round ---------------------------------------------------------------------------
def test_c5_the_next_round_copies_the_plan_and_leaves_the_results(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    book_cost(campaign=campaign, amount=Decimal(10), on=date(2026, 3, 2), by=librarian)
    amend_standard(
        standard=campaign.standards.get(), target=Decimal(80), reason="Closed", by=librarian
    )

    draft = draft_from(campaign=campaign, by=librarian)

    assert (draft.previous, draft.phase, draft.is_locked, draft.starts_on) == (
        campaign,
        "prepare",
        False,
        None,
    )
    assert (draft.purpose, draft.budget) == (campaign.purpose, campaign.budget)
    assert list(draft.segments.all()) == list(campaign.segments.all())
    assert set(draft.channel_plans.values_list("channel__code", "share")) == {
        ("email", 60),
        ("poster", 40),
    }
    assert list(draft.standards.values_list("metric", "target")) == [("reach", 80)]
    assert list(
        Match.objects.filter(need__campaign=draft).values_list("need__text", "element__text")
    ) == [("To be heard", "A stage")]
    assert (draft.costs.count(), draft.contents.count(), draft.moves.count()) == (0, 0, 0)


def test_a_second_draft_is_the_first_one(librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    first = draft_from(campaign=campaign, by=librarian)
    assert draft_from(campaign=campaign, by=librarian) == first
    assert Campaign.objects.count() == 2


def test_fields_a_plan_does_not_have_are_not_set(librarian):
    campaign = CampaignFactory()
    with pytest.raises(TypeError):
        update_campaign(campaign=campaign, by=librarian, phase="performance")


def test_need_and_content_of_different_campaigns_do_not_match(librarian):
    mine, theirs = complete(librarian), complete(librarian, title="Other")
    with pytest.raises(Refused):
        set_match(campaign=mine, need=mine.needs.get(), element=theirs.elements.get(), by=librarian)
