"""What a campaign is judged by stays as it was locked: the lock is set once, verify compares."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from analytics.published.words import sentence
from campaigns.plan import keeping
from campaigns.plan.actions import amend_standard, change_budget
from campaigns.plan.models import BudgetChange, Campaign, StandardAmendment
from core.owner import as_owner
from tests.campaigns.building import Phase, complete, taken_to
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


CHECKS = (keeping.locks_taken_off, keeping.budgets_differ, keeping.standards_differ)


@pytest.fixture
def manager(db):
    return UserFactory(role="manager")


def run(statement: str, *arguments) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def refused(statement: str, *arguments) -> None:
    with pytest.raises(DatabaseError, match="locked once|on record"), transaction.atomic():
        run(statement, *arguments)


def said() -> set[str]:
    return {sentence(one) for check in CHECKS for one in check()}


# --- the trigger ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "locked_at = NULL, locked_by_id = NULL, phase = 'prepare'",
        "locked_at = locked_at + interval '1 second'",
        "id = id + 1000000",
    ],
)
def test_lock_is_set_once(manager, change):
    campaign = taken_to(Phase.PERFORMANCE, manager)
    refused(f"UPDATE campaigns_campaign SET {change} WHERE id = %s", campaign.pk)
    Campaign.objects.filter(pk=campaign.pk).update(next_time="Fewer chairs")


def test_locked_campaign_is_not_deleted_and_a_plan_is(manager):
    campaign = taken_to(Phase.PERFORMANCE, manager)
    run("SET CONSTRAINTS ALL DEFERRED")
    refused("DELETE FROM campaigns_campaign WHERE id = %s", campaign.pk)
    plan = Campaign.objects.create(title="A plan", owner=manager)
    assert plan.delete()[0] == 1


def take_off_and_put_back() -> None:
    off = "phase = 'prepare', locked_at = NULL, locked_by_id = NULL"
    run("CREATE TEMP TABLE before_ AS SELECT * FROM campaigns_campaign")
    run(f"UPDATE campaigns_campaign SET {off}")
    run("UPDATE campaigns_standard SET target = 1")
    run("UPDATE campaigns_campaign SET budget = 1")
    run(
        "UPDATE campaigns_campaign c SET phase = b.phase, locked_at = b.locked_at,"
        " locked_by_id = b.locked_by_id FROM before_ b WHERE b.id = c.id"
    )


def test_nobody_changes_target_and_budget_while_the_lock_is_off_for_a_moment(manager):
    """Fault 57. Taken off, changed and put back by one transaction of the application's role."""
    campaign = taken_to(Phase.PERFORMANCE, manager)
    standard = campaign.standards.get()
    with pytest.raises(DatabaseError, match="locked once"), transaction.atomic():
        take_off_and_put_back()
    campaign.refresh_from_db()
    standard.refresh_from_db()
    assert (campaign.budget, standard.target) == (1000, 100)
    assert not BudgetChange.objects.exists()
    assert not StandardAmendment.objects.exists()


# --- the look -------------------------------------------------------------------------------------
@pytest.fixture
def live(transactional_db):
    return taken_to(Phase.PERFORMANCE, UserFactory(role="manager"))


def past_the_rule(*statements: str) -> None:
    """As somebody who can switch triggers off, as the owner can."""
    with as_owner(), transaction.atomic():
        for table in ("campaign", "standard"):
            run(f"ALTER TABLE campaigns_{table} DISABLE TRIGGER ALL")
        for statement in statements:
            run(statement)
        for table in ("campaign", "standard"):
            run(f"ALTER TABLE campaigns_{table} ENABLE TRIGGER ALL")


def test_changes_on_record_are_what_was_locked(live):
    by, standard = live.owner, live.standards.get()
    assert said() == set()
    for target in (80, 90):
        amend_standard(standard=standard, target=Decimal(target), reason="The hall is small", by=by)
    for budget in (1200, 1300):
        live.refresh_from_db()
        change_budget(campaign=live, budget=Decimal(budget), reason="More chairs", by=by)
    Campaign.objects.filter(pk=live.pk).update(next_time="Fewer chairs")
    complete(UserFactory(role="manager"), title="Another, not locked yet")
    assert said() == set()


@pytest.mark.parametrize(
    ("statement", "row", "field"),
    [
        ("UPDATE campaigns_campaign SET budget = 1", "campaigns_campaign", "budget"),
        ("UPDATE campaigns_standard SET target = 1", "campaigns_standard", "target"),
        ("UPDATE campaigns_standard SET weight = 9", "campaigns_standard", "weight"),
        ("UPDATE campaigns_standard SET metric = 'nps'", "campaigns_standard", "metric"),
    ],
)
def test_change_that_is_not_on_record_is_found(live, statement, row, field):
    past_the_rule(statement)
    (only,) = said()
    number = live.pk if row == "campaigns_campaign" else live.standards.get().pk
    assert only.startswith(f"{row}/{number} differs in {field} from what it was locked with")


def test_change_after_an_amendment_is_found(live):
    standard, by = live.standards.get(), live.owner
    amend_standard(standard=standard, target=Decimal(80), reason="The hall is small", by=by)
    change_budget(campaign=live, budget=Decimal(1200), reason="More chairs", by=by)
    past_the_rule(
        "UPDATE campaigns_standard SET target = 100", "UPDATE campaigns_campaign SET budget = 1000"
    )
    assert len(said()) == 2


def test_standard_that_came_after_the_lock_is_found(live):
    with as_owner(), transaction.atomic():
        trigger = trigger_of("locked")
        run(f"ALTER TABLE campaigns_standard DISABLE TRIGGER {trigger}")
        live.standards.create(metric="nps", target=1, source="x")
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f"ALTER TABLE campaigns_standard ENABLE TRIGGER {trigger}")
    (only,) = said()
    assert "differs in id" in only


def test_lock_that_was_off_is_found_after_it_was_put_back(live):
    off = "UPDATE campaigns_campaign SET phase = 'prepare', locked_at = NULL, locked_by_id = NULL"
    back = f"UPDATE campaigns_campaign SET locked_at = now(), locked_by_id = {live.owner_id}"
    with as_owner(), transaction.atomic():
        trigger = trigger_of("lock_stays")
        run(f"ALTER TABLE campaigns_campaign DISABLE TRIGGER {trigger}")
        run(off)
        run(back)
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f"ALTER TABLE campaigns_campaign ENABLE TRIGGER {trigger}")
    assert said() == {
        f"campaigns_campaign/{live.pk}: it was locked, and the lock was taken off since"
    }


def trigger_of(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"pgtrigger_{name}_%"]
        )
        return cursor.fetchone()[0]


def test_state_past_its_term_is_nothing_to_compare_with(live):
    with as_owner(), transaction.atomic():
        run("DELETE FROM campaigns_standardevent")
        run("DELETE FROM campaigns_campaignevent")
    assert said() == set()
