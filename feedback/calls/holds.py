"""What calls hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    # A work is its author's: it goes with them, on show or not.
    Hold("feedback.Submission", "author", Erase.DELETE),
]
