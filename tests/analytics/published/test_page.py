"""The page of what is published, looked at in a browser."""

import pytest

from analytics.loop.evaluate import evaluate
from analytics.published.actions import verify_published
from tests import browser as browsing
from tests.analytics import building as make
from tests.factories import UserFactory


@pytest.mark.django_db(transaction=True)
def test_published_page_and_the_seal_of_a_report_fit_a_telephone(chromium, live_server):
    told = evaluate(make.telling_campaign(), make.AFTER)
    verify_published(by=None)

    with browsing.Live(chromium, live_server.url, width=375) as live:
        live.sign_in(UserFactory(role="manager"))
        for path in ("/insight/published/", told.get_absolute_url()):
            live.open(path)
            live.check()
        # What proves the report stands with its tables, below what is read in a meeting.
        for details in live.page.locator("main details > summary").all():
            details.click()
        seal = live.page.get_by_role("link", name="Seal").or_(
            live.page.get_by_role("link", name="封印")
        )
        assert seal.bounding_box()["height"] < 60
