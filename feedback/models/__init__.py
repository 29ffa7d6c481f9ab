from feedback.models.call import Call, Review, Submission
from feedback.models.response import AnswerText, HeldAnswer, Participation, Response, ResponseVector
from feedback.models.survey import Item, Option, Survey, SurveyVersion
from feedback.models.voice import Voice, VoiceMessage

__all__ = [
    "AnswerText",
    "Call",
    "HeldAnswer",
    "Item",
    "Option",
    "Participation",
    "Response",
    "ResponseVector",
    "Review",
    "Submission",
    "Survey",
    "SurveyVersion",
    "Voice",
    "VoiceMessage",
]
