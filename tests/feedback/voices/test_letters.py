"""The letter of an answer: written with it, its state at the desk, and what the reader is told."""

import socket
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.letters import post
from crm.letters.models import Letter
from feedback.voices.models import Voice
from tests import factories, servers

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(librarian):
    client = Client()
    client.force_login(librarian)
    return client


@pytest.fixture
def voice(db):
    return factories.VoiceFactory(email="reader@example.org")


def answer(desk, voice) -> Letter:
    """Answered on the page of the desk; its letter."""
    page = desk.post(reverse("feedback:voice-reply", args=[voice.pk]), {"text": "修好了"})
    assert page.status_code == 302
    return Letter.objects.get(kind="voice.reply")


def desk_page(desk, voice) -> str:
    return desk.get(voice.get_absolute_url()).content.decode()


def reader_page(voice) -> str:
    address = reverse("feedback:voice-follow", args=[voice.reference, voice.secret])
    return Client().get(address).content.decode()


def test_answer_while_the_mail_server_is_frozen_waits_and_goes_later(desk, voice, sink, settings):
    """Fault 48. The page answers, the row waits and says why, and nobody is told of a mail."""
    port = sink.port
    with socket.socket() as frozen:
        frozen.bind(("127.0.0.1", 0))
        frozen.listen()
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = frozen.getsockname()[1], 0.5
        letter = answer(desk, voice)
        assert (letter.state, letter.address) == ("pending", "reader@example.org")
        assert "等待寄出" in desk_page(desk, voice)
        post.send_due()
    assert "邮件服务器没有回应" in desk_page(desk, voice)
    assert "reader@example.org" not in reader_page(voice)
    assert "修好了" in reader_page(voice)

    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = port, 5
    Letter.objects.update(due_at=timezone.now())
    post.send_due()
    assert sink.addresses == ["reader@example.org"]
    assert "已寄出" in desk_page(desk, voice)
    assert "reader@example.org" in reader_page(voice)


def test_what_a_reader_says_is_kept_while_the_mail_server_is_dead(client, settings):
    """Fault 48."""
    settings.EMAIL_PORT = servers.free_port()
    address = reverse("feedback:voice-create")
    form = client.get(address).context["form"]
    data = {
        "client_id": form.initial["client_id"],
        "kind": "question",
        "category": "other",
        "text": "灯坏了",
        "email": "reader@example.org",
    }
    assert client.post(address, data).status_code == 302
    assert Voice.objects.get().text == "灯坏了"


def test_answer_that_was_refused_shows_why_and_is_sent_again(desk, voice, sink):
    sink.rule = lambda stage, text: b"550 5.1.1 no such user" if stage == "rcpt" else None
    letter = answer(desk, voice)
    post.send_due()
    page = desk_page(desk, voice)
    assert "没寄成" in page
    assert "550 5.1.1 no such user" in page
    assert "第二份" not in page
    assert "reader@example.org" not in reader_page(voice)

    sink.rule = lambda stage, text: None
    resend = reverse("feedback:voice-resend", args=[voice.pk, letter.voice_message.pk])
    assert resend in page
    desk.post(resend)
    post.send_due()
    assert sink.addresses == ["reader@example.org"]


def test_answer_in_doubt_is_never_repeated_by_itself_and_warns(desk, voice, sink, settings):
    settings.EMAIL_TIMEOUT = 0.3
    sink.rule = lambda stage, text: time.sleep(1) if stage == "content" else None
    answer(desk, voice)
    post.send_due()
    sink.rule = lambda stage, text: None
    post.sweep()
    post.send_due()
    assert Letter.objects.get().state == "unknown"
    page = desk_page(desk, voice)
    assert "不确定" in page
    assert "第二份" in page
    assert "reader@example.org" not in reader_page(voice)


def test_answer_of_another_voice_is_not_sent_again_under_this_one(desk, voice):
    other = factories.VoiceFactory(email="other@example.org")
    answer(desk, other)
    Letter.objects.update(state="failed")
    address = reverse("feedback:voice-resend", args=[voice.pk, other.messages.get().pk])
    assert desk.post(address).status_code == 404
    assert Letter.objects.get().state == "failed"


def test_colleague_of_the_campus_sends_a_letter_again_that_a_voice_of_theirs_shows(voice):
    """The voice decides who sees it, not who wrote the letter."""
    campus = factories.CampusFactory()
    voice.campus = campus
    voice.save()
    voice.messages.create(text="x", letter=factories.LetterFactory(state="failed"))
    client = Client()
    client.force_login(factories.UserFactory(role="librarian", campus=campus))
    resend = reverse("feedback:voice-resend", args=[voice.pk, voice.messages.get().pk])
    assert client.post(resend).status_code == 302
    assert Letter.objects.get().state == "pending"


def test_page_asks_as_often_for_many_answers_as_for_one(desk, voice, django_assert_num_queries):
    def add() -> None:
        voice.messages.create(text="x", letter=factories.LetterFactory(state="failed"))

    add()
    desk_page(desk, voice)
    with django_assert_num_queries(5):
        desk_page(desk, voice)
    for _answer in range(3):
        add()
    with django_assert_num_queries(5):
        desk_page(desk, voice)
