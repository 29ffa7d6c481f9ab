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
from feedback.surveys.results import summary

#: What a response is flagged with where nothing is wrong with it.
UNFLAGGED = ""
RULE = rule_of(CURRENT)


def survey_figures(campaign: Campaign, until: datetime) -> tuple[SurveyFigures, ...]:
    """One entry per survey of the campaign.

    ``n`` counts answers before ``until``; means are of all answers so far.
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
        n=Count.of(answers.count()).public_number,
        satisfaction=satisfaction,
        nps=nps,
    )


def _means_of(survey: Survey) -> tuple[Figure | None, Figure | None]:
    """Satisfaction and promoter score, None where the survey does not ask for it."""
    found = summary(survey)
    satisfaction, score = found["satisfaction"], found["nps"]
    return (
        satisfaction
        and _satisfaction(**_fields(satisfaction, "value", "low", "high", "n", "level")),
        score and _nps(**_fields(score, "promoters", "detractors", "n")),
    )


def _fields(found: dict, *names: str) -> dict:
    return {name: found[name] for name in names}


def _satisfaction(
    *, value: float, low: float | None, high: float | None, n: int, level: float
) -> Figure:
    """The survey's own mean with its interval at the loop's level.

    Silent where there are too few answers.
    """
    # Mean and interval of a handful of answers tell the answers, so these are not stated earlier.
    if n < RULE.judged_from or low is None:
        return Figure.silent(n, Measure.SATISFACTION)
    mean = estimates.Estimate(value, low, high, n, level)
    relevelled = estimates.relevelled(mean, level=RULE.estimate_level)
    return Figure.of(relevelled, Measure.SATISFACTION)


def _nps(*, promoters: int, detractors: int, n: int) -> Figure:
    score = estimates.promoter_score(
        promoters, detractors, n, level=RULE.estimate_level, least=RULE.judged_from
    )
    return Figure.of(score, Measure.NPS)
