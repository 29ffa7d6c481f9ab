"""A campaign's survey results as the evaluation needs them.

Answers, mean satisfaction, net promoter score.
"""

from datetime import datetime

from analytics.loop.levels import LEAST, LEVEL
from campaigns.plan.models import Campaign
from core import estimates
from core.disclosure import suppress
from feedback.surveys.models import Response, Survey
from feedback.surveys.results import ConstructSummary, summary


def read(campaign: Campaign, until: datetime) -> list[dict]:
    """One entry per survey of the campaign.

    ``n`` counts answers before ``until``; means are of all answers so far.
    """
    return [
        _survey(survey, until) for survey in Survey.objects.filter(campaign=campaign).order_by("pk")
    ]


def _survey(survey: Survey, until: datetime) -> dict:
    found = summary(survey)
    answers = Response.objects.filter(survey=survey, submitted_at__lt=until, flagged="").count()
    entry = {"survey": survey.pk, "title": survey.title, "n": suppress(answers)}
    if found.satisfaction:
        entry["satisfaction"] = _mean(found.satisfaction)
    if found.nps:
        score = estimates.promoter_score(
            found.nps.promoters, found.nps.detractors, found.nps.n, level=LEVEL, least=LEAST
        )
        entry["nps"] = score.as_row()
    return entry


def _mean(found: ConstructSummary) -> dict:
    """The survey's own mean with its interval at the loop's level.

    Silent where there are too few answers.
    """
    if found.n < LEAST or found.low is None:
        return estimates.silent(found.n).as_row()
    shown = estimates.Estimate(found.value, found.low, found.high, found.n, found.level)
    return estimates.relevelled(shown, level=LEVEL).as_row()
