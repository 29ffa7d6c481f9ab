"""Everybody who shows, compares or judges a figure asks what was recorded: one test for each, in a
world where the gate told of no visit in a month, and in one where it told of half of the places.
"""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from analytics.loop import storage
from analytics.loop.figures.shapes import LiftSilence
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.report_file import as_csv
from analytics.month import charts
from analytics.month.figures import Month
from analytics.month.resting import rests_on as month_rests_on
from analytics.month.words import change_words, rests_on
from campaigns.plan.models import Standard
from core.disclosure import Missing
from crm.segments.models import Segment
from crm.sources.board import board_on
from crm.sources.gaps import gap_asked, resting_on_gap
from crm.sources.models import DataSource
from crm.sources.months import months_up_to
from crm.staff.models import User
from tests.crm.sources.lacking import APRIL, MARCH, WORLDS, Lacking
from tests.factories import SegmentFactory, UserFactory
from tests.shared import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=WORLDS)
def lacking_once(request, django_db_setup, django_db_blocker):
    yield from kept(django_db_blocker, WORLDS[request.param])


@pytest.fixture
def lacking(db, lacking_once) -> Lacking:
    with translation.override("en"):
        yield lacking_once


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    return client


def page(client, name: str, *keys, **query) -> str:
    answer = client.get(reverse(name, args=keys), query)
    assert answer.status_code == 200
    return answer.content.decode()


def evaluation_of(lacking: Lacking) -> Evaluation:
    return Evaluation.objects.get(pk=lacking.evaluation)


def test_tile(lacking, desk):
    tile = Month(MARCH).tile("active_readers")
    assert rests_on(tile) == "At least so many: not recorded wholly for March 2026."
    assert tile.on_target is None
    assert "At least so many" in page(desk, "analytics:month-detail", "2026-03")
    # What the portal notes itself lacks nothing.
    assert rests_on(Month(MARCH).tile("contributors")) == ""


def test_comparison_with_last_year_and_with_the_month_before(lacking):
    assert Month(MARCH).change("active_readers") is None
    assert change_words(None) == "no comparison with last year is possible"
    april = Month(APRIL).tile("active_readers")
    assert april.before == april.before.without(Missing.CANNOT_SAY)
    assert rests_on(april) == ""
    assert Month(MARCH).complaints_per_visits() is Missing.CANNOT_SAY
    assert not Month(APRIL).complaints_ratio().says


def test_chart_has_a_gap_and_no_line_to_zero(lacking):
    chart = charts.activities(Month(APRIL), None)
    (visits,) = [line for line in chart.figure["data"] if line["name"] == "Visit"]
    drawn = dict(zip(visits["x"], visits["y"], strict=True))
    assert drawn["2026-03"] is None
    assert visits["connectgaps"] is False
    assert drawn["2026-04"] == 40
    assert "a gap: not measured, or not on all days" in chart.notes[0]
    assert Month(MARCH).done() == Month(MARCH).done().without(Missing.CANNOT_SAY)


def test_chart_as_a_file_says_what_a_month_lacks(lacking):
    rows = list(csv.reader(io.StringIO(charts.activities(Month(APRIL), None).csv)))
    (march,) = [row for row in rows if row[0] == "2026-03"]
    assert march[-1].startswith("Visit: not recorded")
    assert "0" not in march


def test_segment_page_warns(lacking, desk):
    html = page(desk, "crm:segment-detail", lacking.segment)
    assert "Visit: not recorded wholly for " in html


def test_the_list_of_segments_marks_a_rule_on_days_that_are_not_recorded(lacking, desk):
    SegmentFactory(name="Loud", rule={"test": "kind", "in": ["teacher"]})
    html = page(desk, "crm:segment-list")
    assert html.count("not all recorded") == 1
    assert "Visit: not recorded wholly for " in html


def test_segment_builder_and_launch_warn(lacking, desk):
    rule = Segment.objects.get(pk=lacking.segment).rule
    sent = {"rule": rule}
    api = desk.post(reverse("api:segment-count"), sent, content_type="application/json").json()
    assert api["unrecorded"][0].startswith("Visit: not recorded wholly for ")
    html = page(desk, "campaigns:content-launch", lacking.content)
    assert "“Silent”: Visit: not recorded wholly for " in html


def test_effect_is_not_measured(lacking, desk):
    results = storage.results_as_told(evaluation_of(lacking).results)
    assert (results.lift.value, results.lift.why) == (None, LiftSilence.NOT_RECORDED)
    html = page(desk, "analytics:evaluation-detail", lacking.evaluation)
    assert "What readers did was not recorded on all days, so no effect is measured" in html


def test_campaign_page_does_not_say_zero(lacking, desk):
    campaign = evaluation_of(lacking).campaign_id
    html = page(desk, "analytics:campaign-panel", campaign)
    words = " ".join(strip_tags(html).split())
    assert "What readers did was not recorded on all days, so no effect is measured" in words


