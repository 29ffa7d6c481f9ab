"""What readers' voices hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    # What was said stays, since the library answered it; who said it goes.
    Hold("feedback.Voice", "reader", Erase.DETACH),
]
