"""What is kept of surveys: every published version and every response with its parts."""

from core.grants import Kept

KEPT = [
    Kept("feedback.SurveyVersion"),
    Kept("feedback.Response"),
    Kept("feedback.ResponseVector"),
    Kept("feedback.AnswerText"),
    # Written anew by the mixing.
    Kept("feedback.Participation"),
    # Without it an answer that was written could be held again, and count twice.
    Kept("feedback.SpentBox"),
]
#: What alone makes a response of an anonymous answer.
OWNER_FUNCTIONS = [
    "huixiang_mix_answers(bigint, uuid[], bytea[], bigint, jsonb, timestamptz, boolean, bytea[])"
]
