"""What is done in a line of the desk's first page, with htmx and without."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from analytics.loop.models import Adjustment
from analytics.today import undo
from crm.letters.models import Letter
from crm.readers.models import Look
from feedback.calls.models import Submission
from feedback.voices.models import Voice
from tests.analytics.pages import text
from tests.analytics.today import building
from tests.factories import (
    AdjustmentFactory,
    CampusFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def address(name: str, thing) -> str:
    return reverse(f"analytics:today-{name}", args=[thing.pk])


# --- answering ------------------------------------------------------------------------------------
def test_line_opens_with_the_whole_text_and_where_the_answer_goes(desk):
    voice = VoiceFactory(text="第一行。\n第二行。", email="reader@example.org")
    page = text(desk.get(address("voice", voice), **HTMX))
    assert page.startswith("<article")
    assert "第二行。" in page
    assert "goes to reader@example.org by mail" in page
    assert 'name="text"' in page


def test_line_without_htmx_is_a_page_with_the_same_form(desk):
    page = text(desk.get(address("voice", VoiceFactory())))
    assert page.startswith("<!doctype html>")
    assert 'name="text"' in page


def test_opening_a_readers_voice_is_a_look_that_they_see(desk):
    reader = ReaderFactory()
    voice = VoiceFactory(reader=reader)
    desk.get(address("voice", voice), {"closed": ""}, **HTMX)
    assert not Look.objects.filter(reader=reader).exists()
    desk.get(address("voice", voice), **HTMX)
    assert Look.objects.get(reader=reader).place == "voice"


def test_opening_a_held_voice_of_a_reader_is_a_look_as_well(desk):
    reader = ReaderFactory()
    voice = VoiceFactory(reader=reader, state="held", suspected="fast")
    desk.get(address("voice", voice), **HTMX)
    assert Look.objects.get(reader=reader).place == "voice"


def test_answer_is_kept_and_the_line_says_so(desk):
    voice = VoiceFactory()
    answer = desk.post(address("voice", voice), {"text": "换好了。"}, follow=True, **HTMX)
    assert "The answer stands on the reader&#x27;s page" in text(answer)
    voice.refresh_from_db()
    assert voice.state == Voice.State.ANSWERED
    assert voice.messages.get().text == "换好了。"


def test_answer_without_a_text_comes_back_with_400(desk):
    voice = VoiceFactory()
    answer = desk.post(address("voice", voice), {"text": " "}, **HTMX)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not voice.messages.exists()


def test_line_closes_as_it_was(desk):
    voice = VoiceFactory(text="第一行。\n第二行。")
    page = text(desk.get(address("voice", voice), {"closed": ""}, **HTMX))
    assert "第一行。" in page
    assert "第二行。" not in page


@pytest.mark.parametrize("name", ["voice", "screen", "undo", "remind"])
def test_voice_of_another_campus_is_not_there(client, name):
    voice = VoiceFactory(campus=CampusFactory(), state="held")
    client.force_login(UserFactory(role="librarian", campus=CampusFactory()))
    assert client.post(address(name, voice), {"text": "x", "aside": "1"}).status_code == 404
    voice.refresh_from_db()
    assert voice.state == Voice.State.HELD


# --- looking first --------------------------------------------------------------------------------
def test_held_voice_says_why_and_is_let_through_to_be_answered(desk):
    voice = VoiceFactory(state="held", suspected="fast")
    page = text(desk.get(address("voice", voice), **HTMX))
    assert "A program may have sent this." in page
    page = text(desk.post(address("screen", voice), {"let_through": "1"}, follow=True, **HTMX))
    assert 'name="text"' in page
    voice.refresh_from_db()
    assert voice.state == Voice.State.RECEIVED


def put_aside(desk, voice) -> str:
    """The page that follows; the address of it holds what takes the step back."""
    answer = desk.post(address("screen", voice), {"aside": "1"}, follow=True, **HTMX)
    return text(answer)


def test_what_was_put_aside_can_be_taken_back_for_seconds(desk, manager):
    voice = VoiceFactory(state="held")
    page = put_aside(desk, voice)
    assert "Put aside." in page
    assert "You can take it back for 30 more seconds." in page
    token = undo.token_of(voice.pk, manager.pk)
    desk.post(address("undo", voice), {"token": token})
    voice.refresh_from_db()
    assert voice.state == Voice.State.RECEIVED


def test_what_was_put_aside_stays_when_its_time_is_over(desk, manager):
    voice = VoiceFactory(state="held")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        put_aside(desk, voice)
        token = undo.token_of(voice.pk, manager.pk)
        clock.shift(timedelta(seconds=undo.SECONDS + 2))
        page = text(desk.post(address("undo", voice), {"token": token}, follow=True, **HTMX))
    assert "Take back" not in page
    voice.refresh_from_db()
    assert voice.state == Voice.State.ASIDE


@pytest.mark.parametrize("kind", ["another's", "another voice", "made up"])
def test_nobody_takes_back_what_they_did_not_do(desk, manager, kind):
    voice = VoiceFactory(state="aside")
    tokens = {
        "another's": undo.token_of(voice.pk, UserFactory().pk),
        "another voice": undo.token_of(voice.pk + 1, manager.pk),
        "made up": "WzEsMl0:1x:y",
    }
    desk.post(address("undo", voice), {"token": tokens[kind]})
    voice.refresh_from_db()
    assert voice.state == Voice.State.ASIDE


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


def test_mailing_tells_staff_of_a_campus_no_bounces_of_the_others(client):
    content = building.mailings(1, timezone.now())[0]
    client.force_login(UserFactory(role="librarian", campus=CampusFactory()))
    client.cookies["django_language"] = "en"
    page = text(client.get(address("mailing", content), **HTMX))
    assert "It stops by itself" in page
    assert "These are the readers of your campus alone." in page
    assert "could not be delivered, " not in page
    assert "7 of 13" not in page
