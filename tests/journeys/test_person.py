"""The page of one reader in a browser: on a desk and a phone, light and dark, in both languages."""

import pytest

from crm.merges.actions import merge
from crm.privacy.actions.leaving import erase
from crm.readers.models import Reader
from tests.browser import Live
from tests.factories import ReaderFactory, SubmissionFactory, UserFactory
from tests.feedback.person import tingyu
from tests.looking import said_why

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [
    (1280, "light", "zh-CN"),
    (375, "light", "zh-CN"),
    (1280, "dark", "zh-CN"),
    (375, "dark", "en"),
    (1280, "light", "en"),
]


def test_page_of_a_reader_on_every_screen(chromium, live_server):
    reader, quiet = tingyu(), ReaderFactory(name="", number="Q1", consents=[])
    librarian = UserFactory(role="librarian", display_name="何叙")
    for one in (reader, quiet):
        said_why(one, by=librarian)
    said_why(reader, by=UserFactory(role="manager", display_name="周雯"), reason="work")
    for width, scheme, locale in SCREENS:
        options = {"width": width, "color_scheme": scheme, "locale": locale}
        with Live(chromium, live_server.url, **options) as live:
            live.sign_in(librarian)
            for name, one in (("person", reader), ("quiet", quiet)):
                live.open(one.get_absolute_url())
                live.settle()
                live.shot(f"{name}-{width}-{scheme}-{locale}")
                live.check()
            assert live.errors == []


def test_filter_and_older_months_come_without_leaving_the_page(live):
    reader, librarian = tingyu(), UserFactory(role="librarian")
    said_why(reader, by=librarian)
    live.sign_in(librarian)
    live.open(reader.get_absolute_url())
    page = live.page
    months = page.locator("#happened .month")
    shown = months.count()
    page.click(".older a")
    page.wait_for_function("n => document.querySelectorAll('.month').length > n", arg=shown)

    page.click("#happened .kinds a[href*='show=letter']")
    page.wait_for_selector("#happened .kinds a[aria-current][href*='show=letter']")
    assert "show=letter" in page.url
    assert months.count() < shown
    live.check()
    # Back leads to the whole page, and not to the part of it that was fetched.
    page.go_back()
    page.wait_for_selector("#happened .kinds a[aria-current]:not([href*='show=letter'])")
    assert page.locator(".side-nav").count() == 1
    page.go_forward()
    page.wait_for_selector("#happened .kinds a[aria-current][href*='show=letter']")
    assert page.locator(".side-nav").count() == 1
    # The address alone shows the same.
    live.open(page.url)
    assert page.locator("#happened .kinds a[aria-current][href*='show=letter']").count() == 1
    assert live.errors == []


def test_joined_record_leads_to_the_kept_one_and_an_erased_one_is_gone(live):
    librarian, manager = UserFactory(role="librarian"), UserFactory(role="manager")
    kept = tingyu(email="one@example.org")
    gone = ReaderFactory(name=kept.name, number="R-OLD", email="one@example.org", source="gate")
    SubmissionFactory(author=gone, title="寒露", state="declined")
    address = gone.get_absolute_url()
    merge(kept=kept, gone=gone, by=librarian)
    said_why(kept, by=manager)
    live.sign_in(manager)
    live.open(address)
    live.settle()
    assert live.page.url.endswith(kept.get_absolute_url())
    # What the other record wrote is the reader's own now.
    assert "寒露" in live.page.inner_text(".written")
    live.shot("person-joined")
    live.check()

    erase(reader=Reader.objects.get(pk=kept.pk), reason="asked-desk", by=manager)
    for erased in (address, kept.get_absolute_url()):
        assert live.open(erased).status == 404
        assert "陆听雨" not in live.page.content()
    live.shot("person-erased")
    live.check()
