"""What calls hold of a person."""

from core.holds import Erase, Hold

HOLDS = [
    Hold("feedback.Submission", "author", Erase.DELETE),
]
