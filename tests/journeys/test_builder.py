"""The builder in a browser: what a condition lacks is said beside it, as long as it lacks it."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from crm.segments.models import Segment
from crm.segments.traits import KEY
from tests.browser import Live
from tests.factories import ReaderFactory, UserFactory


@pytest.fixture
def desk(chromium, live_server):
    with Live(chromium, live_server.url, locale="en-GB") as live:
        live.sign_in(UserFactory(role="librarian"))
        yield live
        assert live.errors == []


def test_b5_trait_is_offered_and_its_mark_goes_as_soon_as_it_is_complete(desk):
    """In 0.1 a name was typed from memory, and errors stayed until the page was sent."""
    cache.delete(KEY)
    ReaderFactory.create_batch(21, traits={"rank": "a"})
    page = desk.page
    desk.open(reverse("crm:segment-create"))
    page.fill("#id_name", "Of rank a")
    page.select_option("#new-0", "trait")
    page.get_by_role("button", name="Add condition", exact=True).click()
    faults = page.locator("#faults-c1")
    expect(faults).to_contain_text("not complete")
    expect(page.locator(".count-live")).to_have_text("No number yet")

    page.click("button[value=save]")
    page.click(".summary-errors a[href='#id_c1-name']")
    expect(page.locator("#id_c1-name")).to_be_focused()
    page.fill("#id_c1-name", "rank")
    page.press("#id_c1-name", "Tab")
    expect(page.locator("#values-c1 option")).to_have_attribute("value", "a")
    page.fill("#id_c1-value", "a")
    expect(faults).not_to_contain_text("not complete")
    expect(page.locator(".count-live")).to_have_text("21")
    page.get_by_role("button", name="Show a few of them").click()
    expect(page.locator("#segment-sample li")).to_have_count(8)

    page.click("button[value=save]")
    page.wait_for_url(re.compile(r"/desk/segments/\d+/$"))
    assert Segment.objects.get(name="Of rank a").size == 21
