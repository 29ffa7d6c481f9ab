"""A mail server per test, and a campaign that is ready to go."""

from datetime import date

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from tests import factories
from tests.campaigns import sink as sinks


@pytest.fixture
def sink(settings):
    with sinks.running() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield sink


@pytest.fixture
def librarian(db):
    return factories.UserFactory(role="librarian")


@pytest.fixture
def campaign(librarian):
    """Live, one segment of every active reader, nobody held out."""
    campaign = factories.CampaignFactory(
        owner=librarian,
        phase=Campaign.Phase.PERFORMANCE,
        locked_at=timezone.now(),
        locked_by=librarian,
        holdout_percent=0,
        starts_on=date(2026, 9, 1),
    )
    campaign.segments.add(factories.SegmentFactory(rule=EVERYBODY))
    return campaign


EVERYBODY = {}


@pytest.fixture
def content(campaign):
    return factories.ContentFactory(campaign=campaign, subject="Hello {name}", body="<p>Dear {name}</p>")
