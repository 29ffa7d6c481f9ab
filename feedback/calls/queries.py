"""What the statements of other apps may name of calls for works."""

READABLE = ("feedback_call", "feedback_submission")
