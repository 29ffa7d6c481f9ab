"""A voice in its line: what stands there, answering it, looking first, and taking a step back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from analytics.today import undo
from crm.letters.models import Letter
from crm.readers.models import Look
from feedback.calls.models import Submission
from feedback.voices.actions import put_aside as put_aside_by_a_colleague
from feedback.voices.actions import reply
from feedback.voices.models import Voice
from tests.analytics.pages import text
from tests.analytics.today.lines import HTMX, address
from tests.factories import (
    CampusFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db


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


# --- writing again --------------------------------------------------------------------------------
@pytest.fixture
def written_again():
    """A voice that was answered, and to which its reader wrote twice afterwards."""
    now = timezone.now()
    voice = VoiceFactory(
        state="working", text="FIRST", answered_at=now, received_at=now - timedelta(days=40)
    )
    voice.messages.create(from_reader=True, text="BEFORE-THAT")
    voice.messages.create(text="OUR-ANSWER", author=UserFactory(display_name="王工"))
    voice.messages.create(text="A-NOTE", internal=True)
    voice.messages.create(from_reader=True, text="SINCE-THEN")
    voice.messages.create(from_reader=True, text="NEWEST")
    voice.messages.create(from_reader=True, text="SPAM", state="aside")
    return voice


def test_open_line_shows_what_came_since_our_answer_and_that_answer(desk, written_again):
    page = text(desk.get(address("voice", written_again), **HTMX))
    for words in ("FIRST", "OUR-ANSWER", "王工", "SINCE-THEN", "NEWEST"):
        assert words in page
    for words in ("BEFORE-THAT", "A-NOTE", "SPAM"):
        assert words not in page


def test_line_quotes_the_newest_words_and_says_what_it_began_with(desk, written_again):
    page = text(desk.get(reverse("analytics:today")))
    line = page[page.index(f'id="voice-{written_again.pk}"') :].partition("</article>")[0]
    assert "“NEWEST”" in line
    assert "The reader wrote again; it began with “FIRST”" in line
    # The promise was about the first answer, which was given.
    assert "overdue" not in line
    assert "an answer is promised" not in line
    assert "waits for" in line


def test_long_first_words_are_cut_once_they_were_answered(desk, written_again):
    Voice.objects.update(text="很" * 500)
    page = text(desk.get(address("voice", written_again), **HTMX))
    assert "很" * 139 + "…" in page
    assert "很" * 140 not in page
    fresh = VoiceFactory(text="长" * 500)
    fresh.messages.create(from_reader=True, text="还有。")
    page = text(desk.get(address("voice", fresh), **HTMX))
    assert "长" * 500 in page
    assert "还有。" in page


def test_held_message_takes_no_term_off_its_voice_and_is_quoted(desk):
    late = timezone.now() - timedelta(days=30)
    voice = VoiceFactory(text="FIRST", received_at=late)
    voice.messages.create(from_reader=True, text="HELD-WORDS", state="held", suspected="fast")
    page = text(desk.get(reverse("analytics:today")))
    assert "One thing is overdue" in page
    assert "“HELD-WORDS”" in page
    assert "Added to “FIRST”" in page


# --- a colleague was faster -----------------------------------------------------------------------
def read_to(page: str) -> str:
    """How far the conversation of an open form has come."""
    return re.search(r'name="read_to" value="([^"]*)"', page)[1]


def test_answer_comes_back_with_what_a_colleague_wrote_meanwhile_and_goes_when_sent_again(desk):
    voice = VoiceFactory(email="reader@example.org")
    mark = read_to(text(desk.get(address("voice", voice), **HTMX)))
    reply(voice=voice, text="COLLEAGUES-ANSWER", by=UserFactory(role="librarian"))

    answer = desk.post(address("voice", voice), {"text": "MINE", "read_to": mark}, **HTMX)

    page = text(answer)
    assert answer.status_code == 409
    assert "Meanwhile somebody wrote here or settled the matter." in page
    assert "COLLEAGUES-ANSWER" in page
    assert "MINE" in page
    assert voice.messages.count() == Letter.objects.count() == 1

    data = {"text": "MINE", "read_to": read_to(page)}
    assert desk.post(address("voice", voice), data, **HTMX).status_code == 302
    assert voice.messages.count() == 2


@pytest.mark.parametrize("how", ["the reader wrote", "closed", "put aside"])
def test_answer_comes_back_where_something_else_happened_meanwhile(desk, how):
    voice = VoiceFactory()
    mark = read_to(text(desk.get(address("voice", voice), **HTMX)))
    if how == "the reader wrote":
        voice.messages.create(from_reader=True, text="MORE")
    else:
        Voice.objects.update(state={"closed": "closed", "put aside": "aside"}[how])
    answer = desk.post(address("voice", voice), {"text": "MINE", "read_to": mark}, **HTMX)
    assert answer.status_code == 409
    assert "MINE" in text(answer)
    assert not voice.messages.filter(from_reader=False).exists()


def test_note_of_a_colleague_holds_no_answer_up(desk):
    voice = VoiceFactory()
    mark = read_to(text(desk.get(address("voice", voice), **HTMX)))
    voice.messages.create(text="A-NOTE", internal=True)
    data = {"text": "MINE", "read_to": mark}
    assert desk.post(address("voice", voice), data, **HTMX).status_code == 302


def test_same_answer_from_a_page_that_shows_more_is_still_kept_once(desk):
    """A draft that was put back has the id of its form, and the page another mark."""
    voice = VoiceFactory()
    sent = {"text": "MINE", "client_id": str(uuid4())}
    desk.post(address("voice", voice), sent | {"read_to": "0"}, **HTMX)
    mark = str(voice.messages.get().pk)
    answer = desk.post(address("voice", voice), sent | {"read_to": mark}, **HTMX)
    assert answer.status_code == 302
    assert voice.messages.count() == 1


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


def token_in(page: str) -> str:
    """What the browser sends to take a step back."""
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def take_back(desk, voice, token: str):
    return desk.post(address("undo", voice), {"token": token}, follow=True, **HTMX)


def test_what_was_put_aside_can_be_taken_back_for_seconds(desk):
    voice = VoiceFactory(state="held", suspected="fast")
    page = put_aside(desk, voice)
    assert "Put aside." in page
    assert "You can take it back for 30 more seconds." in page
    page = text(take_back(desk, voice, token_in(page)))
    # It waits for a look as before, and not for an answer.
    assert "A program may have sent this." in page
    voice.refresh_from_db()
    assert voice.state == Voice.State.HELD


def test_taking_back_holds_what_the_step_put_aside_and_nothing_of_before(desk):
    voice = VoiceFactory(state="held")
    before = voice.messages.create(from_reader=True, text="OLD", state="aside")
    of_now = voice.messages.create(from_reader=True, text="NEW", state="held")
    take_back(desk, voice, token_in(put_aside(desk, voice)))
    voice.refresh_from_db()
    before.refresh_from_db()
    of_now.refresh_from_db()
    assert (voice.state, before.state, of_now.state) == ("held", "aside", "held")


def test_step_is_taken_back_once(desk):
    voice = VoiceFactory(state="held")
    token = token_in(put_aside(desk, voice))
    take_back(desk, voice, token)
    # A colleague puts it aside anew.
    put_aside_by_a_colleague(voice=voice, by=UserFactory(role="librarian"))
    answer = take_back(desk, voice, token)
    assert answer.status_code == 409
    assert "This step cannot be taken back any more" in text(answer)
    voice.refresh_from_db()
    assert voice.state == Voice.State.ASIDE


def test_what_was_put_aside_stays_when_its_time_is_over(desk):
    voice = VoiceFactory(state="held")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = token_in(put_aside(desk, voice))
        clock.shift(timedelta(seconds=undo.SECONDS + 2))
        page = text(take_back(desk, voice, token))
    assert "Take back" not in page
    assert "The time in which this could be taken back is over." in page
    voice.refresh_from_db()
    assert voice.state == Voice.State.ASIDE


@pytest.mark.parametrize("kind", ["another's", "another voice", "made up"])
def test_nobody_takes_back_what_they_did_not_do(desk, manager, kind):
    voice = VoiceFactory(state="held")
    step = put_aside_by_a_colleague(voice=voice, by=manager)
    tokens = {
        "another's": undo.token_of(step, voice.pk, UserFactory().pk),
        "another voice": undo.token_of(step, voice.pk + 1, manager.pk),
        "made up": "WzEsMl0:1x:y",
    }
    take_back(desk, voice, tokens[kind])
    voice.refresh_from_db()
    assert voice.state == Voice.State.ASIDE
    # The very same step by its own token.
    take_back(desk, voice, undo.token_of(step, voice.pk, manager.pk))
    voice.refresh_from_db()
    assert voice.state == Voice.State.HELD


def test_more_than_an_address_holds_is_not_offered_to_be_taken_back(desk, monkeypatch):
    monkeypatch.setattr(undo, "MOST_MESSAGES", 1)
    voice = VoiceFactory(state="held")
    for words in ("a", "b"):
        voice.messages.create(from_reader=True, text=words, state="held")
    page = put_aside(desk, voice)
    assert "Put aside." in page
    assert "Take back" not in page


def test_held_voice_shows_what_was_added_to_it_before_it_is_judged(desk):
    voice = VoiceFactory(state="held", text="FIRST")
    voice.messages.create(from_reader=True, text="ADDED", state="held")
    page = text(desk.get(address("voice", voice), **HTMX))
    assert "FIRST" in page
    assert "ADDED" in page
    assert "Being looked at" in page


def test_neither_verdict_changes_nothing(desk):
    voice = VoiceFactory(state="held")
    assert desk.post(address("screen", voice), {"x": "1"}, **HTMX).status_code == 400
    voice.refresh_from_db()
    assert voice.state == Voice.State.HELD
    work = SubmissionFactory()
    assert desk.post(address("work-decide", work), {"x": "1"}, **HTMX).status_code == 400
    work.refresh_from_db()
    assert work.state == Submission.State.SUBMITTED
