"""The models of feedback, re-exported for Django: each lives in its room."""

from feedback.calls.models import Call, GoneWork, Review, Submission
from feedback.surveys.models import (
    AnswerKey,
    AnswerText,
    HeldAnswer,
    Item,
    Option,
    Participation,
    Response,
    ResponseVector,
    SpentBox,
    Survey,
    SurveyVersion,
)
from feedback.voices.models import Voice, VoiceMessage

__all__ = [
    "AnswerKey",
    "AnswerText",
    "Call",
    "GoneWork",
    "HeldAnswer",
    "Item",
    "Option",
    "Participation",
    "Response",
    "ResponseVector",
    "Review",
    "SpentBox",
    "Submission",
    "Survey",
    "SurveyVersion",
    "Voice",
    "VoiceMessage",
]
