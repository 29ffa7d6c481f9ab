"""The door and the queue in front of the desk, as they look: locked, slowed, looked at first."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.staff import slowing
from crm.staff.models import GuessCounter
from tests.browser import Live
from tests.crm.staff.door import PASSWORD, account
from tests.factories import SubmissionFactory, UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {
    "desktop": {"locale": "zh-CN"},
    "phone": {"width": 375, "height": 812, "locale": "zh-CN"},
    "dark": {"locale": "en", "color_scheme": "dark"},
}


@pytest.fixture(params=SCREENS)
def screen(request, chromium, live_server):
    with Live(chromium, live_server.url, **SCREENS[request.param]) as live:
        live.name = request.param
        yield live
        # A page that asks to wait is a 429, which the browser's console calls an error.
        assert [error for error in live.errors if "429" not in error] == []


def sign_in(live, password: str) -> None:
    live.page.fill("#id_login", "Ann")
    live.page.fill("#id_password", password)
    live.page.click("form.form button.primary")


def test_locked_account_says_what_can_be_done(screen):
    account("Ann", "ann@example.org")
    screen.open(reverse("account_login"))
    for _try in range(6):
        sign_in(screen, "wrong")

    screen.page.wait_for_selector(".summary-errors")
    screen.check()
    screen.shot(f"door-locked-{screen.name}")


def test_slowed_network_counts_its_seconds_and_then_lets_in(screen, monkeypatch):
    monkeypatch.setattr(slowing, "BURST", 1)
    account("Ann", "ann@example.org")
    # Enough to ask for the shortest wait, and for no longer one.
    for _try in range(3):
        slowing.count_failure("127.0.0.1")
    screen.open(reverse("account_login"))
    sign_in(screen, PASSWORD)

    screen.page.wait_for_selector("[data-wait]")
    screen.check()
    screen.shot(f"door-slowed-{screen.name}")
    screen.page.wait_for_selector("[data-wait-link]:not([aria-disabled])")
    screen.page.click("[data-wait-link]")
    sign_in(screen, PASSWORD)
    screen.page.wait_for_function("() => !location.pathname.startsWith('/accounts/')")


def test_account_is_opened_on_one_page(screen):
    screen.open(reverse("account_signup"))
    screen.check()
    screen.shot(f"door-sign-up-{screen.name}")


def test_reader_sees_that_their_words_wait_or_were_put_aside(screen):
    for state in ("held", "aside"):
        voice = VoiceFactory(state=state, suspected="network")
        screen.open(reverse("feedback:voice-follow", args=[voice.reference, voice.secret]))
        screen.check()
        screen.shot(f"voice-{state}-{screen.name}")


def test_desk_sees_what_waits(screen):
    voice = VoiceFactory(state="held", suspected="network")
    work = SubmissionFactory(
        state="held", suspected="fast", submitted_at=None, held_at=timezone.now()
    )
    screen.sign_in(UserFactory(role="administrator"))
    suspect = UserFactory(suspected="browser")
    later = timezone.now() + timezone.timedelta(minutes=10)
    GuessCounter.objects.create(
        key=f"user {suspect.pk}", tries=5, at=timezone.now(), locked_until=later
    )

    pages = {
        "inbox": reverse("feedback:voice-list"),
        "voice": voice.get_absolute_url(),
        "works": reverse("feedback:call-review", args=[work.call_id]),
        "user": reverse("crm:user-edit", args=[suspect.pk]),
    }
    for name, page in pages.items():
        screen.open(page)
        screen.check()
        screen.shot(f"desk-{name}-{screen.name}")
