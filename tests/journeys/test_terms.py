"""A term of statistics is explained where it stands: by a key, by a tap, without a script."""

import pytest

from analytics.loop.evaluate import evaluate
from tests import recorded
from tests.analytics import building as make
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def report(live):
    """The tables of an evaluation with a holdout, open before a manager."""
    recorded.always()
    evaluation = evaluate(make.telling_campaign(), make.AFTER)
    live.sign_in(UserFactory(role="manager"))
    live.open(evaluation.get_absolute_url())
    live.page.click(".report-tables > summary")
    return live


def test_term_opens_and_closes_with_the_keyboard(report):
    # axe gives what is open styles of its own, which the page's policy forbids: it looks before.
    report.check()
    says = report.page.locator("#term-lift")
    assert not says.is_visible()
    report.page.focus("[popovertarget=term-lift]")
    report.page.keyboard.press("Enter")
    assert says.is_visible()
    assert "percentage points" in says.inner_text()
    report.shot("term")
    report.page.keyboard.press("Escape")
    assert not says.is_visible()


def test_term_opens_by_a_tap_on_a_phone_and_lies_on_the_screen(report):
    report.page.set_viewport_size(PHONE)
    report.page.click("[popovertarget=term-lift]")
    box = report.page.locator("#term-lift").bounding_box()
    report.shot("term-phone")
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] + box["height"] <= PHONE["height"]
    assert report.fits()
