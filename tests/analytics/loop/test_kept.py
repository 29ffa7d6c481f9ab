"""What moves of a proposal, moved by somebody with the application's role and not by a verb."""

import pytest
from django.db import DatabaseError, connection, transaction

from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Decision
from tests.analytics import building as make
from tests.factories import UserFactory
from tests.house.test_grants import rows

pytestmark = pytest.mark.django_db

State = Adjustment.State


@pytest.fixture
def manager(db):
    return UserFactory(role="manager")


@pytest.fixture
def evaluation(db):
    return evaluate(make.telling_campaign(), make.AFTER)


def stand_aside() -> None:
    names = rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    with connection.cursor() as cursor:
        ignored = "{" + ",".join(name for (name,) in names) + "}"
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [ignored])


def refused(adjustment: Adjustment, **fields) -> None:
    with pytest.raises(DatabaseError, match="proposal"), transaction.atomic():
        Adjustment.objects.filter(pk=adjustment.pk).update(**fields)


def test_a_state_that_no_decision_gave_is_refused(evaluation, manager):
    """Fault 57. The state of a proposal, by its column's own privilege."""
    stand_aside()
    waiting, decided = evaluation.adjustments.waiting()[:2]
    for state in (State.ACCEPTED, State.CHANGED, State.REFUSED, State.SUPERSEDED):
        refused(waiting, state=state)

    decide(adjustment=decided, verdict="accept", by=manager)
    for state in (State.PROPOSED, State.CHANGED, State.REFUSED, State.SUPERSEDED):
        refused(decided, state=state)
    Decision.objects.create(adjustment=waiting, verdict="refuse", reason="x", by=manager)
    refused(waiting, state=State.ACCEPTED)


def test_a_proposal_stands_in_the_plan_it_was_taken_into(evaluation, manager, campaign):
    stand_aside()
    waiting, decided = evaluation.adjustments.waiting()[:2]
    refused(waiting, applied_in=campaign)
    decide(adjustment=decided, verdict="accept", by=manager)
    refused(decided, applied_in=campaign)
    draft = draft_next(campaign=evaluation.campaign, by=manager)
    refused(decided, applied_in=campaign)
    refused(waiting, applied_in=draft)


def test_what_was_observed_is_written_once(evaluation, manager):
    """Fault 57. What became of a promise, by its columns' own privileges."""
    stand_aside()
    decided = evaluation.adjustments.waiting().first()
    refused(decided, observed=0.9)
    refused(decided, observed=0.9, observed_in=evaluation)
    decide(adjustment=decided, verdict="accept", by=manager)
    draft_next(campaign=evaluation.campaign, by=manager)
    refused(decided, observed=0.9, observed_in=evaluation)
    refused(decided, observed_n=9)
