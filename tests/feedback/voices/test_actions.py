"""Verbs on voices are audited, and undo nothing of a colleague's."""

from uuid import uuid4

import pytest

from feedback.voices import actions as voices
from feedback.voices.models import Voice
from tests.factories import ReaderFactory, UserFactory, VoiceFactory
from tests.feedback.verbs import events, ill_shaped, newest, while_uncommitted


def test_every_verb_of_voices_is_atomic_keyword_only_by_somebody_and_audited():
    assert ill_shaped(voices) == []


# --- audit rows -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_somebody_unknown_says_is_in_the_audit_log_without_a_person():
    voice = voices.say(client_id=uuid4(), by=None, text="太吵了")
    voices.add_from_reader(voice=voice, text="还是很吵")
    assert events() == [
        ("voice.say", None, str(voice.pk)),
        ("voice.write", None, str(voice.pk)),
    ]


@pytest.mark.django_db
def test_what_a_reader_says_by_name_is_in_the_audit_log_with_them():
    reader = ReaderFactory(user=UserFactory(role="reader"))
    voice = voices.say(client_id=uuid4(), by=reader.user, reader=reader, text="谢谢")
    assert events() == [("voice.say", reader.user.pk, str(voice.pk))]


@pytest.mark.django_db
def test_account_that_is_no_reader_is_not_named_beside_a_voice_without_a_reader(client):
    client.force_login(UserFactory(role="librarian"))
    before = newest()
    data = {"client_id": str(uuid4()), "kind": "complaint", "category": "noise", "text": "太吵了"}
    client.post("/say/", data)
    voice = Voice.objects.get()
    assert voice.reader is None
    assert events(before) == [("voice.say", None, str(voice.pk))]


# --- two colleagues who loaded the same voice -----------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb",
    [
        lambda voice, by: voices.assign(voice=voice, to=by, by=by),
        lambda voice, by: voices.conclude(
            voice=voice, done="设静音时段", shown=True, close=False, by=by
        ),
    ],
    ids=["assign", "conclude"],
)
def test_voice_answered_meanwhile_stays_answered(verb):
    by, voice = UserFactory(role="librarian"), VoiceFactory()
    mine, theirs = (Voice.objects.get(pk=voice.pk) for _ in range(2))
    voices.reply(voice=theirs, text="已处理", by=by)
    verb(mine, by)
    voice.refresh_from_db()
    assert voice.state == Voice.State.ANSWERED


@pytest.mark.django_db
def test_voice_closed_twice_keeps_the_first_time():
    by, voice = UserFactory(role="librarian"), VoiceFactory()
    mine, theirs = (Voice.objects.get(pk=voice.pk) for _ in range(2))
    voices.conclude(voice=theirs, done="", shown=False, close=True, by=by)
    first = Voice.objects.get(pk=voice.pk).closed_at
    voices.conclude(voice=mine, done="设静音时段", shown=True, close=True, by=by)
    voice.refresh_from_db()
    assert (voice.closed_at, voice.done) == (first, "设静音时段")


# --- two connections at once ----------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_voice_assigned_while_a_colleague_answers_stays_answered():
    by, voice = UserFactory(role="librarian"), VoiceFactory()
    while_uncommitted(
        lambda: voices.reply(voice=voice, text="已处理", by=by),
        lambda: voices.assign(voice=Voice.objects.get(pk=voice.pk), to=by, by=by),
    )
    stored = Voice.objects.get(pk=voice.pk)
    assert (stored.state, stored.assigned_to) == (Voice.State.ANSWERED, by)
