"""The surveys' models: what is asked, what was answered, and anonymous answers on their way."""

from feedback.surveys.models.anonymous import AnswerKey, HeldAnswer, Participation, SpentBox
from feedback.surveys.models.survey import (
    AnswerText,
    BatchRule,
    Item,
    OpeningTimes,
    Option,
    Response,
    ResponseQuerySet,
    ResponseVector,
    Survey,
    SurveyQuerySet,
    SurveyVersion,
)

__all__ = [
    "AnswerKey",
    "AnswerText",
    "BatchRule",
    "HeldAnswer",
    "Item",
    "OpeningTimes",
    "Option",
    "Participation",
    "Response",
    "ResponseQuerySet",
    "ResponseVector",
    "SpentBox",
    "Survey",
    "SurveyQuerySet",
    "SurveyVersion",
]
