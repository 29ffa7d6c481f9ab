"""The page of what is published, looked at in a browser."""

import pytest

from analytics.loop.evaluate import evaluate
from analytics.published.actions import verify_published
from tests.analytics import building as make
from tests.factories import UserFactory


@pytest.mark.django_db(transaction=True)
def test_published_page_and_the_seal_of_a_report_are_accessible(live):
    told = evaluate(make.telling_campaign(), make.AFTER)
    verify_published(by=None)
    live.sign_in(UserFactory(role="manager"))

    for path in ("/insight/published/", told.get_absolute_url()):
        live.open(path)
        assert live.axe() == []
