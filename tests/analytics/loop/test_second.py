"""A decision against what the report recommends: it counts once a second person has agreed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from analytics.loop import verify
from analytics.loop.actions import answer_second, decide, draft_next
from analytics.loop.advice import is_against
from analytics.loop.judging.saying import Recommended
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.keeping import states_without_decision
from analytics.loop.models import Adjustment, Decision, SecondReading
from analytics.published.actions import verify_published
from core.refusals import Refused
from crm.staff.models import AuditEvent
from tests.analytics.loop.meeting.building import effect_of, results_of
from tests.analytics.pages import text
from tests.factories import AdjustmentFactory, EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Adjustment.State
WHY = "We owe it to the freshmen"


@pytest.fixture
def first():
    return UserFactory(role="manager", display_name="Ms Chen")


@pytest.fixture
def second():
    return UserFactory(role="manager", display_name="Mr Wang")


@pytest.fixture
def stop(told):
    """The report says that it harms."""
    return AdjustmentFactory(
        evaluation=told, kind="stop", target="campaign", before=True, after=False
    )


def refuse(stop, by, reason=WHY):
    return decide(adjustment=stop, verdict="refuse", reason=reason, by=by)


def state_of(adjustment) -> str:
    return Adjustment.objects.get(pk=adjustment.pk).state


# --- what goes against a report -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "verdict", "value", "against"),
    [
        ("stop", "accept", None, False),
        ("stop", "refuse", None, True),
        ("reduce", "refuse", None, True),
        ("reduce", "change", 30, True),
        ("reduce", "change", 50, False),
        ("channel_share", "refuse", None, False),
        ("segment_drop", "refuse", None, False),
    ],
)
def test_what_the_rule_asks_for_is_what_one_may_not_refuse_alone(kind, verdict, value, against):
    proposal = Adjustment(kind=kind, before=10, after=50)
    assert is_against(proposal, verdict, value, results_of().judgement) is against


def test_more_readers_are_not_taken_in_alone_where_the_report_says_less():
    good = results_of()
    harmful = effect_of(good, verdict=EffectVerdict.HARMFUL)
    assert harmful.judgement.recommended == Recommended.STOP
    proposal = Adjustment(kind="segment_add", before=False, after=True)
    assert is_against(proposal, "accept", None, harmful.judgement)
    assert not is_against(proposal, "refuse", None, harmful.judgement)
    assert not is_against(proposal, "accept", None, good.judgement)
    assert not is_against(proposal, "accept", None, None)


# --- the verbs ------------------------------------------------------------------------------------
def test_a_refused_stop_waits_and_is_no_decision(stop, first, second):
    assert refuse(stop, first) is None
    assert state_of(stop) == State.SECOND
    assert not Decision.objects.exists()
    asked = AuditEvent.objects.get(action="adjustment.second_ask")
    assert (asked.user, asked.detail["proposed"], asked.detail["decided"]) == (first, False, None)
    assert verify.tally([Adjustment.objects.get(pk=stop.pk)]).waiting == 1


def test_with_a_second_yes_it_is_the_decision_of_the_first(stop, first, second):
    refuse(stop, first)
    decision = answer_second(adjustment=stop, agree=True, by=second)
    assert (decision.by, decision.second, decision.reason) == (first, second, WHY)
    assert state_of(stop) == State.REFUSED
    assert AuditEvent.objects.get(action="adjustment.second_yes").user == second
    assert AuditEvent.objects.get(action="adjustment.refuse").user == first
    # The proposal itself was put in by the test, after the report was sealed.
    said = {one["code"] for one in verify_published(by=None).breaks}
    assert said <= {"row_was_added"}


def test_whoever_asked_cannot_be_the_second_person(stop, first, second):
    refuse(stop, first)
    with pytest.raises(Refused, match="自己"):
        answer_second(adjustment=stop, agree=True, by=first)
    assert state_of(stop) == State.SECOND
    asked = SecondReading.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondReading.objects.filter(pk=asked.pk).update(
            agreed=True, answered_by=first, answered_at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            adjustment=stop, verdict="refuse", reason=WHY, by=first, second=first
        )


def test_a_no_needs_a_reason_and_lets_everybody_decide_again(stop, first, second):
    refuse(stop, first)
    with pytest.raises(Refused, match="理由"):
        answer_second(adjustment=stop, agree=False, by=second, reason=" ")
    answer_second(adjustment=stop, agree=False, by=second, reason="It harms")
    assert state_of(stop) == State.PROPOSED
    assert AuditEvent.objects.get(action="adjustment.second_no").user == second
    with pytest.raises(Refused):
        answer_second(adjustment=stop, agree=True, by=second)
    decide(adjustment=stop, verdict="accept", by=second)
    assert state_of(stop) == State.ACCEPTED


def test_whoever_asked_may_take_it_back_without_a_reason(stop, first, second):
    refuse(stop, first)
    answer_second(adjustment=stop, agree=False, by=first)
    assert state_of(stop) == State.PROPOSED


def test_the_same_wish_twice_is_one_and_another_is_refused(stop, first, second):
    refuse(stop, first)
    assert refuse(stop, first) is None
    assert SecondReading.objects.count() == 1
    with pytest.raises(Refused, match="Ms Chen"):
        decide(adjustment=stop, verdict="accept", by=second)
    with pytest.raises(Refused, match="Ms Chen"):
        refuse(stop, second)


def test_it_needs_a_reason_and_somebody_who_could_agree(stop, first):
    with pytest.raises(Refused, match="为什么"):
        refuse(stop, first, reason=" ")
    UserFactory(role="librarian")
    UserFactory(role="manager", is_active=False)
    with pytest.raises(Refused, match="管理员"):
        refuse(stop, first)
    assert not SecondReading.objects.exists()


@pytest.mark.parametrize("role", ["reader", "librarian"])
def test_only_who_may_decide_agrees(stop, first, second, role):
    refuse(stop, first)
    with pytest.raises(PermissionDenied):
        answer_second(adjustment=stop, agree=True, by=UserFactory(role=role))
    assert state_of(stop) == State.SECOND


def test_a_library_may_do_without(stop, first, settings):
    settings.SECOND_READER = False
    assert refuse(stop, first).second is None
    assert state_of(stop) == State.REFUSED


def test_a_newer_evaluation_replaces_what_waits_for_a_second(stop, first, second):
    refuse(stop, first)
    EvaluationFactory(campaign=stop.evaluation.campaign, number=2)
    stop.evaluation.adjustments.waiting().update(state=State.SUPERSEDED)
    with pytest.raises(Refused):
        answer_second(adjustment=stop, agree=True, by=second)
    assert not Decision.objects.exists()


def test_no_next_round_while_nobody_has_decided_about_a_stop(stop, first, second):
    campaign = stop.evaluation.campaign
    with pytest.raises(Refused, match="停止"):
        draft_next(campaign=campaign, by=first)
    refuse(stop, first)
    with pytest.raises(Refused, match="停止"):
        draft_next(campaign=campaign, by=first)
    answer_second(adjustment=stop, agree=True, by=second)
    assert draft_next(campaign=campaign, by=first).previous == campaign


# --- past the verbs -------------------------------------------------------------------------------
def moved(adjustment, state) -> None:
    with pytest.raises(DatabaseError, match="does not follow"), transaction.atomic():
        Adjustment.objects.filter(pk=adjustment.pk).update(state=state)


def test_the_state_follows_from_what_two_people_said(stop, first, second):
    moved(stop, State.SECOND)
    refuse(stop, first)
    moved(stop, State.PROPOSED)
    moved(stop, State.REFUSED)
    # A decision of one person alone, or of two of whom one said nothing, is none.
    with transaction.atomic():
        made = {"adjustment": stop, "verdict": "refuse", "reason": WHY, "by": first}
        Decision.objects.create(**made, second=second)
        moved(stop, State.REFUSED)
        transaction.set_rollback(True)
    assert not list(states_without_decision())


def test_an_answer_is_given_once(stop, first, second):
    refuse(stop, first)
    answer_second(adjustment=stop, agree=False, by=second, reason="It harms")
    with pytest.raises(DatabaseError, match="answered already"), transaction.atomic():
        SecondReading.objects.update(agreed=True)


# --- the pages ------------------------------------------------------------------------------------
def words(response) -> str:
    return " ".join(text(response).split())


def answered(client, stop, **data):
    return client.post(reverse("analytics:adjustment-second", args=[stop.pk]), data)


PLACES = {
    "report": lambda stop: stop.evaluation.get_absolute_url(),
    "page": lambda stop: stop.get_absolute_url(),
    "list": lambda _stop: f"{reverse('analytics:decision-list')}?state=proposed",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_waits_is_told_everywhere_and_answered_by_others_alone(
    desk, manager, stop, second, client, place
):
    refuse(stop, second)
    page = words(desk.get(PLACES[place](stop)))
    assert "Mr Wang wants to refuse this" in page
    assert WHY in page
    assert "Agree, as the second person" in page
    assert "Take it back" not in page

    client.force_login(second)
    page = words(client.get(PLACES[place](stop), headers={"accept-language": "en"}))
    assert "Take it back" in page
    assert "Agree, as the second person" not in page

    client.force_login(UserFactory(role="librarian"))
    page = words(client.get(PLACES[place](stop), headers={"accept-language": "en"}))
    assert "Mr Wang wants to refuse this" in page
    assert "Agree, as the second person" not in page


@pytest.mark.parametrize("place", PLACES)
def test_who_agreed_stands_beside_the_decision(desk, manager, stop, second, place):
    refuse(stop, second)
    assert answered(desk, stop, agree="yes").status_code == 302
    where = PLACES[place](stop).replace("state=proposed", "state=refused")
    page = words(desk.get(where))
    assert manager.display_name in page
    assert "Mr Wang" in page
    assert state_of(stop) == State.REFUSED


def test_a_no_that_was_refused_keeps_the_page(desk, stop, second):
    refuse(stop, second)
    response = answered(desk, stop, agree="no", reason="")
    assert response.status_code == 400
    assert "Please say why you do not agree" in words(response)


def test_the_report_asks_for_a_second_person_in_its_place(desk, stop, second):
    url = reverse("analytics:adjustment-decide", args=[stop.pk])
    headers = {"HX-Request": "true", "accept-language": "en"}
    answer = desk.post(url, {"verdict": "refuse", "reason": WHY}, headers=headers)
    assert answer.status_code == 200
    assert "Waiting for a second person" in words(answer)
    assert "Take it back" in words(answer)


def test_today_shows_it_to_whoever_can_answer(desk, stop, second, client):
    refuse(stop, second)
    line = reverse("analytics:today-proposal", args=[stop.pk])
    assert "Agree, as the second person" in words(desk.get(line))
    today = reverse("analytics:today")
    assert f'id="proposal-{stop.pk}"' in desk.get(today).content.decode()
    client.force_login(second)
    assert f'id="proposal-{stop.pk}"' not in client.get(today).content.decode()


def test_programs_are_told_who_waits_and_what_two_agreed_to(desk, manager, stop, second):
    def told_by_api():
        url = reverse("api:campaign-results", args=[stop.evaluation.campaign_id])
        (row,) = [
            one for one in desk.get(url).json()["adjustments"] if one["adjustment_kind"] == "stop"
        ]
        return row["decision_state"], row["seconded"]

    assert told_by_api() == ("proposed", False)
    refuse(stop, second)
    assert told_by_api() == ("second", False)
    answer_second(adjustment=stop, agree=True, by=manager)
    assert told_by_api() == ("refused", True)
