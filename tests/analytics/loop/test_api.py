"""Results of campaigns for programs: nothing in them counts one to four persons."""

import pytest
from django.urls import reverse

from tests.factories import EvaluationFactory, UserFactory, quiet_inputs, results_of

pytestmark = pytest.mark.django_db


def mean_of(n: int) -> dict:
    return {"value": None, "low": None, "high": None, "n": n}


def test_means_of_few_answers_do_not_tell_how_few(client):
    surveys = [
        {"survey": 1, "title": {}, "n": None, "satisfaction": mean_of(3), "nps": mean_of(4)},
        {"survey": 2, "title": {}, "n": 21, "satisfaction": mean_of(20)},
    ]
    standard = {"direction": "ge", "target": 1.0, "weight": 1, "source": "", "amendments": []}
    standard |= {"original": 1.0, "met": None}
    standards = [
        standard | {"metric": "nps"} | mean_of(4),
        standard | {"metric": "reach"} | mean_of(40),
    ]
    said = {"version": "0.2", "reach": 40, "surveys": surveys, "standards": standards}
    evaluation = EvaluationFactory(results=results_of(quiet_inputs()) | said)
    client.force_login(UserFactory(role="manager"))

    url = reverse("api:campaign-results", args=[evaluation.campaign_id])
    figures = client.get(url).json()["figures"]

    assert figures["reach"] == 40
    few, many = figures["surveys"]
    assert (few["satisfaction"], few["nps"]) == (mean_of(None), mean_of(None))
    assert many == surveys[1]
    assert [standard["n"] for standard in figures["standards"]] == [None, 40]
