"""An answer on the page of a voice, where somebody was faster; how far a conversation has come."""

import re

import pytest
from django.urls import reverse

from core.refusals import Overtaken
from feedback.voices.actions import reply
from feedback.voices.models import Voice, VoiceMessage
from feedback.voices.turns import latest_of, mark_of, talk_of, turns_of
from tests.factories import UserFactory, VoiceFactory

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def read_to(page: str) -> str:
    return re.search(r'name="read_to" value="([^"]*)"', page)[1]


def answer(desk, voice, **data):
    return desk.post(reverse("feedback:voice-reply", args=[voice.pk]), data, headers=ENGLISH)


@pytest.mark.django_db
def test_answer_on_the_page_comes_back_where_a_colleague_was_faster(desk):
    voice = VoiceFactory()
    mark = read_to(desk.get(voice.get_absolute_url()).content.decode())
    reply(voice=voice, text="COLLEAGUES-ANSWER", by=UserFactory(role="librarian"))

    refused = answer(desk, voice, text="MINE", read_to=mark)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Meanwhile somebody wrote here or settled the matter." in page
    assert "COLLEAGUES-ANSWER" in page
    assert "MINE" in page
    assert voice.messages.count() == 1
    # Now it has been read, and is meant.
    assert answer(desk, voice, text="MINE", read_to=read_to(page)).status_code == 302
    assert voice.messages.count() == 2


@pytest.mark.django_db
def test_note_is_kept_whatever_a_colleague_wrote_meanwhile(desk):
    voice = VoiceFactory()
    reply(voice=voice, text="COLLEAGUES-ANSWER", by=UserFactory(role="librarian"))
    assert answer(desk, voice, text="NOTE", internal="on", read_to="0").status_code == 302
    assert voice.messages.filter(internal=True).count() == 1


@pytest.mark.django_db
def test_answer_that_says_nothing_of_what_was_read_is_kept():
    """A page that was opened in 0.1."""
    voice, by = VoiceFactory(), UserFactory(role="librarian")
    reply(voice=voice, text="one", by=by)
    reply(voice=voice, text="two", by=by)
    with pytest.raises(Overtaken):
        reply(voice=voice, text="three", by=by, read_to="0")
    assert voice.messages.count() == 2


@pytest.mark.django_db
def test_mark_moves_with_each_turn_and_each_end_and_with_no_note():
    voice = VoiceFactory()
    marks = [mark_of(voice, turns_of(voice))]
    for fields in ({"internal": True}, {"state": "aside", "from_reader": True}):
        voice.messages.create(text="x", **fields)
        assert mark_of(voice, turns_of(voice)) == marks[0]
    for fields in ({}, {"from_reader": True}, {"from_reader": True, "state": "held"}):
        voice.messages.create(text="x", **fields)
        marks.append(mark_of(voice, turns_of(voice)))
    for state in (Voice.State.CLOSED, Voice.State.ASIDE):
        voice.state = state
        marks.append(mark_of(voice, turns_of(voice)))
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(
    ("turns", "latest"),
    [
        ("", ""),
        ("r", "r"),
        ("l", "l"),
        ("rr", "rr"),
        ("rl", "rl"),
        ("lr", "lr"),
        ("lrr", "lrr"),
        ("llr", "lr"),
        ("lrl", "lrl"),
        ("lrlr", "lr"),
        ("rlrlrr", "lrr"),
    ],
)
def test_latest_turns_begin_with_the_answer_that_the_reader_wrote_back_to(turns, latest):
    """r: the reader, l: the library."""
    messages = [VoiceMessage(from_reader=who == "r") for who in turns]
    found = "".join("r" if one.from_reader else "l" for one in latest_of(messages))
    assert found == latest


@pytest.mark.django_db
def test_first_words_are_whole_until_they_are_answered():
    voice = VoiceFactory(text="很" * 200)
    voice.messages.create(from_reader=True, text="还有。")
    voice.messages.create(text="知道了。")
    assert talk_of(voice).first == voice.text
    voice.messages.create(from_reader=True, text="谢谢。")
    assert len(talk_of(voice).first) == 140
