"""What is kept of surveys: every published version and every response with its parts."""

from core.grants import Kept

KEPT = [
    Kept("feedback.SurveyVersion"),
    Kept("feedback.Response"),
    Kept("feedback.ResponseVector"),
    Kept("feedback.AnswerText"),
]
#: The mixing empties it, so that neither row versions nor their transactions are left behind.
EMPTIED = ["feedback.HeldAnswer"]
