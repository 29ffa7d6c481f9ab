"""The loop as a figure with live counts, and the published case."""

import csv
import io

import pytest
from django.urls import reverse

from analytics.facts.models import Observation
from analytics.loop.actions import decide
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.analytics.pages import statements_for_one_and_three_rows, text
from tests.factories import CampusFactory

pytestmark = pytest.mark.django_db


def test_the_loop_counts_what_stands_where(desk, told, manager):
    decide(adjustment=told.adjustments.waiting().first(), verdict="accept", by=manager)
    page = text(desk.get(reverse("analytics:loop")))
    assert f"{told.adjustments.waiting().count()} waiting" in page
    assert "1 agreed, 0 refused" in page


def test_the_loop_takes_as_many_statements_for_three_rows_as_for_one(desk):
    for_one, for_three = statements_for_one_and_three_rows(desk, "loop")
    assert for_one == for_three


@pytest.fixture
def late_campaign():
    """Its period was over long ago, and nobody has evaluated it."""
    return make.campaign(title="Poems")


def test_g1_the_page_says_what_was_not_evaluated_and_leads_there(desk, late_campaign):
    page = text(desk.get(reverse("analytics:loop")))
    assert f'<a href="{late_campaign.get_absolute_url()}">Poems</a>' in page
    assert "not evaluated after" in page
    assert ">0 days<" not in page


def test_the_passages_leave_as_a_file_with_their_definitions(desk, late_campaign):
    answer = desk.get(reverse("analytics:loop-export"))
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    evaluated = [row for row in rows if row["Passage"] == "Period over → evaluation"]
    by_line = {row["Line"]: row for row in evaluated}
    row = by_line["Poems"]
    assert (row["Began"], row["Arrived"], row["Median days"], row["Late"]) == ("1", "0", "", "1")
    assert int(by_line["All campaigns"]["Began"]) == len(evaluated) - 1
    assert row["What is counted"].startswith("Campaigns that went live")
    assert AuditEvent.objects.filter(action="loop.export").count() == 1


def test_staff_of_one_campus_are_not_told_that_nothing_was_evaluated(desk, manager, late_campaign):
    manager.campus = CampusFactory()
    manager.save()
    page = text(desk.get(reverse("analytics:loop")))
    assert "not evaluated" not in page
    assert 'class="edge late"' not in page
    assert desk.get(reverse("analytics:loop-export")).status_code == 404


def observation(code: str, label: str, **fields) -> Observation:
    return Observation.objects.create(
        code=code,
        label_zh=f"{label}（中）",
        label_en=label,
        section="§3",
        source="A paper",
        **fields,
    )


@pytest.fixture
def observations():
    return [
        observation("visits", "Visits", value=275_000, qualifier="at_least", year="2019"),
        observation("night", "Night at the library", text_en="No number is given", year="2018"),
        observation("team", "Working group", value=32, unit="名"),
    ]


def labels(page) -> list[str]:
    return [row.record.label_en for row in page.context["listing"].rows]


def test_the_published_case_prints_each_figure_as_it_was_published(desk, observations):
    page = desk.get(reverse("analytics:observation-list"))
    cells = []
    for row in page.context["listing"].rows:
        cells.append([cell for _head, cell in row.cells])
    assert cells == [
        ["2019", "Visits", "<b>≥275,000</b>", "", "§3"],
        [
            "2018",
            "Night at the library",
            '<span class="muted">no number given</span>',
            "No number is given",
            "§3",
        ],
        ["–", "Working group", "<b>32</b>", "", "§3"],
    ]
    assert "A paper" in text(page)


def test_the_published_case_is_searched_and_sorted(desk, observations):
    url = reverse("analytics:observation-list")
    assert labels(desk.get(url, {"q": "night"})) == ["Night at the library"]
    assert labels(desk.get(url, {"q": "number is"})) == ["Night at the library"]
    assert labels(desk.get(url, {"sort": "-year"}))[:2] == ["Visits", "Night at the library"]


def test_a_search_without_result_leads_back_to_all_figures(desk, observations):
    page = text(desk.get(reverse("analytics:observation-list"), {"q": "zeppelin"}))
    assert "No figure matches" in page
    assert "The case has not been loaded" not in page


def test_a_case_that_has_not_been_loaded_says_so(desk):
    assert "The case has not been loaded" in text(desk.get(reverse("analytics:observation-list")))


def test_the_published_case_takes_as_many_statements_for_many_figures_as_for_few(
    desk, django_assert_num_queries
):
    for number in range(3):
        observation(f"figure-{number}", f"Figure {number}", value=number)
        with django_assert_num_queries(4):  # session, user, count, page
            desk.get(reverse("analytics:observation-list"))


@pytest.mark.parametrize("value", ["\0", "abc", "-1", "²", "x" * 10_000])
def test_the_published_case_answers_whatever_it_is_asked(desk, observations, value):
    for key in ("q", "page", "sort"):
        assert desk.get(reverse("analytics:observation-list"), {key: value}).status_code == 200