def test_standard_is_neither_met_nor_missed(lacking):
    results = storage.results_as_told(evaluation_of(lacking).results)
    (lift,) = [one for one in results.standards if one.standard.metric == Standard.Metric.LIFT]
    assert lift.met is None
    # The others rest on what the portal notes itself.
    assert all(one.met is not None for one in results.standards if one is not lift)


def test_nothing_is_proposed_from_what_was_not_measured(lacking):
    proposed = Adjustment.objects.filter(evaluation=lacking.evaluation)
    assert proposed.exists()
    assert not proposed.filter(target__contains="lift").exists()


def test_j4_a_month_without_gate_files_has_no_comparison_and_no_proposal(lacking, desk):
    assert Month(MARCH).change("active_readers") is None
    html = page(desk, "analytics:month-detail", "2026-03")
    assert "no comparison with last year is possible" in html
    results = storage.results_as_told(evaluation_of(lacking).results)
    assert results.lift.value is None
    assert not Adjustment.objects.filter(target__contains="lift").exists()
    assert page(desk, "crm:coverage").count("neither zero nor estimated") == 1


def test_read_api(lacking, desk):
    campaign = evaluation_of(lacking).campaign_id
    told = desk.get(reverse("api:campaign-results", args=[campaign])).json()
    assert told["figures"]["lift"]["value"] is None
    assert told["figures"]["lift"]["why"] == "not_recorded"
    assert [one["value"] for one in told["findings"] if one["finding_kind"] == "lift"] == [None]
    detail = desk.get(reverse("api:segment-detail", args=[lacking.segment])).json()
    assert detail["unrecorded"]


def test_api_of_what_is_recorded(lacking, desk):
    asked = {"first": "2026-03-01", "last": "2026-04-30"}
    rows = desk.get(reverse("api:coverage"), asked).json()
    states = {(row["source"], row["campus"] is None): row for row in rows if row["days_missing"]}
    (gap,) = states.values()
    assert (gap["source"], gap["days_missing"], gap["days"]) == ("gate", 31, 61)
    assert gap["missing"] == [{"first": "2026-03-01", "last": "2026-03-31"}]
    assert gap["coverage"] == "part"
    wrong = {"first": "2026-04-30", "last": "2026-03-01"}
    assert desk.get(reverse("api:coverage"), wrong).status_code == 400


def test_report_as_a_file_says_why_it_is_empty(lacking):
    rows = list(csv.reader(io.StringIO(as_csv(evaluation_of(lacking)))))
    (lift,) = [row for row in rows if row[0] == "Lift"]
    assert lift[2:5] == ["not measured", "", ""]
    assert lift[7].startswith("What readers did was not recorded")
    standards = [row for row in rows if row[0] == "Standard" and row[1].startswith("Lift")]
    assert [row[2:5] for row in standards] == [["not measured", "", ""]] * 2
    assert (standards[0][5], standards[0][7]) == ("not measured", "cannot say")


def test_person_page_tells_none_from_not_recorded(lacking, desk, client):
    assert "Visit: not recorded wholly for " in page(desk, "crm:kinds-recorded")
    desk.post(reverse("crm:reader-reason", args=[lacking.reader]), {"reason": "enquiry"})
    assert reverse("crm:kinds-recorded") in page(desk, "crm:reader-detail", lacking.reader)
    # And to the reader themselves.
    client.force_login(User.objects.get(pk=lacking.account))
    html = page(client, "crm:me")
    assert "nothing said is not the same as nothing done" in html
    assert "Loan: not recorded" not in html


def test_map_of_recency_and_frequency(lacking, desk):
    html = page(desk, "crm:score-map")
    assert "Who came on these days is placed lower than they belong." in html
    assert "Visit: not recorded wholly for " in html


def test_today_names_the_file_that_did_not_come(lacking, desk):
    last = months_up_to(timezone.localdate(), 2)[0]
    html = page(desk, "analytics:today")
    assert f"Has not come: Gate: {last:%B %Y}" in html


def test_coverage_page_says_what_rests_on_a_gap(lacking, desk):
    last = months_up_to(timezone.localdate(), 2)[0]
    asked = {"source": f"{lacking.gate}", "place": f"{lacking.place or ''}"}
    html = page(desk, "crm:coverage", **asked, month=f"{last:%Y-%m}")
    for said in ("Active readers", "Segment “Silent”", "Recency and frequency", "not touched"):
        assert said in html
    # The campaign of March is told where March is looked at.
    gap = gap_asked(board_on(APRIL), asked | {"month": "2026-03"})
    (effect, *_rest) = [
        one for one in resting_on_gap(gap, UserFactory(role="manager")) if "Effect" in one.name
    ]
    assert (effect.now, effect.touched) == ("not measured", True)


def test_a_month_without_a_gap_touches_nothing_of_loans(lacking):
    gap = gap_asked(board_on(timezone.localdate()), {})
    assert gap.source == DataSource.objects.get(pk=lacking.gate)
    names = [one.name for one in month_rests_on(gap, UserFactory(role="manager"))]
    assert "Complaints per 1,000 visits" in names
    assert "Readers at events" not in names
