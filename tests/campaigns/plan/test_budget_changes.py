"""Changes of budget as rows: what 0.1 had in its audit log, and what nobody may do unlogged."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from campaigns.plan.actions import change_budget
from campaigns.plan.chronicle import chronicle
from campaigns.plan.models import BudgetChange, Campaign
from crm.staff.models import AuditEvent
from tests.campaigns.building import Phase, taken_to
from tests.factories import CampaignFactory, UserFactory
from tests.owner import as_owner

copy_of_0_1 = import_module("campaigns.migrations.0004_copy_budget_changes").copy


@pytest.fixture
def manager(db):
    return UserFactory(role="manager", display_name="Sun")


def audit_of_0_1(campaign_id, user, **detail) -> AuditEvent:
    """An audit row as ``change_budget`` of 0.1 wrote it."""
    return AuditEvent.objects.create(
        action="campaign.budget",
        user=user,
        object_type="campaigns.campaign",
        object_id=str(campaign_id),
        detail=detail,
    )


def test_audit_rows_of_0_1_become_changes_once(manager):
    campaign, other = CampaignFactory(), CampaignFactory()
    first = audit_of_0_1(campaign.pk, manager, before="None", after="1000.00", reason="馆务会")
    second = audit_of_0_1(campaign.pk, None, before="1000.00", after="2000", reason="More chairs")
    audit_of_0_1(other.pk, manager, before="5.00", after="6.5", reason="x")
    audit_of_0_1(9_999_999, manager, before="1.00", after="2", reason="a campaign that is gone")
    AuditEvent.objects.create(
        action="campaign.cost", object_type="campaigns.campaign", object_id=str(campaign.pk)
    )

    for _run in range(2):
        copy_of_0_1(apps, None)

    rows = BudgetChange.objects.filter(campaign=campaign)
    assert list(rows.values_list("before", "after", "reason", "at", "by")) == [
        (None, Decimal(1000), "馆务会", first.at, manager.pk),
        (Decimal(1000), Decimal(2000), "More chairs", second.at, None),
    ]
    assert BudgetChange.objects.count() == 3


def test_change_made_after_0_1_is_not_copied_over_by_a_late_run(manager):
    campaign = taken_to(Phase.PERFORMANCE, manager)
    audit_of_0_1(campaign.pk, manager, before="900.00", after="1000.00", reason="Council")
    copy_of_0_1(apps, None)
    before = list(BudgetChange.objects.values())
    copy_of_0_1(apps, None)
    assert list(BudgetChange.objects.values()) == before


def test_change_is_a_row_and_stands_in_the_chronicle(manager):
    campaign = taken_to(Phase.PERFORMANCE, manager)

    change_budget(campaign=campaign, budget=Decimal(2000), reason=" More chairs ", by=manager)

    change = campaign.budget_changes.get()
    assert (change.before, change.after, change.reason, change.by) == (
        Decimal(1000),
        Decimal(2000),
        "More chairs",
        manager,
    )
    newest = chronicle(campaign)[0]
    assert (newest.at, newest.who, newest.reason, newest.amends) == (
        change.at,
        "Sun",
        "More chairs",
        True,
    )
    assert "¥1,000 → ¥2,000" in newest.text


def test_chronicle_reads_rows_and_no_audit_log(manager):
    campaign = taken_to(Phase.PERFORMANCE, manager)
    audit_of_0_1(campaign.pk, manager, before="1000.00", after="7777", reason="Only in the log")
    assert [entry for entry in chronicle(campaign) if entry.amends] == []


def test_database_refuses_an_unlogged_change_of_a_live_budget(manager):
    campaign = taken_to(Phase.PERFORMANCE, manager)
    change_budget(campaign=campaign, budget=Decimal(2000), reason="Up", by=manager)
    change_budget(campaign=campaign, budget=Decimal(1000), reason="Down again", by=manager)
    stored = Campaign.objects.filter(pk=campaign.pk)

    # 2000 stood in an earlier row; only the last one counts.
    for budget in (Decimal(2000), Decimal(1), None):
        with pytest.raises(IntegrityError), transaction.atomic():
            stored.update(budget=budget)
    assert stored.get().budget == 1000


def test_plan_s_budget_is_free_until_it_goes_live(manager):
    campaign = CampaignFactory()
    Campaign.objects.filter(pk=campaign.pk).update(budget=5)
    campaign.refresh_from_db()
    assert campaign.budget == 5


def test_change_once_written_stays(manager):
    campaign = taken_to(Phase.PERFORMANCE, manager)
    change_budget(campaign=campaign, budget=Decimal(2000), reason="Up", by=manager)
    rows = BudgetChange.objects.filter(campaign=campaign)

    for attempt in (lambda: rows.update(after=3), lambda: rows.delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            attempt()
        with pytest.raises(InternalError), transaction.atomic(), as_owner():
            attempt()
    assert rows.get().after == 2000


@pytest.mark.parametrize(
    "wrong", [{"after": Decimal(-1)}, {"reason": ""}], ids=["below 0", "no reason"]
)
def test_database_refuses_a_change_that_says_nothing(manager, wrong):
    values = {"before": None, "after": Decimal(1), "reason": "x", "by": manager}
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetChange.objects.create(campaign=CampaignFactory(), **(values | wrong))


def test_database_keeps_one_change_a_moment(manager):
    campaign = CampaignFactory()
    first = BudgetChange.objects.create(campaign=campaign, after=1, reason="x", by=manager)
    later = first.at + timedelta(microseconds=1)
    BudgetChange.objects.create(campaign=campaign, after=2, reason="x", by=manager, at=later)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetChange.objects.create(campaign=campaign, after=3, reason="x", by=manager, at=later)
