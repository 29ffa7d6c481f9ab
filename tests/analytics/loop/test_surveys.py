"""What an evaluation takes over from a campaign's surveys."""

import pytest
from django.utils import timezone

from analytics.loop.rules import CURRENT, rule_of
from analytics.loop.surveys import survey_figures
from tests.factories import CampaignFactory
from tests.feedback.building import answer, published

pytestmark = pytest.mark.django_db
LEAST = rule_of(CURRENT).judged_from


def test_survey_of_a_campaign_gives_answers_mean_and_promoter_score():
    campaign = CampaignFactory()
    survey = published(campaign=campaign)
    answer(survey, *[{"1": 1, "3": 1 + n % 5, "4": n % 11} for n in range(LEAST + 3)])
    (entry,) = survey_figures(campaign, timezone.now())
    assert (entry.survey, entry.n) == (survey.pk, LEAST + 3)
    assert (entry.satisfaction.value, entry.satisfaction.n) == (
        pytest.approx(sum(1 + n % 5 for n in range(33)) / 33),
        33,
    )
    assert entry.satisfaction.low < entry.satisfaction.value
    assert entry.nps.value == pytest.approx(100 * (6 - 21) / 33)
    assert entry.nps.n == 33


def test_few_answers_say_nothing():
    campaign = CampaignFactory()
    answer(published(campaign=campaign), *[{"1": 1, "3": 4, "4": 9}] * 6)
    (entry,) = survey_figures(campaign, timezone.now())
    assert (entry.satisfaction.value, entry.satisfaction.low, entry.satisfaction.n) == (
        None,
        None,
        6,
    )
    assert entry.nps.value is None
