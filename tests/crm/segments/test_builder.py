"""The builder in a browser.

Conditions added with the mouse, the count follows, Enter does not save by accident.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from crm.segments.models import Segment
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_librarian_builds_a_segment_and_sees_the_count_follow(live):
    ReaderFactory.create_batch(7, kind="teacher")
    ReaderFactory.create_batch(6)
    live.sign_in(UserFactory(role="librarian"))
    page, count = live.page, live.page.locator("p.count-live")

    live.open(reverse("crm:segment-create"))
    expect(count).to_have_text("13")
    page.select_option("#new-0", "kind")
    page.click("button[value='add:0']")
    page.check("input[name='c1-in'][value='teacher']")
    expect(count).to_have_text("7")
    assert live.axe() == []
    page.fill("#id_name", "Teachers")
    page.press("#id_name", "Enter")
    expect(page.locator("button[value='count']").last).to_be_visible()
    assert not Segment.objects.exists()
    page.click("button[value='save']")
    page.wait_for_url(re.compile(r"/segments/\d+/$"))

    segment = Segment.objects.get()
    assert (segment.rule, segment.size) == ({"test": "kind", "in": ["teacher"]}, 7)
    assert live.axe() == []
