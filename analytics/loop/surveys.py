"""A campaign's survey results as the evaluation needs them.

Answers, mean satisfaction, net promoter score.
"""

from datetime import datetime

from analytics.loop.inputs.shapes import SurveyFigures
from analytics.loop.measures import Figure, Measure
from analytics.loop.rules import CURRENT, rule_of
from campaigns.plan.models import Campaign
from core.estimates import ESTIMATE_LEVEL, Estimate, relevelled
from feedback.surveys.models import Survey
from feedback.surveys.overview import ShownMean
from feedback.surveys.whole import answers_until, headline_of

RULE = rule_of(CURRENT)


def survey_figures(campaign: Campaign, until: datetime) -> tuple[SurveyFigures, ...]:
    """One entry per survey of the campaign.

    ``answers`` are those before ``until``; means are of all answers so far.
    """
    surveys = Survey.objects.filter(campaign=campaign).order_by("pk")
    return tuple(_figures_of(survey, until) for survey in surveys)


def _figures_of(survey: Survey, until: datetime) -> SurveyFigures:
    """One survey: its answers before ``until``, and its means of all answers so far."""
    told = headline_of(survey)
    return SurveyFigures(
        survey=survey.pk,
        title=survey.title,
        answers=answers_until(survey, until),
        satisfaction=_told(told.satisfaction, Measure.SATISFACTION),
        nps=_told(told.nps, Measure.NPS),
    )


def _told(mean: ShownMean | None, measure: Measure) -> Figure | None:
    """The mean as the survey's own page tells it, with its interval at the loop's level.

    None where the survey does not ask for it; silent where there are too few answers. Without an
    interval where the page has none: it would solve cells that the page hides.
    """
    if mean is None:
        return None
    n = mean.n.public_number
    if not mean.has_value or n is None:
        return Figure.silent(n, measure)
    if n < RULE.judged_from:
        return Figure.silent(n, measure)

    if mean.low is None:
        return _told_bare(mean, n, measure)
    full = Estimate(mean.value, mean.low, mean.high, n, ESTIMATE_LEVEL)
    return Figure.of(relevelled(full, level=RULE.estimate_level), measure)


def _told_bare(mean: ShownMean, n: int, measure: Measure) -> Figure:
    """A mean without an interval, to the digits that the survey's own page prints.

    Silent where equal answers have none: nothing is hidden beside them.
    """
    # Equal answers have no interval either, and nothing is hidden beside them.
    if measure == Measure.SATISFACTION and not mean.is_coarse:
        return Figure.silent(n, measure)
    value = round(mean.value, mean.digits)
    return Figure(value=value, low=None, high=None, n=n, measure=measure, level=None)
