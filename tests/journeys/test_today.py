"""The desk's first page by hand: found, opened, answered and taken back without leaving it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.accounts.models import BrowserSession
from feedback.voices.models import Voice
from tests import factories
from tests.analytics.today import building

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def morning(live):
    """A librarian in front of three things of each kind, who was here yesterday evening."""
    now = timezone.now()
    me = factories.UserFactory(role="librarian", display_name="周文静")
    colleague = factories.UserFactory(role="librarian", display_name="王工", email="w@example.org")
    building.morning(3, now, colleague)
    earlier = now - timedelta(hours=16)
    factories.BrowserSessionFactory(
        user=me, started_at=earlier, last_seen_at=earlier, expire_date=earlier, ends_at=now
    )
    live.sign_in(me)
    assert BrowserSession.objects.filter(user=me).count() == 2
    return me


def open_today(live, language: str = "zh-hans") -> None:
    live.context.set_extra_http_headers({"Accept-Language": language})
    live.open(reverse("analytics:today"))
    live.settle()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_today_is_read_by_everybody_on_every_screen(live, morning, language):
    open_today(live, language)
    live.check()
    live.shot(f"today-{language}")

    live.page.emulate_media(color_scheme="dark")
    live.check()
    live.shot(f"today-{language}-dark")

    live.page.emulate_media(color_scheme="light")
    live.page.set_viewport_size(PHONE)
    live.check()
    live.shot(f"today-{language}-phone")
    for left in live.page.locator(".today-item .left").all():
        box = left.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


def test_keys_go_from_line_to_line_and_answer_in_place(live, morning):
    open_today(live, "en")
    page = live.page
    voice = Voice.objects.waiting().filter(assigned_to=None).order_by("received_at").first()
    line = page.locator(f"#voice-{voice.pk}")

    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.closest('.today-item').id")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.closest('.today-item').id")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('.today-item').id") == first != second

    line.locator("[data-step]").focus()
    page.keyboard.press("Enter")
    line.locator("textarea").wait_for()
    live.check()
    live.shot("today-open")
    # The text of the voice is there in full, and the answer can be typed at once.
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.press("Control+Enter")
    line.locator(".summary-errors").wait_for()

    line.locator("textarea").fill("换好了，四十六个。")
    page.keyboard.press("Control+Enter")
    page.locator(f"#voice-{voice.pk}.done").wait_for()
    assert page.url.endswith(reverse("analytics:today"))
    voice.refresh_from_db()
    assert voice.state == Voice.State.ANSWERED
    assert voice.messages.get().text == "换好了，四十六个。"


def test_voice_that_was_put_aside_is_taken_back_with_a_key(live, morning):
    open_today(live, "en")
    page = live.page
    voice = Voice.objects.filter(state="held").first()
    line = page.locator(f"#voice-{voice.pk}")
    line.locator("[data-step]").click()
    line.locator("button[name=aside]").click()
    line.locator("[data-undo]").wait_for()
    live.check()
    live.shot("today-undo")
    seconds = int(line.locator("form").get_attribute("data-seconds"))
    # The seconds go down while somebody looks.
    page.wait_for_function(
        "([id, n]) => !document.getElementById(id).textContent.includes(String(n))",
        arg=[f"voice-{voice.pk}", seconds],
    )

    page.keyboard.press("z")
    line.locator("textarea").wait_for()
    voice.refresh_from_db()
    assert voice.state == Voice.State.RECEIVED


def test_mailing_says_how_far_it_is_and_stops_in_place(live, morning):
    open_today(live, "en")
    part = live.page.locator(".mailing").first
    part.locator("progress").wait_for()
    part.get_by_role("button", name="Stop for now").click()
    part.get_by_role("button", name="Go on").wait_for()
    live.check()


def test_keys_that_open_a_link_elsewhere_send_no_form(live, morning):
    """Pressed on a link they sent what stood half typed in its line."""
    open_today(live, "en")
    page = live.page
    voice = Voice.objects.waiting().filter(assigned_to=None).order_by("received_at").first()
    line = page.locator(f"#voice-{voice.pk}")
    line.locator("[data-step]").click()
    line.locator("textarea").fill("Half")

    taken = line.locator("form a").first.evaluate(
        """link => {
          const keys = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
          return !link.dispatchEvent(new KeyboardEvent("keydown", keys));
        }"""
    )

    assert taken is False
    line.locator("textarea").fill("")
