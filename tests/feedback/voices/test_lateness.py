"""When a voice is past its time: one rule, for one voice and for many."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from feedback.voices.models import Voice
from tests.factories import VoiceFactory
from tests.feedback.building import around

pytestmark = pytest.mark.django_db

RECEIVED = datetime(2026, 3, 2, 8, tzinfo=UTC)
SOON = RECEIVED + timedelta(hours=1)
#: Moments of the first answer and of the closing.
SETTLED = list(product((None, SOON), (None, SOON)))


@pytest.mark.parametrize("kind", Voice.Kind.values)
@pytest.mark.parametrize(("answered_at", "closed_at"), SETTLED)
def test_rule_of_being_late_agrees_at_every_boundary(kind, answered_at, closed_at):
    voice = VoiceFactory(
        kind=kind, received_at=RECEIVED, answered_at=answered_at, closed_at=closed_at
    )
    due = RECEIVED + timedelta(days=Voice.ANSWER_WITHIN[kind])
    for at in around(due):
        expected = answered_at is None and closed_at is None and at > due
        asked = {voice.is_overdue(at), Voice.objects.late(at).filter(pk=voice.pk).exists()}
        assert asked == {expected}, at
