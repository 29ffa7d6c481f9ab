"""What the desk is told of works that perhaps programs sent."""

from django.utils import translation

from feedback.calls.models import Submission
from feedback.calls.words import SetApart, set_apart_in_words


def test_only_a_work_that_nobody_looked_at_can_be_put_aside():
    held = Submission(state="held", suspected="network", title="First")
    aside = Submission(state="aside", suspected="fast", title="Second")
    with translation.override("en"):
        told = set_apart_in_words([held, aside])
    assert told == [
        SetApart(held, "Very many came from the same network.", waits=True),
        SetApart(aside, "It was sent within two seconds.", waits=False),
    ]
