"""What staff left half-filled on the desk is back when they open the page again (fault 50)."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from crm.segments.models import Segment
from tests.browser import Live
from tests.factories import ReaderFactory, SubmissionFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "[data-draft-saved]:not([hidden])"


@pytest.fixture
def desk(chromium, live_server):
    with Live(chromium, live_server.url, locale="en-GB") as live:
        live.sign_in(UserFactory(role="librarian"))
        yield live
        assert live.errors == []


def test_segment_left_half_built_is_back_with_its_conditions(desk):
    """Fault 50."""
    ReaderFactory.create_batch(7, kind="teacher")
    ReaderFactory.create_batch(5, kind="master")
    page = desk.page
    desk.open(reverse("crm:segment-create"))
    page.fill("#id_name", "Teachers who came")
    add = page.locator("#segment-tree").get_by_role("button", name="Add condition", exact=True)
    add.click()
    page.get_by_label("Teacher", exact=True).check()
    expect(page.locator(".count-live")).to_have_text("7")
    page.wait_for_selector(KEPT)
    page.wait_for_function("() => JSON.stringify({...localStorage}).includes('teacher')")

    desk.open("/desk/voices/")
    desk.open(reverse("crm:segment-create"))

    expect(page.get_by_label("Teacher", exact=True)).to_be_checked()
    assert page.input_value("#id_name") == "Teachers who came"
    expect(page.locator(".count-live")).to_have_text("7")
    page.click("button[value=save]")
    page.wait_for_url(re.compile(r"/desk/segments/\d+/$"))
    assert Segment.objects.get(name="Teachers who came").size == 7
    desk.open(reverse("crm:segment-create"))
    assert page.input_value("#id_name") == ""


def test_survey_left_half_filled_is_back(desk):
    """Fault 50."""
    desk.open(reverse("feedback:survey-create"))
    field = desk.page.locator("main form input[type=text], main form textarea").first
    field.fill("Half a survey")
    desk.page.wait_for_selector(KEPT)

    desk.open("/desk/voices/")
    desk.open(reverse("feedback:survey-create"))

    assert field.input_value() == "Half a survey"
    desk.page.wait_for_selector("[data-draft-restored]:not([hidden])")


def test_note_on_a_work_left_half_written_is_back(desk):
    """Fault 50."""
    work = SubmissionFactory(state="submitted")
    address = reverse("feedback:work-review", args=[work.pk])
    desk.open(address)
    desk.page.fill("#id_note", "The second line breathes")
    desk.page.wait_for_selector(KEPT)

    desk.open("/desk/voices/")
    desk.open(address)

    assert desk.page.input_value("#id_note") == "The second line breathes"
