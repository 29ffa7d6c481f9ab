"""The numbers of the loop's stations."""

import pytest
from django.utils import timezone, translation

from analytics.compass import figure2
from analytics.compass.passages import way_back
from tests.analytics import building as make
from tests.factories import CampaignFactory, EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db


def numbers_of_stations() -> dict[str, int]:
    with translation.override("en"):
        viewer = UserFactory(role="manager")
        drawn = figure2.draw(viewer, way_back(viewer, timezone.now()))
        return {station.title: station.n for station in drawn.stations}


def test_a_campaign_counts_once_however_often_it_was_evaluated():
    live = make.campaign(previous=CampaignFactory())
    for number in (1, 2, 3):
        EvaluationFactory(campaign=live, number=number)

    numbers = numbers_of_stations()

    assert (numbers["Campaigns"], numbers["Next campaigns"]) == (1, 1)
    assert numbers["Evaluations"] == 3
