"""What an evaluation takes over from a campaign's surveys."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop.measures import Figure, Measure
from analytics.loop.rules import rule_of
from analytics.loop.storage.told import figure_as_told
from analytics.loop.surveys import survey_figures
from core.disclosure import Count
from core.estimates import ESTIMATE_LEVEL, JUDGED_FROM
from feedback.surveys.whole import headline_of
from tests.analytics.loop.test_storage import STORED
from tests.factories import CampaignFactory, EvaluationFactory, UserFactory
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
    # Three readers gave each grade: the page hides them all, and any score would narrow them.
    assert (found.nps.value, found.nps.low, found.nps.level) == (None, None, None)
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


SATISFIED = {"kind": "scale", "text": {"en": "Satisfied?"}, "analysis_key": "satisfaction_1"}
RECOMMENDS = {"kind": "nps", "text": {"en": "Would you recommend us?"}}


def asked(items: list[dict], grades: dict[int, int]):
    """A campaign and its survey; ``grades`` are answers to every question, with how many."""
    campaign = CampaignFactory()
    survey = published(items, campaign=campaign)
    places = range(1, len(items) + 1)
    for code, n in grades.items():
        answer(survey, *[{str(place): code for place in places}] * n)
    return campaign, survey


@pytest.mark.parametrize(
    "grades",
    [
        # The cells 2, 3 and 5 are hidden: the mean in full would solve them.
        {2: 3, 3: 41, 4: 94, 5: 76},
        {1: 2, 3: 30, 4: 2, 5: 40},
        {1: 20, 3: 30, 4: 20, 5: 40},
        {3: 21, 4: 160, 2: 3, 5: 150},
    ],
)
def test_an_evaluation_says_no_more_of_a_surveys_means_than_its_own_page(grades):
    campaign, survey = asked([SATISFIED, RECOMMENDS], grades)
    told = headline_of(survey)

    (figures,) = survey_figures(campaign, timezone.now() + timedelta(days=1))

    for found, on_its_page in ((figures.satisfaction, told.satisfaction), (figures.nps, told.nps)):
        assert (found.low is None) == (on_its_page.low is None)
        assert found.value == pytest.approx(on_its_page.value, abs=1e-9)
        if found.low is None:
            assert found.value == round(found.value, on_its_page.digits)
            assert found.level is None
    if told.satisfaction.is_coarse:
        assert figures.satisfaction.value == round(figures.satisfaction.value, 1)


def full(measure: Measure, value: float) -> Figure:
    return Figure(
        value=value, low=value - 0.1234, high=value + 0.1234, n=214, measure=measure, level=0.9
    )


@pytest.mark.parametrize(
    ("version", "measure", "value", "told"),
    [
        ("0.1", Measure.SATISFACTION, 4.135514, 4.1),
        ("0.1 as first written", Measure.SATISFACTION, 4.135514, 4.1),
        ("0.1", Measure.NPS, -45.4545, -45),
        ("0.1", Measure.REACH, 214.0, None),
        ("0.2", Measure.SATISFACTION, 4.135514, None),
    ],
)
def test_means_that_0_1_froze_in_full_are_told_rounded_and_bare(version, measure, value, told):
    stored = full(measure, value)
    figure = figure_as_told(stored, rule_of(version))
    if told is None:
        assert figure == stored
    else:
        assert (figure.value, figure.low, figure.high, figure.n) == (told, None, None, 214)


def test_page_file_and_api_tell_a_mean_of_0_1_as_coarsely_as_each_other(client):
    mean = {"value": 4.135514, "low": 4.032261, "high": 4.238767, "n": 214}
    evaluation = stored_with(mean)
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"

    page = client.get(evaluation.get_absolute_url()).content.decode()
    file = client.get(reverse("analytics:evaluation-export", args=[evaluation.pk]))
    api = client.get(reverse("api:campaign-results", args=[evaluation.campaign_id])).json()

    rows = list(csv.reader(io.StringIO(file.content.decode())))
    found = [row for row in rows if "4.1" in row]
    assert found
    assert {tuple(row[3:5]) for row in found} == {("", "")}
    (finding,) = [one for one in api["findings"] if one["unit"] == "satisfaction"]
    assert (finding["value"], finding["low"], finding["level"]) == (4.1, None, None)
    (survey,) = api["figures"]["surveys"]
    assert (survey["satisfaction"]["value"], survey["satisfaction"]["high"]) == (4.1, None)
    for said in (page, file.content.decode(), str(api)):
        assert "4.13" not in said
        assert "4.14" not in said
        assert "4.03" not in said
        assert "4.2" not in said

    evaluation.refresh_from_db()
    assert evaluation.results["surveys"][0]["satisfaction"] == mean


def stored_with(mean: dict):
    """An evaluation of 0.1 whose only survey has this mean of satisfaction."""
    kept = next(iter(STORED.values()))
    survey = {"survey": 1, "title": {"en": "Asked"}, "n": 214, "satisfaction": mean}
    evaluation = EvaluationFactory(results=kept["results"] | {"surveys": [survey]})
    evaluation.findings.create(
        kind="survey",
        subject="survey:1:satisfaction",
        label={"en": "Asked"},
        unit="satisfaction",
        level=0.9,
        **mean,
    )
    return evaluation
