"""When a call takes works: one rule, for one call and for many."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from feedback.calls.models import Call
from tests.factories import CallFactory
from tests.feedback.building import around

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLOSES = datetime(2026, 3, 9, 22, tzinfo=UTC)
BOUNDARIES = around(OPENS, CLOSES)


@pytest.mark.parametrize("published", [True, False])
def test_rule_of_being_open_agrees_at_every_boundary(published):
    call = CallFactory(published=published, opens_at=OPENS, closes_at=CLOSES)
    for at in BOUNDARIES:
        expected = published and OPENS <= at < CLOSES
        asked = {call.is_open(at), Call.objects.open(at).filter(pk=call.pk).exists()}
        assert asked == {expected}, at


def test_call_that_is_open_is_one_that_readers_see():
    CallFactory(published=False, opens_at=OPENS, closes_at=CLOSES)
    CallFactory(published=True, opens_at=OPENS, closes_at=CLOSES)
    for at in BOUNDARIES:
        seen = Call.objects.visible_to(AnonymousUser())
        assert set(Call.objects.open(at)) <= set(seen)
