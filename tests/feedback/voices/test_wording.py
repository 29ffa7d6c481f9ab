"""What everybody reads of a voice is a wording that was looked at; the voice stays as it is."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from feedback.voices.actions import conclude
from tests.factories import UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db

SAID = "三楼王老师把灯关了，我是 20231234。"
SHOWN = {"done": "换了灯", "shown": "on", "public_text": "三楼的灯总是关着。", "looked": "on"}


@pytest.fixture
def voice():
    return VoiceFactory(text=SAID)


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def write(desk, voice, **changes):
    address = reverse("feedback:voice-conclude", args=[voice.pk])
    data = {name: value for name, value in (SHOWN | changes).items() if value}
    return desk.post(address, data)


def front_page(client) -> str:
    return client.get(reverse("feedback:home")).content.decode()


def test_everybody_reads_the_wording_and_the_original_stays(desk, voice):
    assert write(desk, voice).status_code == 302
    voice.refresh_from_db()
    assert voice.text == SAID
    shown = front_page(desk)
    assert SHOWN["public_text"] in shown
    assert "王老师" not in shown
    assert SAID in desk.get(voice.followed_url).content.decode()


def test_the_wording_begins_with_the_readers_words(desk, voice):
    form = desk.get(voice.get_absolute_url()).context["conclude"]
    assert form["public_text"].value() == SAID
    write(desk, voice)
    form = desk.get(voice.get_absolute_url()).context["conclude"]
    assert form["public_text"].value() == SHOWN["public_text"]


@pytest.mark.parametrize("lacking", ["looked", "public_text", "done"])
def test_nothing_is_shown_that_nobody_looked_at(desk, voice, lacking):
    refused = write(desk, voice, **{lacking: ""})
    assert refused.status_code == 400
    assert list(refused.context["conclude"].errors) == [lacking]
    voice.refresh_from_db()
    assert (voice.shown, voice.public_text) == (False, "")


def test_what_is_not_shown_needs_no_look_and_keeps_no_wording(desk, voice):
    write(desk, voice)
    assert write(desk, voice, shown="", looked="").status_code == 302
    voice.refresh_from_db()
    assert (voice.shown, voice.public_text, voice.done) == (False, "", "换了灯")
    assert SHOWN["public_text"] not in front_page(desk)


def test_verb_shows_nothing_without_a_wording(voice):
    conclude(voice=voice, done="x", shown=True, close=False, by=UserFactory(role="librarian"))
    voice.refresh_from_db()
    assert voice.shown is False


def test_database_shows_nothing_without_a_wording():
    with pytest.raises(IntegrityError):
        VoiceFactory(shown=True)
