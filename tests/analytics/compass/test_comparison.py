"""Campaigns beside each other: only those with one outcome and window, as they were published."""

import csv
import io
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.loop.actions import decide
from analytics.loop.models import Evaluation
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.analytics.pages import text
from tests.factories import AdjustmentFactory, CampusFactory, EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "analytics:campaign-comparison"


def beside(told, title: str, *, effect: float | None, **fields) -> Evaluation:
    """Another campaign's evaluation with the window and all figures of ``told`` but the effect."""
    results = deepcopy(told.results)
    concluded = results["judgement"]["effect"]
    if effect is None:
        results["lift"] = {"value": None, "why": "not_recorded", "n": 0, "percent": 10}
        silent = {"value": None, "low": None, "high": None, "level": None}
        concluded |= {"verdict": "not_recorded", "shown": concluded["shown"] | silent}
    else:
        ends = {"value": effect, "low": effect - 0.01, "high": effect + 0.01}
        concluded["shown"] |= ends
    fields = {"results": results, "inputs": told.inputs, "as_of": told.as_of} | fields
    return EvaluationFactory(campaign=make.campaign(title=title), **fields)


def groups(client, **asked) -> dict[str, list[str]]:
    """{heading: titles of the campaigns, in their order}."""
    shown = client.get(reverse(URL), asked).context["groups"]
    return {group.title: [row.compared.title for row in group.rows] for group in shown}


def rows(client) -> dict:
    """The shown row of each campaign by its title."""
    found = {}
    for group in client.get(reverse(URL)).context["groups"]:
        found |= {row.compared.title: row for row in group.rows}
    return found


def test_g9_effect_interval_n_and_cost_stand_as_they_were_published(desk, told):
    row = rows(desk)[told.campaign.title]
    lift, cost = told.results["lift"], told.results["costs"]["per_response"]["value"]
    assert row.effect == f"+{lift['value'] * 100:.1f} points"
    low, high = lift["low"] * 100, lift["high"] * 100
    assert row.interval == f"95 %: +{low:.1f} to +{high:.1f} points"
    assert row.n == f"{lift['n']:,}"
    assert row.cost == f"¥{cost:,.2f}"
    each = told.results["costs"]["per_outcome"]["value"]
    assert row.outcome_cost == ("cannot say" if each is None else f"¥{each:,.2f}")
    assert row.recorded == "on all days"
    assert row.notes == []


def test_campaigns_are_sorted_within_their_group(desk, told):
    beside(told, "Harmful", effect=-0.18)
    beside(told, "Great", effect=0.5)
    beside(told, "Unknown", effect=None)
    spring = told.campaign.title

    assert list(groups(desk, sort="effect").values()) == [["Harmful", spring, "Great", "Unknown"]]
    assert list(groups(desk, sort="-effect").values()) == [["Great", spring, "Harmful", "Unknown"]]
    assert list(groups(desk, sort="campaign").values()) == [["Great", "Harmful", spring, "Unknown"]]


def test_the_head_that_sorts_says_so_and_leads_to_the_contrary(desk, told):
    page = text(desk.get(reverse(URL), {"sort": "-effect"}))
    head = page[page.index("aria-sort") :]
    assert head.startswith('aria-sort="descending"')
    assert '<a href="?sort=effect">Effect</a>' in head


def test_effects_on_another_outcome_or_in_another_window_are_not_compared(desk, told):
    later = told.results["window"] | {"end": "2026-04-30T16:00:00+00:00"}
    results = deepcopy(told.results) | {"window": later}
    beside(told, "Months", effect=0.1, results=results)
    beside(told, "Listed", effect=0.1, inputs=told.inputs | {"outcome_list": "poets"})

    assert groups(desk) == {
        "A loan from the list “poets”, within 30 days": ["Listed"],
        "Any recorded visit, event, loan or contribution, within 30 days": [told.campaign.title],
        "Any recorded visit, event, loan or contribution, within 60 days": ["Months"],
    }
    assert "so there is nothing to compare" in text(desk.get(reverse(URL)))


def test_what_was_not_recorded_is_not_measured_and_never_zero(desk, told):
    beside(told, "Unknown", effect=None)
    row = rows(desk)["Unknown"]
    assert (row.effect, row.interval, row.n) == ("not measured", "", "–")
    assert row.recorded == "not on all days"
    assert row.compared.span is None


def test_provisional_results_and_older_formulas_say_so(desk, told):
    beside(told, "Early", effect=0.1, as_of=make.LAUNCH + timedelta(days=3))
    older = deepcopy(told.results)
    older["version"] = "0.2.2"
    beside(told, "Old", effect=0.1, results=older)
    assert rows(desk)["Early"].notes == ["provisional"]
    assert rows(desk)["Old"].notes == ["formulas 0.2.2"]


def test_only_the_last_evaluation_of_a_campaign_stands_there(desk, told):
    results = deepcopy(told.results)
    results["judgement"]["effect"]["shown"]["value"] = 0.4
    EvaluationFactory(
        campaign=told.campaign, number=told.number + 1, results=results, inputs=told.inputs
    )
    assert rows(desk)[told.campaign.title].effect == "+40.0 points"


def test_proposals_that_wait_are_counted_and_lead_to_their_decisions(desk, told):
    other = beside(told, "Other", effect=0.1)
    AdjustmentFactory(evaluation=other)
    decided = AdjustmentFactory(evaluation=other, target="segment:1", kind="segment_drop")
    decide(adjustment=decided, verdict="accept", by=UserFactory(role="manager"))
    row = rows(desk)["Other"]
    assert row.waiting == "1 waits"
    assert row.decisions == f"{reverse('analytics:decision-list')}?campaign={other.campaign_id}"


def test_the_file_holds_the_same_rows_in_points(desk, told):
    beside(told, "Unknown", effect=None)
    answer = desk.get(reverse("analytics:comparison-export"), {"sort": "campaign"})
    found = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["Campaign"] for row in found] == [told.campaign.title, "Unknown"]
    assert float(found[0]["Effect"]) == round(told.results["lift"]["value"] * 100, 2)
    assert (found[0]["Level"], found[0]["Provisional"]) == ("0.95", "no")
    unknown = found[1]
    assert (unknown["Effect"], unknown["Why there is no effect"]) == ("", "not measured")
    assert AuditEvent.objects.filter(action="comparison.export").count() == 1


def test_the_page_takes_one_statement_for_however_many_campaigns(desk, told):
    taken = set()
    for number in range(3):
        if number:
            beside(told, f"Campaign {number}", effect=0.1)
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(desk)) == number + 1
        taken.add(len(queries))
    assert taken == {3}  # session, user, evaluations


def test_frozen_inputs_are_not_read_for_the_page(desk, told):
    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse(URL))
    (asked,) = [one["sql"] for one in queries if "analytics_evaluation" in one["sql"]]
    assert '"analytics_evaluation"."inputs",' not in asked


def test_staff_of_one_campus_are_told_of_no_evaluation(desk, manager, told):
    manager.campus = CampusFactory()
    manager.save()
    page = text(desk.get(reverse(URL)))
    assert told.campaign.title not in page
    assert "shown to staff of the whole library" in page


@pytest.mark.parametrize("value", ["\0", "abc", "-", "--effect", "x" * 10_000])
def test_the_page_answers_whatever_order_it_is_asked_for(desk, told, value):
    assert groups(desk, sort=value) == groups(desk)
