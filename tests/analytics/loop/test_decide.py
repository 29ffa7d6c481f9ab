"""Decisions: by a manager, once, with a reason where it differs from the proposal."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from analytics.loop.actions import decide
from analytics.loop.models import Adjustment, Decision
from core.refusals import Refused
from crm.staff.models import AuditEvent
from tests.factories import AdjustmentFactory, EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(role="manager")


@pytest.fixture
def share():
    return AdjustmentFactory(kind="channel_share", target="channel:poster", before=15, after=10)


def test_accepting_needs_no_reason_and_leaves_a_trace(share, manager):
    decide(adjustment=share, verdict="accept", by=manager)
    share.refresh_from_db()
    assert share.state == Adjustment.State.ACCEPTED
    assert AuditEvent.objects.get(action="adjustment.accept").user == manager


@pytest.mark.parametrize("role", ["reader", "librarian"])
def test_only_managers_decide(share, role):
    with pytest.raises(PermissionDenied):
        decide(adjustment=share, verdict="accept", by=UserFactory(role=role))
    assert Decision.objects.count() == 0


def test_a_change_keeps_both_values_and_the_reason(share, manager):
    decide(
        adjustment=share, verdict="change", value="12", reason="The posters are printed", by=manager
    )
    share.refresh_from_db()
    assert (share.state, share.after, share.agreed_value) == (Adjustment.State.CHANGED, 10, 12)


@pytest.mark.parametrize(("verdict", "decided"), [("accept", 10), ("change", 12), ("refuse", None)])
def test_the_audit_trail_says_what_was_proposed_and_what_was_decided(
    share, manager, verdict, decided
):
    value = 12 if verdict == "change" else None

    decide(adjustment=share, verdict=verdict, value=value, reason="Printed", by=manager)

    told = AuditEvent.objects.get(action=f"adjustment.{verdict}").detail
    assert (told["before"], told["proposed"], told["decided"]) == (15, 10, decided)


@pytest.mark.parametrize("verdict", ["change", "refuse"])
def test_change_and_refusal_need_a_reason(share, manager, verdict):
    with pytest.raises(Refused, match="why|原因|为什么"):
        decide(adjustment=share, verdict=verdict, value=12, reason="  ", by=manager)


def test_the_database_holds_the_reason_too(share, manager):
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(adjustment=share, verdict="refuse", by=manager)


@pytest.mark.parametrize("value", ["", None, "many", 4, 101, 12.5, float("nan")])
def test_a_value_out_of_range_is_refused(share, manager, value):
    with pytest.raises(Refused):
        decide(adjustment=share, verdict="change", value=value, reason="Because", by=manager)


def test_a_segment_can_be_taken_or_left_but_not_changed(manager):
    adjustment = AdjustmentFactory(kind="segment_add", target="segment:3", before=False, after=True)
    with pytest.raises(Refused):
        decide(adjustment=adjustment, verdict="change", value=4, reason="Because", by=manager)


def test_the_same_decision_twice_is_one(share, manager):
    first = decide(adjustment=share, verdict="refuse", reason="Too early", by=manager)
    assert decide(adjustment=share, verdict="refuse", reason="Too early", by=manager) == first
    assert AuditEvent.objects.filter(action="adjustment.refuse").count() == 1


def test_another_decision_is_refused_and_says_who_decided(share, manager):
    decide(adjustment=share, verdict="accept", by=manager)
    with pytest.raises(Refused, match=str(manager)):
        decide(
            adjustment=share, verdict="refuse", reason="Too late", by=UserFactory(role="manager")
        )


def test_a_proposal_replaced_by_a_newer_evaluation_cannot_be_decided(share, manager):
    EvaluationFactory(campaign=share.evaluation.campaign, number=share.evaluation.number + 1)
    Adjustment.objects.filter(pk=share.pk).update(state=Adjustment.State.SUPERSEDED)
    with pytest.raises(Refused):
        decide(adjustment=share, verdict="accept", by=manager)


def test_target_of_a_changed_standard_is_one_that_the_plan_takes(manager):
    def changed(metric):
        made = AdjustmentFactory(kind="standard", target=f"standard:{metric}", before=9, after=5)
        decide(adjustment=made, verdict="change", value=-2, reason="Because", by=manager)
        return made.decision.value

    assert [changed("lift"), changed("nps")] == [-2, -2]
    with pytest.raises(Refused):
        changed("reach")
