"""The figures of a survey's results by their names (core/measures.py).

They move with every answer. A report says what they were at its evaluation, under other names.
"""

from django.utils.translation import gettext_lazy as _

from core.levels import ESTIMATE_LEVEL, JUDGED_FROM, SHOWN_FROM
from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import percent

ANSWERS = NamedMeasure(
    key="survey.answers",
    label=_("Answers so far"),
    counted=_("answers to the survey, without those that look automatic"),
    unit=CountedIn.ANSWERS,
    window=CountedOver.SO_FAR,
    source="feedback.Response",
    rows=_("the open answers"),
    least=SHOWN_FROM,
)
SATISFACTION = NamedMeasure(
    key="survey.satisfaction",
    label=_("Satisfaction so far"),
    counted=_("mean of the satisfaction questions, of those who answered all of them"),
    unit=CountedIn.SCORE,
    window=CountedOver.SO_FAR,
    source="feedback.Response",
    rows=_("the survey's results, question by question"),
    level=ESTIMATE_LEVEL,
    least=SHOWN_FROM,
    judged=JUDGED_FROM,
)
NPS = NamedMeasure(
    key="survey.nps",
    label=_("Net promoter score so far"),
    counted=_("promoters (9–10) − detractors (0–6), in points"),
    unit=CountedIn.SCORE,
    window=CountedOver.SO_FAR,
    source="feedback.Response",
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
    unit=CountedIn.ANSWERS,
    window=CountedOver.SO_FAR,
    source="feedback.Response.flagged",
    rows=_("the survey's results"),
    least=SHOWN_FROM,
)
CHANNEL_ANSWERS = NamedMeasure(
    key="survey.channel_answers",
    label=_("Answers by this channel so far"),
    counted=_("answers that came by one channel"),
    unit=CountedIn.ANSWERS,
    window=CountedOver.SO_FAR,
    source="feedback.Response.channel_id",
    rows=_("the survey's results, the answers of the channel"),
    least=SHOWN_FROM,
)
CHANNEL_REACHED = NamedMeasure(
    key="survey.channel_reached",
    label=_("Reached by this channel so far, in tens"),
    counted=_("different readers to whom the campaign sent something by the channel, in tens"),
    unit=CountedIn.PERSONS,
    window=CountedOver.SO_FAR,
    source="campaigns.Delivery",
    rows=_("who was mailed"),
    least=SHOWN_FROM,
)
CHANNEL_RATE = NamedMeasure(
    key="survey.channel_rate",
    label=_("Share of those reached who answered so far"),
    counted=_("answers by the link of a mail ÷ readers reached by the channel"),
    unit=CountedIn.PERCENT,
    window=CountedOver.SO_FAR,
    source="feedback.Response.delivery_id, campaigns.Delivery",
    rows=_("who was mailed"),
    printed=percent,
    least=SHOWN_FROM,
)
SEGMENT_ANSWERS = NamedMeasure(
    key="survey.segment_answers",
    label=_("Answers from this segment so far"),
    counted=_("answers of members of one segment, to the nearest ten"),
    unit=CountedIn.ANSWERS,
    window=CountedOver.SO_FAR,
    source="feedback.Response.segment_ids",
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
