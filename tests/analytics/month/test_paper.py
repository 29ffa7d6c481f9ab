"""The month page on a sheet of paper: nothing reaches over its edge."""

import pytest
from django.urls import reverse

from analytics.facts import computing
from crm.readers.models import Activity
from tests.analytics import building as make
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Pixels of an A4 sheet between its margins: upright, and on its side.
SHEETS = {"upright": 718, "on its side": 1046}
WIDER = """
(width) => Array.from(document.querySelectorAll("main table, main figure, main .card"))
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => one.closest("section")?.id ?? one.className)
"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_month_is_no_wider_than_its_sheet(live, language):
    for kind in Activity.Kind.values:
        make.visit(make.readers(12), kind=kind)
    computing.compute(make.LAUNCH.date(), make.AFTER.date())
    live.sign_in(UserFactory(role="manager"))
    cookie = {"name": "django_language", "value": language, "url": live.url}
    live.context.add_cookies([cookie])
    live.page.emulate_media(media="print")
    for name, width in SHEETS.items():
        live.page.set_viewport_size({"width": width, "height": 1000})
        live.open(reverse("analytics:month-detail", args=["2026-03"]))
        assert live.page.locator("#activities table").is_visible(), name
        assert live.page.evaluate(WIDER, width) == [], name
        live.shot(f"month-paper-{width}-{language}")
