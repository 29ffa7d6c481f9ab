"""What of a published proposal moves on, changed past the rule by which it may."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analytics.published.actions import verify_published
from analytics.published.models import Verification
from tests.analytics.published.world import said_now, undone
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def past_the_rule(statement: str, *arguments) -> None:
    """As the owner, who can switch the trigger off."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE analytics_adjustment DISABLE TRIGGER moves_by_rule")
        cursor.execute(statement, arguments)


def test_a_state_that_was_changed_is_found(published):
    decided = published.adjustments.filter(state="accepted").first()
    for state in ("proposed", "refused", "superseded"):
        with undone():
            past_the_rule(
                "UPDATE analytics_adjustment SET state = %s WHERE id = %s", state, decided.pk
            )
            assert (
                f"analytics_adjustment/{decided.pk}: the state {state} does not follow from its"
                " decision"
            ) in said_now()


def test_what_was_observed_is_computed_again(published):
    decided = published.adjustments.filter(state="accepted").first()
    with undone():
        past_the_rule("UPDATE analytics_adjustment SET observed = 9 WHERE id = %s", decided.pk)
        assert said_now() == [
            f"analytics_adjustment/{decided.pk} differs in observed_in from what"
            " analytics_evaluation/None says"
        ]


def test_a_look_that_is_dated_tomorrow_is_refused(published):
    """It would stand before all that come, and hide what they find."""
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.create(at=tomorrow, seals=1, heads={}, breaks=[])


def test_a_look_that_is_dated_a_minute_ahead_is_refused(published):
    soon = timezone.now() + timedelta(minutes=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.create(at=soon, seals=1, heads={}, breaks=[])


def test_what_is_broken_is_written_down_at_each_look_and_stands_last(published):
    """Somebody writes a look that found nothing after the one that found it."""
    with undone():
        past_the_rule("UPDATE analytics_finding SET n = 7 WHERE evaluation_id = %s", published.pk)
        found = verify_published(by=None)
        assert found.breaks
        Verification.objects.create(seals=found.seals, heads=found.heads, breaks=[])
        again = verify_published(by=None)
        assert (again.pk != found.pk, Verification.objects.first()) == (True, again)
        forged, *known = again.breaks
        assert (forged["code"], known) == ("look_of_nobody", found.breaks)
