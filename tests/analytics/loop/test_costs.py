"""The cost sheet of a report, recomputed by hand."""

import re

import pytest

from analytics.loop.evaluate import evaluate
from tests.analytics import building as make
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_g9_cost_sheet_is_the_worked_example(client, settings):
    """Cash 1,200 + 350; 12.5 hours at 48 are 600; gifts 250: 2,400 for 40 responses, 60 each."""
    settings.STAFF_HOUR_RATE = 48.0
    made = make.campaign()
    make.deliver(make.content(made), 100, responded=40)
    for amount in (1200, 350):
        make.pay(made, amount)
    make.pay(made, 12.5, kind="hours")
    make.pay(made, 250, kind="in_kind")
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"

    page = client.get(evaluate(made, make.AFTER).get_absolute_url()).content.decode()

    marked = r'data-measure="evaluation\.(\w+)"[^>]*>([^<]*)<'
    said = dict(re.findall(marked, page.partition("<h2>Cost</h2>")[2].partition("</section>")[0]))
    assert said == {
        "cash": "¥1,550",
        "hours": "12.5 h",
        "in_kind": "¥250",
        "total_cost": "¥2,400",
        "cost_per_response": "¥60.00",
    }
    assert "A staff hour counts ¥48" in page
