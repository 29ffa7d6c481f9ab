"""The desk's first page by hand: found, opened, answered and taken back without leaving it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.today import undo
from crm.accounts.models import BrowserSession
from feedback.voices.actions import add_from_reader, reply
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


def look_on_every_screen(live, name: str) -> None:
    """The page as it stands: on a desk, in the dark, and on a phone, where it is left."""
    live.check()
    live.shot(name)

    live.page.emulate_media(color_scheme="dark")
    live.check()
    live.shot(f"{name}-dark")

    live.page.emulate_media(color_scheme="light")
    live.page.set_viewport_size(PHONE)
    live.check()
    live.shot(f"{name}-phone")


@pytest.fixture
def unhurried(monkeypatch):
    """A step can be taken back for thirty seconds, in which a busy machine draws a page or two."""
    monkeypatch.setattr(undo, "SECONDS", 900)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_today_is_read_by_everybody_on_every_screen(live, morning, language):
    open_today(live, language)
    look_on_every_screen(live, f"today-{language}")
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


def test_voice_that_was_put_aside_is_taken_back_with_a_key(live, morning, unhurried):
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
    # It waits for a look, as before.
    line.locator("button[name=let_through]").wait_for()
    voice.refresh_from_db()
    assert voice.state == Voice.State.HELD


def test_key_takes_the_last_of_two_steps_back(live, morning, unhurried):
    open_today(live, "en")
    page = live.page
    # The line that stands lower is put aside first.
    upper, lower = Voice.objects.filter(state="held").order_by("received_at")[:2]
    for voice in (lower, upper):
        line = page.locator(f"#voice-{voice.pk}")
        line.locator("[data-step]").click()
        line.locator("button[name=aside]").click()
        line.locator("[data-undo]").wait_for()
    page.keyboard.press("z")
    page.locator(f"#voice-{upper.pk} button[name=let_through]").wait_for()
    page.keyboard.press("z")
    page.locator(f"#voice-{lower.pk} button[name=let_through]").wait_for()
    assert not Voice.objects.filter(state="aside").exists()


def test_mailing_says_how_far_it_is_and_stops_in_place(live, morning):
    open_today(live, "en")
    part = live.page.locator(".mailing").first
    part.locator("progress").wait_for()
    part.get_by_role("button", name="Stop for now").click()
    part.get_by_role("button", name="Go on").wait_for()
    live.check()


def test_keys_that_send_act_from_a_field_alone_and_no_link_stands_in_a_form(live, morning):
    """Pressed on a link they sent what stood half typed in its line."""
    open_today(live, "en")
    line = opened(live, first_to_answer())
    line.locator("textarea").fill("Half")

    assert line.locator("form a:visible").count() == 0
    for place in (".along a", ".reply-end button"):
        taken = line.locator(place).evaluate(
            """place => {
              const keys = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
              return !place.dispatchEvent(new KeyboardEvent("keydown", keys));
            }"""
        )
        assert taken is False
    line.locator("textarea").fill("")


# --- what goes wrong ------------------------------------------------------------------------------
def first_to_answer():
    return Voice.objects.waiting().filter(assigned_to=None).order_by("received_at").first()


def opened(live, voice):
    """The line of a voice, open."""
    line = live.page.locator(f"#voice-{voice.pk}")
    line.locator("[data-step]").click()
    line.locator("textarea").wait_for()
    return line


def no_answer(route) -> None:
    """Nobody ever answers."""


FAILURES = {
    "offline": (lambda route: route.abort(), "cannot be reached right now"),
    "timeout": (no_answer, "has not answered in time"),
    "503": (lambda route: route.fulfill(status=503, body="x"), "cannot be reached right now"),
    "404": (lambda route: route.fulfill(status=404, body="x"), "not here any more"),
    "403": (lambda route: route.fulfill(status=403, body="x"), "not allowed now"),
    "500": (lambda route: route.fulfill(status=500, body="x"), "That did not work."),
}


def test_failed_step_says_so_in_its_line_keeps_the_text_and_can_be_taken_again(live, morning):
    open_today(live, "en")
    page, voice = live.page, first_to_answer()
    line = opened(live, voice)
    line.locator("textarea").fill("换好了。")
    page.evaluate("htmx.config.timeout = 400")
    address = f"**{reverse('analytics:today-voice', args=[voice.pk])}"
    for answer, said in FAILURES.values():
        page.route(address, answer)
        line.locator("button.primary").click()
        line.locator(".trouble", has_text=said).wait_for()
        assert line.locator(".trouble").count() == 1
        assert line.locator("textarea").input_value() == "换好了。"
        page.unroute(address)
    live.check()
    live.shot("today-trouble")
    # htmx writes each of these into the console.
    live.errors.clear()

    page.evaluate("htmx.config.timeout = 20000")
    line.locator("button.primary").click()
    page.locator(f"#voice-{voice.pk}.done").wait_for()
    assert voice.messages.get().text == "换好了。"


def test_step_without_a_verdict_puts_no_page_into_its_line(live, morning):
    open_today(live, "en")
    page, voice = live.page, Voice.objects.filter(state="held").first()
    line = page.locator(f"#voice-{voice.pk}")
    line.locator("[data-step]").click()
    line.locator("button[name=aside]").evaluate("button => { button.name = 'other'; }")
    line.locator("button[name=other]").click()
    line.locator(".trouble", has_text="That did not work.").wait_for()
    assert page.locator("main").count() == 1
    live.errors.clear()


def test_answer_left_half_typed_is_back_until_it_is_sent(live, morning):
    open_today(live, "en")
    page, voice = live.page, first_to_answer()
    page.on("dialog", lambda dialog: dialog.accept())
    opened(live, voice).locator("textarea").press_sequentially("半句")
    page.locator("[data-draft-saved]:not([hidden])").wait_for()

    open_today(live, "en")
    # What another line holds against its text is nothing of this one's.
    other = Voice.objects.waiting().filter(assigned_to=None).exclude(pk=voice.pk).first()
    opened(live, other).locator("button.primary").click()
    page.locator(f"#voice-{other.pk} .summary-errors").wait_for()
    line = opened(live, voice)
    line.locator("[data-draft-restored]:not([hidden])").wait_for()
    assert line.locator("textarea").input_value() == "半句"
    line.locator("button.primary").click()
    page.locator(f"#voice-{voice.pk}.done").wait_for()
    page.wait_for_function("() => !JSON.stringify({...localStorage}).includes('半句')")


def test_answer_stays_in_its_line_where_the_browser_has_forgotten_its_session(live, morning):
    """As after a night: its cookie lives twelve hours."""
    open_today(live, "en")
    page, voice = live.page, first_to_answer()
    line = opened(live, voice)
    line.locator("textarea").fill("换好了。")
    live.context.clear_cookies(name="sessionid")
    line.locator("button.primary").click()
    page.locator("#main [role=alert]", has_text="You are signed out.").wait_for()
    # No page to sign in on stands in the line, and the draft is kept.
    assert page.locator("input[type=password]").count() == 0
    assert line.locator("textarea").input_value() == "换好了。"
    assert page.evaluate("() => JSON.stringify({...localStorage})").count("换好了。") == 1
    assert not voice.messages.exists()
    live.check()
    line.locator("textarea").fill("")


def test_answer_comes_back_into_its_line_where_a_colleague_was_faster(live, morning):
    open_today(live, "en")
    page, voice = live.page, first_to_answer()
    line = opened(live, voice)
    line.locator("textarea").fill("换好了。")
    reply(voice=voice, text="今早已换。", by=factories.UserFactory(display_name="王工"))
    line.locator("button.primary").click()
    line.locator(".summary-errors").wait_for()
    assert "今早已换。" in line.inner_text()
    assert line.locator("textarea").input_value() == "换好了。"
    live.check()
    live.shot("today-overtaken")
    line.locator("button.primary").click()
    page.locator(f"#voice-{voice.pk}.done").wait_for()
    assert voice.messages.count() == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_line_of_a_reader_who_wrote_again_is_read_on_every_screen(live, morning, language):
    voice = first_to_answer()
    by = factories.UserFactory(display_name="王工")
    reply(voice=voice, text="你好，插座断电是线路过载，昨天已换了空气开关。", by=by)
    add_from_reader(voice=voice, text="昨天换过，今天上午又断了一次。\n靠窗那一排都没有电。")
    held = {"from_reader": True, "state": "held", "suspected": "fast"}
    voice.messages.create(text="还有东馆二楼。", **held)
    open_today(live, language)
    line = opened(live, voice)
    assert "靠窗那一排都没有电。" in line.inner_text()
    look_on_every_screen(live, f"today-again-{language}")
