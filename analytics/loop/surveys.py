"""A campaign's survey results as the evaluation needs them.

Answers, mean satisfaction, net promoter score.
"""

from datetime import datetime

from analytics.loop.inputs.shapes import SurveyFigures
from analytics.loop.measures import Figure, Measure
from analytics.loop.rules import CURRENT, rule_of
from campaigns.plan.models import Campaign
from core import estimates
from core.disclosure import Count
from feedback.surveys.models import Response, Survey
from feedback.surveys.results import ConstructSummary, NpsSummary, summary

#: What a response is flagged with where nothing is wrong with it.
UNFLAGGED = ""
RULE = rule_of(CURRENT)


def survey_figures(campaign: Campaign, until: datetime) -> tuple[SurveyFigures, ...]:
    """One entry per survey of the campaign.

    ``answers`` are those before ``until``; means are of all answers so far.
    """
    surveys = Survey.objects.filter(campaign=campaign).order_by("pk")
    return tuple(_figures_of(survey, until) for survey in surveys)


def _figures_of(survey: Survey, until: datetime) -> SurveyFigures:
    satisfaction, nps = _means_of(survey)
    # Answers that look automatic are flagged and counted nowhere.
    answers = Response.objects.filter(survey=survey, submitted_at__lt=until, flagged=UNFLAGGED)
    return SurveyFigures(
        survey=survey.pk,
        title=survey.title,
        answers=Count.of(answers.count()),
        satisfaction=satisfaction,
        nps=nps,
    )


def _means_of(survey: Survey) -> tuple[Figure | None, Figure | None]:
    """Satisfaction and promoter score, None where the survey does not ask for it."""
    found = summary(survey)
    satisfaction, nps = None, None
    if found.satisfaction:
        satisfaction = _satisfaction(found.satisfaction)
    if found.nps:
        nps = _nps(found.nps)
    return satisfaction, nps


def _satisfaction(found: ConstructSummary) -> Figure:
    """The survey's own mean with its interval at the loop's level.

    Silent where there are too few answers.
    """
    # Mean and interval of a handful of answers tell the answers, so these are not stated earlier.
    if found.n < RULE.judged_from or found.low is None:
        return Figure.silent(found.n, Measure.SATISFACTION)
    mean = estimates.Estimate(found.value, found.low, found.high, found.n, found.level)
    relevelled = estimates.relevelled(mean, level=RULE.estimate_level)
    return Figure.of(relevelled, Measure.SATISFACTION)


def _nps(found: NpsSummary) -> Figure:
    score = estimates.promoter_score(
        found.promoters,
        found.detractors,
        found.n,
        level=RULE.estimate_level,
        least=RULE.judged_from,
    )
    return Figure.of(score, Measure.NPS)
