"""What is told of works that came in, and the desk of those that perhaps programs sent."""

import pytest
from django.utils import translation

from core.disclosure import Count
from feedback.calls.models import Submission
from feedback.calls.words import SetApart, set_apart_in_words, works_received


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 works received"), (3, "a few works received"), (1280, "1,280 works received")],
)
def test_few_works_are_told_without_their_number(n, said):
    with translation.override("en"):
        assert works_received(Count.of(n)) == said


def test_only_a_work_that_nobody_looked_at_can_be_put_aside():
    held = Submission(state="held", suspected="network", title="First")
    aside = Submission(state="aside", suspected="fast", title="Second")
    with translation.override("en"):
        told = set_apart_in_words([held, aside])
    assert told == [
        SetApart(held, "Very many came from the same network.", waits=True),
        SetApart(aside, "It was sent within two seconds.", waits=False),
    ]
