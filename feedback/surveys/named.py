"""The figures of a survey's results by their names (core/measures.py).

They move with every answer. A report says what they were at its evaluation, under other names.
"""

from django.utils.translation import gettext_lazy as _

from core.levels import ESTIMATE_LEVEL, JUDGED_FROM, SHOWN_FROM
from core.measures import NamedMeasure, Unit, Window
from core.numbers import percent

ANSWERS = NamedMeasure(
    key="survey.answers",
    label=_("Answers so far"),
    counted=_("answers to the survey, without those that look automatic"),
    unit=Unit.ANSWERS,
    window=Window.SO_FAR,
    source="feedback_response",
    rows=_("the open answers"),
    least=SHOWN_FROM,
)
SATISFACTION = NamedMeasure(
    key="survey.satisfaction",
    label=_("Satisfaction so far"),
    counted=_("mean of the satisfaction questions, of those who answered all of them"),
    unit=Unit.SCORE,
    window=Window.SO_FAR,
    source="feedback_response",
    rows=_("the survey's results, question by question"),
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
NPS = NamedMeasure(
    key="survey.nps",
    label=_("Net promoter score so far"),
    counted=_("promoters (9–10) − detractors (0–6), in points"),
    unit=Unit.SCORE,
    window=Window.SO_FAR,
    source="feedback_response",
    rows=_("the survey's results, question by question"),
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
    term="nps",
)
FLAGGED = NamedMeasure(
    key="survey.flagged",
    label=_("Left out as automatic"),
    counted=_("answers that look automatic and are in no other figure"),
    unit=Unit.ANSWERS,
    window=Window.SO_FAR,
    source="feedback_response.flagged",
    rows=_("the survey's results"),
    least=SHOWN_FROM,
)
CHANNEL_ANSWERS = NamedMeasure(
    key="survey.channel_answers",
    label=_("Answers by this channel so far"),
    counted=_("answers that came by one channel"),
    unit=Unit.ANSWERS,
    window=Window.SO_FAR,
    source="feedback_response.channel_id",
    rows=_("the survey's results, the answers of the channel"),
    least=SHOWN_FROM,
)
CHANNEL_REACHED = NamedMeasure(
    key="survey.channel_reached",
    label=_("Reached by this channel so far, in tens"),
    counted=_("different readers to whom the campaign sent something by the channel, in tens"),
    unit=Unit.PERSONS,
    window=Window.SO_FAR,
    source="campaigns_delivery",
    rows=_("who was mailed"),
    least=SHOWN_FROM,
)
CHANNEL_RATE = NamedMeasure(
    key="survey.channel_rate",
    label=_("Share of those reached who answered so far"),
    counted=_("answers by the link of a mail ÷ readers reached by the channel"),
    unit=Unit.PERCENT,
    window=Window.SO_FAR,
    source="feedback_response.delivery_id, campaigns_delivery",
    rows=_("who was mailed"),
    printed=percent,
    least=SHOWN_FROM,
)
SEGMENT_ANSWERS = NamedMeasure(
    key="survey.segment_answers",
    label=_("Answers from this segment so far"),
    counted=_("answers of members of one segment, to the nearest ten"),
    unit=Unit.ANSWERS,
    window=Window.SO_FAR,
    source="feedback_response.segment_ids",
    rows=_("the survey's results, the answers of the segment"),
    least=SHOWN_FROM,
)
MEASURES = [
    ANSWERS,
    SATISFACTION,
    NPS,
    FLAGGED,
    CHANNEL_ANSWERS,
    CHANNEL_REACHED,
    CHANNEL_RATE,
    SEGMENT_ANSWERS,
]
