"""What an evaluation takes over from a campaign's surveys."""

import pytest
from django.utils import timezone

from analytics.loop.surveys import survey_figures
from core.disclosure import Count
from core.estimates import ESTIMATE_LEVEL, JUDGED_FROM
from tests.factories import CampaignFactory
from tests.feedback.building import answer, published

pytestmark = pytest.mark.django_db


def test_survey_of_a_campaign_gives_answers_mean_and_promoter_score():
    campaign = CampaignFactory()
    survey = published(campaign=campaign)
    answer(survey, *[{"1": 1, "3": 1 + n % 5, "4": n % 11} for n in range(JUDGED_FROM + 3)])

    (found,) = survey_figures(campaign, timezone.now())

    assert (found.survey, found.answers) == (survey.pk, Count.of(JUDGED_FROM + 3))
    assert found.satisfaction.value == pytest.approx(sum(1 + n % 5 for n in range(33)) / 33)
    assert found.satisfaction.n == 33
    assert found.satisfaction.low < found.satisfaction.value
    # Three readers gave each grade: the page hides them all and tells the score without interval.
    assert found.nps.value == round(100 * (6 - 21) / 33)
    assert (found.nps.low, found.nps.level, found.nps.n) == (None, None, 33)
    assert found.satisfaction.level == ESTIMATE_LEVEL


def test_few_answers_say_nothing():
    campaign = CampaignFactory()
    answer(published(campaign=campaign), *[{"1": 1, "3": 4, "4": 9}] * 6)

    (found,) = survey_figures(campaign, timezone.now())

    assert (found.satisfaction.value, found.satisfaction.low, found.satisfaction.n) == (
        None,
        None,
        6,
    )
    assert found.nps.value is None
