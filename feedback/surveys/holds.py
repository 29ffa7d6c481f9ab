"""What surveys hold of a person: only answers that were given by name."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("feedback.Response", "reader", Erase.DETACH),
]
