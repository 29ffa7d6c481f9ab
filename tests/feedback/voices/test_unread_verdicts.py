"""A verdict on what perhaps a program wrote is about the words that were read, and no others."""

import re

import pytest
from django.urls import reverse

from feedback.voices.actions import let_through, put_aside
from feedback.voices.models import Voice
from tests.factories import UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db
#: The two pages on which it is given: Today's line of a voice, and the page of the voice.
PAGES = {
    "analytics:today-voice": "analytics:today-screen",
    "feedback:voice-detail": "feedback:voice-screen",
}


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


@pytest.fixture
def held():
    return VoiceFactory(state="held", suspected="fast", text="FIRST")


def written(voice, text: str, state: str = "held"):
    return voice.messages.create(from_reader=True, text=text, state=state, suspected="fast")


def states(voice) -> list[str]:
    voice.refresh_from_db()
    return [voice.state, *voice.messages.order_by("pk").values_list("state", flat=True)]


@pytest.mark.parametrize("verdict", ["aside", "let_through"])
@pytest.mark.parametrize("page", PAGES)
def test_words_that_came_after_the_page_was_opened_are_read_first(desk, held, page, verdict):
    shown = desk.get(reverse(page, args=[held.pk])).content.decode()
    mark = re.search(r'name="read_to" value="([^"]*)"', shown)[1]
    written(held, "LATER")

    screen = reverse(PAGES[page], args=[held.pk])
    again = desk.post(
        screen, {verdict: "1", "read_to": mark}, follow=True, headers={"accept-language": "en"}
    )

    assert states(held) == ["held", "held"]
    assert "Meanwhile somebody wrote here or settled the matter" in again.content.decode()
    # Now it has been read, and is meant.
    mark = re.search(r'name="read_to" value="([^"]*)"', again.content.decode())[1]
    desk.post(screen, {verdict: "1", "read_to": mark})
    assert states(held) != ["held", "held"]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_colleague_has_put_aside_meanwhile_is_not_let_through(desk, held, page):
    shown = desk.get(reverse(page, args=[held.pk])).content.decode()
    mark = re.search(r'name="read_to" value="([^"]*)"', shown)[1]
    put_aside(voice=held, by=UserFactory(role="librarian"))
    desk.post(reverse(PAGES[page], args=[held.pk]), {"let_through": "1", "read_to": mark})
    assert states(held) == ["aside"]


def test_words_that_were_put_aside_before_do_not_come_in_with_those_that_wait(held):
    """The line of a held voice does not show them."""
    by = UserFactory(role="librarian")
    written(held, "SPAM", "aside")
    written(held, "LATER")
    let_through(voice=held, by=by)
    assert states(held) == [Voice.State.RECEIVED, "aside", "taken"]
    # Now nothing waits: what was put aside is what the page offers to let through.
    let_through(voice=held, by=by)
    assert states(held) == [Voice.State.RECEIVED, "taken", "taken"]


def test_voice_that_was_put_aside_comes_in_with_what_was_put_aside(held):
    by = UserFactory(role="librarian")
    written(held, "LATER")
    put_aside(voice=held, by=by)
    let_through(voice=held, by=by)
    assert states(held) == [Voice.State.RECEIVED, "taken"]
