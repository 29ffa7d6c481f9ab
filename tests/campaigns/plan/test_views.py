"""The pages of plans: the board and the list, how a campaign begins, and the parts of its plan."""

from decimal import Decimal

import pytest

from campaigns.plan.actions import book_cost
from campaigns.plan.models import Campaign
from campaigns.plan.views.parts import PARTS
from tests.campaigns.building import Phase, complete, taken_to, url
from tests.factories import CampaignFactory, SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_b6_creating_from_a_season_fills_the_plan(desk):
    desk.post(url("campaign-create"), {"title": "", "start": "welcome", "year": "2026"})

    campaign = Campaign.objects.get()
    assert campaign.season == "welcome"
    assert campaign.segments.get().name == "2026 级新生"


def test_empty_campaign_without_title_is_refused(desk):
    response = desk.post(url("campaign-create"), {"title": "", "start": "blank"})
    assert (response.status_code, Campaign.objects.count()) == (400, 0)


def test_part_with_an_error_comes_back_with_what_was_typed(desk, librarian):
    campaign = complete(librarian)

    response = desk.post(
        url("part-add", campaign.pk, "task"), {"text": "", "owner": "采编流一体化"}
    )

    assert response.status_code == 400
    assert "采编流一体化" in response.content.decode()
    assert campaign.tasks.count() == 1


def test_a4_cost_beyond_the_budget_is_refused_beside_the_form(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    response = desk.post(
        url("part-add", campaign.pk, "cost"),
        {"amount": "1000.01", "kind": "cash", "on": "2026-03-02"},
    )

    assert response.status_code == 400
    assert "只剩 ¥1,000.00" in response.content.decode()
    assert campaign.costs.count() == 0


@pytest.mark.parametrize("kind", ["goal", "task", "need", "element", "match", "standard", "cost"])
def test_part_of_another_campaign_is_not_there(desk, librarian, kind):
    mine = complete(librarian)
    theirs = complete(librarian, title="Other")
    book_cost(campaign=theirs, amount=Decimal(1), on=theirs.starts_on, by=librarian)
    rows = PARTS[kind].model.objects.of(theirs)
    part = rows.get()

    assert desk.post(url("part-remove", mine.pk, kind, part.pk)).status_code == 404
    assert rows.count() == 1


def test_nul_in_a_text_is_refused_not_a_fault(desk, librarian):
    campaign = complete(librarian)
    assert desk.post(url("part-add", campaign.pk, "goal"), {"text": "a\0b"}).status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("view", ["board", "list"])
def test_list_takes_the_same_queries_for_one_and_three(
    desk, librarian, django_assert_num_queries, rows, view
):
    for number in range(rows):
        campaign = CampaignFactory(title=f"C{number}", owner=UserFactory(role="librarian"))
        campaign.segments.add(SegmentFactory(), SegmentFactory())
    with django_assert_num_queries(5 if view == "list" else 4):
        desk.get(url("campaign-list"), {"view": view})


def test_search_and_phase_filter_the_list(desk):
    CampaignFactory(title="春夜读诗")
    CampaignFactory(title="迎新季")

    page = desk.get(
        url("campaign-list"), {"view": "list", "q": "读诗", "phase": "prepare"}
    ).content.decode()

    assert "春夜读诗" in page
    assert "迎新季</a>" not in page
