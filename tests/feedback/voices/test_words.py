"""What the desk is told of voices and messages that perhaps a program sent."""

import pytest
from django.utils import translation

from feedback.voices.models import Voice, VoiceMessage
from feedback.voices.words import Screening, screening_in_words

NETWORK = "Very many came from the same network."
FAST = "It was sent within two seconds."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def voice(state: str) -> Voice:
    return Voice(state=state, suspected="network")


def message(state: str, suspected: str = "fast") -> VoiceMessage:
    return VoiceMessage(state=state, suspected=suspected)


def test_what_nobody_suspects_needs_no_words():
    assert screening_in_words(voice("received"), [message("taken")]) is None


def test_a_held_voice_comes_before_its_messages():
    told = screening_in_words(voice("held"), [message("aside")])
    assert told == Screening("A program may have sent this.", NETWORK, waits=True)


def test_a_voice_that_was_put_aside_waits_for_nothing():
    told = screening_in_words(voice("aside"), [message("taken")])
    assert told == Screening("Put aside as sent by a program.", NETWORK, waits=False)


def test_messages_wait_while_one_of_them_is_held_and_the_last_says_why():
    told = screening_in_words(voice("aside"), [message("held", "network"), message("aside")])
    said = "A program may have written the marked messages."
    assert told == Screening(said, FAST, waits=True)


def test_messages_that_were_all_put_aside_can_only_be_let_through():
    told = screening_in_words(voice("answered"), [message("aside"), message("taken")])
    said = "The marked messages were put aside as sent by a program."
    assert told == Screening(said, FAST, waits=False)
