"""What a viewer may do on a campaign's pages, from the phase and the role."""

import pytest
from django.utils import timezone

from campaigns.plan.models import Campaign
from campaigns.room.rights import CampaignRights
from campaigns.room.views.detail import empty_forms
from tests import factories
from tests.campaigns.building import Phase, taken_to

pytestmark = pytest.mark.django_db


def allowed(rights: CampaignRights) -> set[str]:
    """The names of what is allowed."""
    names = ("edit", "plan", "work", "amend", "change_budget", "launch")
    return {name for name in names if getattr(rights, name)}


@pytest.mark.parametrize(
    ("phase", "librarian_may", "manager_may_too"),
    [
        (Phase.PREPARE, {"edit", "plan", "work"}, {"change_budget"}),
        (Phase.TACTICS, {"edit", "plan", "work", "launch"}, {"change_budget"}),
        (Phase.PERFORMANCE, {"edit", "work", "amend"}, {"change_budget"}),
    ],
)
def test_going_live_ends_planning_and_begins_amending(phase, librarian_may, manager_may_too):
    librarian = factories.UserFactory(role="librarian")
    manager = factories.UserFactory(role="manager")
    campaign = taken_to(phase, librarian)

    assert allowed(CampaignRights(campaign, librarian)) == librarian_may
    assert allowed(CampaignRights(campaign, manager)) == librarian_may | manager_may_too


def test_a_closed_campaign_takes_nothing_more():
    manager = factories.UserFactory(role="manager")
    now = timezone.now()
    campaign = Campaign(phase=Phase.CLOSED, locked_at=now, closed_at=now)
    assert allowed(CampaignRights(campaign, manager)) == {"edit"}


def test_forms_stand_only_where_their_rows_may_be_added():
    librarian = factories.UserFactory(role="librarian")
    live = CampaignRights(taken_to(Phase.PERFORMANCE, librarian), librarian)

    assert list(empty_forms(Phase.STRATEGY, live)) == ["task"]
    assert list(empty_forms(Phase.TACTICS, live)) == []
    assert list(empty_forms(Phase.PERFORMANCE, live)) == ["cost"]
    reader = CampaignRights(live.campaign, factories.UserFactory(role="reader"))
    assert empty_forms(Phase.STRATEGY, reader) == {}
