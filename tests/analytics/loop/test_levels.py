"""Formulas 0.2: found at 95 %, foretold at 90 %, shown from five rows, judged from thirty."""

import pytest
from django.urls import reverse

from analytics.loop.evaluate import evaluate, recompute
from analytics.loop.models import Adjustment
from analytics.loop.rules import CURRENT, rule_of
from core import estimates
from tests.analytics import building as make
from tests.bare import bare
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Kind = Adjustment.Kind


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_new_evaluations_follow_the_one_rule_of_the_portal():
    """Stored figures are recomputed: a change of the portal's rule needs a version of its own."""
    rule = rule_of(CURRENT)
    assert rule.estimate_level == estimates.ESTIMATE_LEVEL
    assert rule.prediction_level == estimates.PREDICTION_LEVEL
    assert rule.shown_from == estimates.SHOWN_FROM
    assert rule.judged_from == estimates.JUDGED_FROM


def test_figures_name_their_level_and_are_recomputed_with_it(told):
    told.refresh_from_db()
    assert told.inputs["version"] == told.results["version"] == CURRENT
    assert told.results["response"]["level"] == told.results["lift"]["level"] == 0.95
    response = told.results["response"]
    wide = estimates.proportion(response["k"], response["n"], level=0.95)
    assert (response["low"], response["high"]) == (wide.low, wide.high)
    assert recompute(told) == told.results


def test_findings_are_at_95_percent_and_promises_at_90(told):
    stated = told.findings.filter(low__isnull=False)
    assert set(stated.values_list("level", flat=True)) == {0.95}
    promised = told.adjustments.filter(expected__isnull=False)
    assert set(promised.values_list("expected_level", flat=True)) == {0.90}


def test_the_report_names_both_levels(desk, told):
    page = bare(text(desk.get(told.get_absolute_url())))
    assert '<th scope="col" class="n">95.0 % interval</th>' not in page
    assert '<th scope="col" class="n">95 % interval</th>' in page
    assert "(90 % interval" in page
    assert "with 95 % interval" in page
    exported = desk.get(reverse("analytics:evaluation-export", args=[told.pk])).content.decode()
    assert exported.splitlines()[0].endswith(",Level,Measure")
    assert ",0.95" in exported
    assert ",0.9," in exported


def test_what_a_proposal_rests_on_names_its_level(desk, told):
    page = text(desk.get(told.adjustments.first().get_absolute_url()))
    assert "(95 % interval" in page
    assert "(90 % interval" in page


def test_an_effect_of_few_is_stated_and_not_judged(desk):
    made = make.campaign(standards=[("lift", "ge", 1)])
    letter = make.content(made)
    make.visit(make.deliver(letter, 100)[:40])
    make.visit(make.deliver(letter, 12, state="holdout")[:5])

    told = evaluate(made, make.AFTER)

    assert told.results["lift"]["value"] == pytest.approx(40 / 100 - 5 / 12)
    assert told.results["lift"]["level"] == 0.95
    (standard,) = told.results["standards"]
    # What decides is silent of twelve readers; the plain difference stays a note of the report.
    assert (standard["value"], standard["met"]) == (None, None)
    assert not told.adjustments.filter(kind=Kind.STANDARD).exists()
    page = text(desk.get(told.get_absolute_url()))
    assert "The groups are too small to tell cause from coincidence" in page


def test_an_effect_of_few_that_would_betray_some_is_not_stated():
    """In whole points one of twelve can be counted."""
    made = make.campaign()
    letter = make.content(made)
    make.visit(make.deliver(letter, 100)[:40])
    make.visit(make.deliver(letter, 12, state="holdout")[:3])

    assert evaluate(made, make.AFTER).results["lift"]["why"] == "few"


def test_a_response_of_five_to_29_is_stated_and_not_judged():
    made = make.campaign(standards=[("response_rate", "ge", 30)])
    make.deliver(make.content(made), 20, responded=10)

    told = evaluate(made, make.AFTER)

    assert told.results["response"]["value"] == 0.5
    (standard,) = told.results["standards"]
    assert (standard["value"], standard["met"]) == (50, None)
    assert told.results["attainment"]["judged"] == 0
