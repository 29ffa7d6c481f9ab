"""A campaign's survey results as the evaluation needs them.

Answers, mean satisfaction, net promoter score.
"""

from datetime import datetime

from analytics.loop.inputs.shapes import SurveyFigures
from analytics.loop.measures import Figure, Measure
from campaigns.plan.models import Campaign
from core import estimates
from core.disclosure import suppress
from feedback.surveys.models import Response, Survey
from feedback.surveys.results import summary

#: What a response is flagged with where nothing is wrong with it.
UNFLAGGED = ""


def survey_figures(campaign: Campaign, until: datetime) -> tuple[SurveyFigures, ...]:
    """One entry per survey of the campaign.

    ``n`` counts answers before ``until``; means are of all answers so far.
    """
    surveys = Survey.objects.filter(campaign=campaign).order_by("pk")
    return tuple(_figures_of(survey, until) for survey in surveys)


def _figures_of(survey: Survey, until: datetime) -> SurveyFigures:
    found = summary(survey)
    # Answers that look automatic are flagged and counted nowhere.
    answers = Response.objects.filter(survey=survey, submitted_at__lt=until, flagged=UNFLAGGED)
    return SurveyFigures(
        survey=survey.pk,
        title=survey.title,
        n=suppress(answers.count()),
        satisfaction=_satisfaction(found["satisfaction"]),
        nps=_nps(found["nps"]),
    )


def _satisfaction(found: dict | None) -> Figure | None:
    """The survey's own mean with its interval at the loop's level.

    Silent where there are too few answers.
    """
    if not found:
        return None
    if found["n"] < estimates.MIN_N or found["low"] is None:
        return Figure.silent(found["n"], Measure.SATISFACTION)
    mean = estimates.relevelled(found["value"], found["low"], found["high"], found["n"])
    return Figure.of(mean, Measure.SATISFACTION)


def _nps(found: dict | None) -> Figure | None:
    if not found:
        return None
    score = estimates.promoter_score(found["promoters"], found["detractors"], found["n"])
    return Figure.of(score, Measure.NPS)
