"""The pages of single letters, as they look on a desk, on a phone, in the dark."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def voice(librarian):
    """A conversation with an answer in each state."""
    voice = factories.VoiceFactory(email="reader@example.org", text="三楼的灯坏了。")
    now = timezone.now()
    fates = [
        {"state": "pending"},
        {"state": "pending", "reason": "TimeoutError: timed out", "due_at": now},
        {"state": "sent", "sent_at": now},
        {"state": "failed", "reason": "550 5.1.1 no such user", "attempts": 1},
        {"state": "unknown", "reason": "worker_died", "attempts": 1},
        {"state": "skipped", "reason": "suppressed"},
    ]
    for number, fate in enumerate(fates):
        letter = factories.LetterFactory(
            kind="voice.reply",
            address="reader@example.org",
            subject=f"图书馆答复了：{voice.reference}",
            about=f"feedback.voice:{voice.pk}",
            queued_at=now - timedelta(hours=1),
            **fate,
        )
        text = f"第 {number + 1} 次答复：已经请人来修。"
        voice.messages.create(text=text, author=librarian, letter=letter)
    return voice


@pytest.mark.parametrize("look", ["desk", "phone", "dark"])
def test_pages_of_letters_have_no_barrier_and_fit(live, librarian, voice, look):
    if look == "phone":
        live.page.set_viewport_size(PHONE)
    if look == "dark":
        live.page.emulate_media(color_scheme="dark")
    live.sign_in(librarian)
    letters = [message.letter for message in voice.messages.all()]
    pages = {
        "list": reverse("crm:letter-list"),
        "failed": letters[3].get_absolute_url(),
        "unknown": letters[4].get_absolute_url(),
        "voice": voice.get_absolute_url(),
        "today": reverse("analytics:today"),
        "reader": reverse("feedback:voice-follow", args=[voice.reference, voice.secret]),
    }
    for name, address in pages.items():
        live.open(address)
        live.check()
        live.shot(f"letters-{name}-{look}")
