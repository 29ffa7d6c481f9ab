"""The front page in the browser: on a phone, without script, in the dark."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from feedback.voices.models import Voice
from tests.browser import Live
from tests.factories import (
    CallFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 780}
DESK = {"width": 1280, "height": 900}
OPACITY = "one => getComputedStyle(one).opacity"


def changed(**fields) -> Voice:
    """Something said forty days ago, answered on the next day and settled today."""
    now = timezone.now()
    moments = {
        "received_at": now - timedelta(days=40),
        "answered_at": now - timedelta(days=39),
        "closed_at": now,
    }
    return VoiceFactory(**moments, **fields)


@pytest.fixture
def reader():
    """Somebody for whom every part of the page has something to show."""
    reader = ReaderFactory(user=UserFactory(role="reader"))
    call = CallFactory(title="节气配图诗征集")
    now = timezone.now()
    changed(reader=reader, text="插座总是松的。", done="换好了，四十六个。")
    VoiceFactory(reader=reader, text="能不能开到零点？")
    changed(done="加了灯。", shown=True, public_text="太暗了。")
    for text in ("雪没有来，\n灯先白了", "风夹进书里。", "On one line."):
        SubmissionFactory(
            call=call,
            text=text,
            state="published",
            licence_agreed="Yes.",
            published_at=now,
            published_by=call.created_by,
        )
    SubmissionFactory(call=call, author=reader, text="灯先白了", state="draft")
    return reader


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en")])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_front_page_is_whole_on_every_screen(chromium, live_server, reader, size, scheme, locale):
    with Live(chromium, live_server.url, **size, color_scheme=scheme, locale=locale) as live:
        live.sign_in(reader.user)
        live.open(reverse("feedback:home"))
        expect(live.page.locator("h1")).to_have_text("换好了，四十六个。")
        live.shot(f"home-{size['width']}-{scheme}-{locale}")
        live.check()
        broken = live.page.locator("img").evaluate_all(
            "all => all.filter(one => one.complete && !one.naturalWidth).length"
        )
        assert broken == 0
        assert live.errors == []


def test_visitor_to_whom_one_change_is_shown_is_led_to_no_empty_list(chromium, live_server):
    changed(done="加了灯。", shown=True, public_text="太暗了。")
    with Live(chromium, live_server.url, **DESK, locale="en") as live:
        live.open(reverse("feedback:home"))
        expect(live.page.locator(".opening h1")).to_have_text("加了灯。")
        expect(live.page.locator("a[href='#did']")).to_have_count(0)
        live.shot("home-visitor")
        live.check()
        assert live.errors == []


def test_form_to_speak_is_one_tap_away_on_a_phone(chromium, live_server, reader):
    with Live(chromium, live_server.url, **PHONE, locale="zh-CN") as live:
        live.open(reverse("feedback:home"))
        way = live.page.locator(".opening a[href='#say']")
        expect(way).to_be_in_viewport()
        way.click()
        expect(live.page.locator("#home-text")).to_be_in_viewport()
        assert live.errors == []


def test_somebody_speaks_on_the_front_page_without_script(chromium, live_server):
    with Live(chromium, live_server.url, java_script_enabled=False, locale="zh-CN") as live:
        live.open(reverse("feedback:home"))
        expect(live.page.locator(".opening .illustration")).to_be_visible()
        live.page.fill("#home-text", "灯坏了")
        live.page.click("text=告诉图书馆")
        expect(live.page.locator(".refno").first).to_be_visible()
    assert Voice.objects.get().text == "灯坏了"


def test_drawings_dim_with_the_page_at_the_switch_in_the_header(chromium, live_server):
    with Live(chromium, live_server.url, color_scheme="light") as live:
        live.open(reverse("feedback:home"))
        drawing = live.page.locator(".opening .illustration")
        assert drawing.evaluate(OPACITY) == "1"
        live.page.click("[data-theme-switch]")
        assert drawing.evaluate(OPACITY) == "0.86"
