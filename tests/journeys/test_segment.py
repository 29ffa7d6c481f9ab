"""A librarian builds a segment in a real browser, and the number beside it keeps up."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import Live
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(chromium, live_server):
    with Live(chromium, live_server.url, locale="en-GB") as live:
        yield live
        assert live.errors == []


def press(desk, text: str) -> None:
    desk.page.locator("#segment-tree").get_by_role("button", name=text, exact=True).click()


def test_the_number_is_that_of_the_rule_after_every_press(desk):
    ReaderFactory.create_batch(7, kind="teacher")
    ReaderFactory.create_batch(5, kind="master")
    desk.sign_in(UserFactory(role="librarian"))
    desk.open(reverse("crm:segment-create"))
    panel = desk.page.locator("#segment-count")
    number = panel.locator(".count-live")
    expect(number).to_have_text("12")

    press(desk, "Add condition")
    expect(panel).to_contain_text("These conditions are not complete:")

    desk.page.get_by_label("Teacher", exact=True).check()
    expect(number).to_have_text("7")

    press(desk, "Remove")
    expect(number).to_have_text("12")
    desk.check()
