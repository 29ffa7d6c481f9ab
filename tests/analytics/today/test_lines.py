"""What is done in a line of the desk's first page, with htmx and without."""

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop.models import Adjustment
from crm.letters.models import Letter
from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction
from feedback.calls.models import Submission
from tests.analytics.pages import text
from tests.analytics.today import building
from tests.analytics.today.lines import HTMX, address
from tests.factories import (
    AdjustmentFactory,
    CampusFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db


# --- reminding ------------------------------------------------------------------------------------
def test_colleague_is_reminded_once_a_day_and_the_line_says_so(desk):
    colleague = UserFactory(role="librarian", email="colleague@example.org")
    voice = VoiceFactory(assigned_to=colleague, state="working", text="空调滴水。")
    assert "Remind" in text(desk.get(reverse("analytics:today")))
    for _time in range(2):
        page = text(desk.post(address("remind", voice), **HTMX))
        assert "A reminder has been written today." in page
    letter = Letter.objects.get(address="colleague@example.org")
    assert voice.reference in letter.subject
    # The reader's words stay at the desk.
    assert "空调滴水" not in letter.text

    page = text(desk.get(reverse("analytics:today")))
    assert "A reminder has been written today." in page
    assert address("remind", voice) not in page


def test_nobody_can_be_reminded_without_an_address(desk):
    voice = VoiceFactory(assigned_to=UserFactory(role="librarian", email=""), state="working")
    assert address("remind", voice) not in text(desk.get(reverse("analytics:today")))
    page = text(desk.post(address("remind", voice), follow=True))
    assert "cannot be written to" in page
    assert not Letter.objects.exists()


def test_refused_reminder_shows_the_page_anew_and_puts_no_page_into_a_line(desk):
    voice = VoiceFactory(assigned_to=UserFactory(role="librarian", email=""), state="working")
    answer = desk.post(address("remind", voice), **HTMX)
    assert answer["HX-Redirect"] == reverse("analytics:today")
    assert answer.content == b""


def test_only_a_new_reminder_is_written_into_the_trail(desk):
    colleague = UserFactory(role="librarian", email="colleague@example.org")
    voice = VoiceFactory(assigned_to=colleague, state="working")
    for _time in range(3):
        desk.post(address("remind", voice), **HTMX)
    assert AuditEvent.objects.filter(action=AuditAction.VOICE_REMIND).count() == 1


def test_whoever_may_answer_no_more_is_not_reminded(desk):
    colleague = UserFactory(role="reader", email="colleague@example.org")
    voice = VoiceFactory(assigned_to=colleague, state="working")
    assert address("remind", voice) not in text(desk.get(reverse("analytics:today")))
    assert "cannot be written to" in text(desk.post(address("remind", voice), follow=True))
    assert not Letter.objects.exists()


def test_voice_with_a_message_to_be_looked_at_stands_there_once(desk):
    voice = VoiceFactory()
    voice.messages.create(from_reader=True, text="再问一次。", state="held", suspected="fast")
    page = text(desk.get(reverse("analytics:today")))
    assert page.count(f'id="voice-{voice.pk}"') == 1


# --- works ----------------------------------------------------------------------------------------
def test_work_is_read_scored_and_then_decided_in_its_line(desk):
    work = SubmissionFactory(title="橘猫与印章", text="雪未到，\n先到的是一只橘猫。")
    page = text(desk.get(address("work", work), **HTMX))
    assert "先到的是一只橘猫。" in page
    assert address("work-decide", work) not in page

    page = text(desk.post(address("work", work), {"score": 8, "note": ""}, follow=True, **HTMX))
    assert "you gave 8 of 10; it waits for a decision" in page
    assert work.reviews.get().score == 8

    page = text(desk.post(address("work-decide", work), {"accept": "1"}, follow=True, **HTMX))
    assert "Accepted. It can be published with thanks on its page." in page
    work.refresh_from_db()
    assert work.state == Submission.State.ACCEPTED


def test_refused_decision_says_so_in_its_line_and_on_no_later_page(desk):
    work = SubmissionFactory(state="declined")
    answer = desk.post(address("work-decide", work), {"accept": "1"}, **HTMX)
    assert answer.status_code == 409
    assert text(answer).startswith("<article")
    assert "This work has been decided already." in text(answer)
    assert "decided already" not in text(desk.get(reverse("analytics:today")))


def test_author_of_a_work_is_not_told(desk):
    author = ReaderFactory(name="欧阳独一", number="PLANTED0815")
    work = SubmissionFactory(author=author, pen_name="PEN-NAME")
    pages = text(desk.get(reverse("analytics:today"))) + text(
        desk.get(address("work", work), **HTMX)
    )
    for name in ("欧阳独一", "PLANTED0815", "PEN-NAME"):
        assert name not in pages


@pytest.mark.parametrize("state", ["draft", "held", "withdrawn"])
def test_work_that_was_not_sent_in_is_not_there(desk, state):
    assert desk.get(address("work", SubmissionFactory(state=state))).status_code == 404


# --- proposals ------------------------------------------------------------------------------------
def test_proposal_is_accepted_in_its_line(desk, manager):
    adjustment = AdjustmentFactory()
    page = text(desk.get(address("proposal", adjustment), **HTMX))
    assert "Hour of sending: from 10:00 to 20:00" in page
    answer = desk.post(address("proposal", adjustment), {"verdict": "accept"}, follow=True, **HTMX)
    assert f"{manager} accepted: Hour of sending: from 10:00 to 20:00" in text(answer)
    adjustment.refresh_from_db()
    assert adjustment.state == Adjustment.State.ACCEPTED


def test_refusal_without_a_reason_comes_back_with_400(desk):
    adjustment = AdjustmentFactory()
    answer = desk.post(address("proposal", adjustment), {"verdict": "refuse"}, **HTMX)
    assert answer.status_code == 400
    assert "Please say why" in text(answer)
    adjustment.refresh_from_db()
    assert adjustment.state == Adjustment.State.PROPOSED


def test_whoever_may_not_decide_reads_proposals_in_other_hands(client):
    adjustment = AdjustmentFactory()
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "en"
    page = text(client.get(reverse("analytics:today")))
    assert "In other hands" in page
    assert "A manager decides." in page
    assert address("proposal", adjustment) not in page


def test_proposal_is_due_when_the_next_plan_begins(desk):
    adjustment = building.proposals(1)[0]
    page = text(desk.get(address("proposal", adjustment), {"closed": ""}, **HTMX))
    assert "3 days left" in page
    assert "for the campaign after “迎新季 1”, which begins on" in page


# --- mailings -------------------------------------------------------------------------------------
def test_mailing_is_told_with_limit_and_holdout_and_stopped_in_place(desk):
    content = building.mailings(1, timezone.now())[0]
    page = text(desk.get(address("mailing", content), **HTMX))
    assert "7 of 13 mailed" in page
    assert "It stops by itself when 5 % cannot be delivered, counted from 200 mails on." in page
    assert "5 readers are held out and get nothing" in page
    assert "every 10s" in page

    page = text(desk.post(address("mailing-pause", content), follow=True, **HTMX))
    assert "Go on" in page
    assert "every 10s" not in page
    content.refresh_from_db()
    assert content.state == "paused"
    desk.post(address("mailing-resume", content), follow=True, **HTMX)
    content.refresh_from_db()
    assert content.state == "sending"


def test_refused_pause_says_so_in_its_place_and_on_no_later_page(desk):
    content = building.mailings(1, timezone.now())[0]
    type(content).objects.update(state="sent")
    answer = desk.post(address("mailing-pause", content), **HTMX)
    assert answer.status_code == 409
    assert "It is not being sent." in text(answer)
    assert "It is not being sent." not in text(desk.get(reverse("analytics:today")))
    # Without htmx the page that follows says it.
    page = text(desk.post(address("mailing-pause", content), follow=True))
    assert "It is not being sent." in page


def test_mailing_tells_staff_of_a_campus_no_bounces_of_the_others(client):
    content = building.mailings(1, timezone.now())[0]
    client.force_login(UserFactory(role="librarian", campus=CampusFactory()))
    client.cookies["django_language"] = "en"
    page = text(client.get(address("mailing", content), **HTMX))
    assert "It stops by itself" in page
    assert "These are the readers of your campus alone." in page
    assert "could not be delivered, " not in page
    assert "7 of 13" not in page
