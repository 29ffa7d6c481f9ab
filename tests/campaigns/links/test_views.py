"""The desk's pages of tracked links: the list, a new placement, its poster."""

import pytest

from campaigns.links.models import TrackedLink
from campaigns.plan.models import Channel
from tests import factories
from tests.campaigns.building import url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rows", [1, 3])
def test_link_list_costs_the_same_queries_for_1_and_3_rows(
    desk, campaign, rows, django_assert_num_queries
):
    factories.TrackedLinkFactory.create_batch(rows, campaign=campaign)
    with django_assert_num_queries(
        8
    ):  # session, user, count, page, campaigns and channels to choose from
        assert len(desk.get(url("link-list")).context["page"]) == rows


def test_link_of_a_poster_is_made_with_a_checked_target(desk, campaign):
    board = Channel.objects.get(code="poster")
    form = {"placement": "南门", "channel": board.pk, "target": "//evil.org"}
    assert desk.post(url("link-create", campaign.pk), form).status_code == 400
    desk.post(url("link-create", campaign.pk), form | {"target": "/s/one/"})
    link = TrackedLink.objects.get()
    assert (link.placement, link.target, link.carries_key, link.content) == (
        "南门",
        "/s/one/",
        False,
        None,
    )


@pytest.mark.parametrize(
    "typed",
    [
        "/s/some/",
        "/s/some",
        "/s/some/?lang=en",
        "/s/some/#q2",
        "/s/%73ome/",
        "HTTP://127.0.0.1:8000/s/some/",
        "https://127.0.0.1:8000/s/some?x=1",
    ],
)
def test_poster_leads_to_no_survey_by_invitation(desk, campaign, typed, settings):
    """Who reads it on paper would find no such page."""
    settings.BASE_URL = typed.lower().partition("/s/")[0] or settings.BASE_URL
    survey = factories.SurveyFactory(slug="some", by_invitation=True)
    board = Channel.objects.get(code="poster")
    form = {"placement": "南门", "channel": board.pk, "target": typed}
    answer = desk.post(url("link-create", campaign.pk), form, headers={"accept-language": "en"})
    assert (answer.status_code, "is by invitation" in answer.text) == (400, True)
    survey.by_invitation = False
    survey.save()
    assert desk.post(url("link-create", campaign.pk), form).status_code == 302


def test_poster_carries_the_short_address_and_its_code(desk):
    link = factories.TrackedLinkFactory(placement="南门海报")

    page = desk.get(url("link-poster", link.pk)).content.decode()

    assert link.get_absolute_url() in page
    assert "<svg" in page
    assert "style=" not in page
