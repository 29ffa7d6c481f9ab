"""What is typed into the forms of a room, at the edges of what can be meant."""

import pytest
from django.urls import reverse

from tests.campaigns.building import complete
from tests.core.building import BLANK
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def librarian():
    return UserFactory(role="librarian")


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def brief(**changes) -> dict:
    return {"title": "New title", "purpose": "p", "send_hour": 9, "holdout_percent": 10} | changes


@pytest.mark.parametrize("end", ["starts_on", "ends_on"])
@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        ("1999-12-31", False),
        ("2000-01-01", True),
        ("2100-12-31", True),
        ("2101-01-01", False),
        ("9999-12-31", False),
    ],
)
def test_campaign_has_days_that_can_be_meant(desk, librarian, end, day, is_taken):
    campaign = complete(librarian)
    answer = desk.post(url("campaign-edit", campaign.pk), brief(**{end: day}))
    if is_taken:
        assert answer.status_code == 302
        return
    assert answer.status_code == 400
    (said,) = answer.context["form"].errors[end]
    assert "2000年1月1日" in said
    assert "2100年12月31日" in said


@pytest.mark.parametrize("blank", BLANK)
def test_campaign_needs_a_title_that_can_be_read(desk, librarian, blank):
    campaign = complete(librarian)
    answer = desk.post(url("campaign-edit", campaign.pk), brief(title=blank))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["title"])


@pytest.mark.parametrize("total", [201, 2000, 10**20])
def test_mix_of_more_lines_than_there_can_be_channels_is_refused(desk, librarian, total):
    campaign = complete(librarian)
    data = {"mix-TOTAL_FORMS": total, "mix-INITIAL_FORMS": 0}
    answer = desk.post(url("plan-edit", campaign.pk), data)
    assert answer.status_code == 400
    assert len(answer.context["lines"]) <= 200
