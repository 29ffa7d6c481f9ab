"""What readers' voices hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("feedback.Voice", "reader", Erase.DETACH),
]
