"""A report in a meeting: read on a desk and on a phone, presented by keys, decided in its place."""

import pytest
from django.utils import timezone

from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Decision
from tests import recorded
from tests.analytics.building import telling_campaign
from tests.browser import Live
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 800}


@pytest.fixture
def report():
    recorded.always()
    return evaluate(telling_campaign(), timezone.now())


@pytest.fixture
def meeting(chromium, live_server):
    with Live(chromium, live_server.url, locale="zh-CN") as live:
        live.sign_in(UserFactory(role="manager"))
        yield live
        assert live.errors == []


def test_j2_a_report_is_presented_decided_and_read_on_a_phone(meeting, report):
    page = meeting.page
    meeting.open(report.get_absolute_url())
    meeting.check()

    page.keyboard.press("p")
    assert page.locator("[data-part]:visible").count() == 1
    first = page.locator("[data-foot-title]").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-part]:visible").get_attribute("id") == "effect"
    assert page.locator("[data-foot-title]").inner_text() != first
    meeting.check()
    page.keyboard.press("Escape")
    assert page.locator("[data-part]:visible").count() > 1

    # What is taken back in time is not sent.
    page.keyboard.press("j")
    proposal = page.locator("[data-proposal]").first
    page.keyboard.press("a")
    assert proposal.locator("[data-held]").is_visible()
    page.keyboard.press("z")
    assert proposal.locator("[data-held]").is_hidden()

    # What is accepted stands there as decided, and nothing else is moved.
    page.keyboard.press("a")
    proposal.locator("[data-accept]").wait_for(state="detached")
    meeting.settle()
    assert Decision.objects.get().verdict == "accept"
    assert Adjustment.objects.get(decision__isnull=False).pk == int(
        proposal.get_attribute("id").removeprefix("proposal-")
    )
    meeting.check()

    page.set_viewport_size(PHONE)
    meeting.open(report.get_absolute_url())
    meeting.check()
