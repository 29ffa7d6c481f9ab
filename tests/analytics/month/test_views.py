"""The month page: what it says, what it never says, and that it reads nothing but facts."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from analytics.facts import computing
from analytics.facts.models import Target
from analytics.month.words import metric_help
from campaigns.plan.models import Campaign
from crm.readers.models import Activity
from crm.registers.models import TeachingTerm
from crm.rfc.queries import Part, kinds_of
from crm.rfc.words import used_in_words
from tests.analytics import building as make
from tests.analytics.pages import statements_for_one_and_three_rows, text

pytestmark = pytest.mark.django_db


def test_a6_the_first_figure_of_the_month_is_contributors(desk):
    make.visit(make.readers(12), kind="contribution")
    make.visit(make.readers(30))
    computing.compute(make.LAUNCH.date(), make.AFTER.date())

    page = text(desk.get(reverse("analytics:month-detail", args=["2026-03"])))

    assert "12 readers made something with the library" in page
    assert page.index("12 readers made something") < page.index("30 readers used the library")
    assert page.index("Contributors") < page.index("Active readers")


def test_whoever_uses_the_library_in_any_way_is_an_active_reader_of_the_month(desk):
    """Before, a reader with two hundred booked seats was in the best cell of the map and no active
    reader, and both pages said that loans, renewals, visits and events count.
    """
    for kind in kinds_of(Part.USE):
        make.visit(make.readers(11), kind=kind)
    computing.compute(make.LAUNCH.date(), make.AFTER.date())
    page = text(desk.get(reverse("analytics:month-detail", args=["2026-03"])))
    assert f"{11 * len(kinds_of(Part.USE))} readers used the library" in page

    for language in ("en", "zh-hans"):
        with translation.override(language):
            said = (used_in_words(), metric_help("active_readers"))
            for kind in kinds_of(Part.USE):
                label = str(Activity.Kind(kind).label)[1:]
                assert [label in sentence for sentence in said] == [True, True]


def test_a_month_nobody_measured_prints_no_zero(desk):
    page = text(desk.get(reverse("analytics:month-detail", args=["2020-01"])))
    assert "Contributions were not measured this month" in page
    assert page.count("not measured") >= 4


@pytest.mark.parametrize("month", ["2026-13", "2999-01", "spring", "2026-1"])
def test_a_month_that_is_none_is_404(desk, month):
    assert desk.get(f"/insight/month/{month}/").status_code == 404


def test_a_target_is_printed_beside_its_figure(desk):
    desk.post(reverse("analytics:target-edit"), {"metric": "contributors", "value": 40})
    assert Target.objects.get().value == 40
    assert "target 40" in text(desk.get(reverse("analytics:month-detail", args=["2026-03"])))
    desk.post(reverse("analytics:target-edit"), {"metric": "contributors", "value": -1})
    assert Target.objects.get().value == 40


@pytest.mark.parametrize("size", [3, 300])
def test_the_month_page_reads_only_facts(desk, size):
    make.visit(make.readers(size))
    computing.compute(make.LAUNCH.date(), make.AFTER.date())
    address = reverse("analytics:month-detail", args=["2026-03"])
    # What a process asks for once, such as the logo, is known by now.
    desk.get(address)
    with CaptureQueriesContext(connection) as queries:
        desk.get(address)
    assert not any("crm_activity" in query["sql"] for query in queries.captured_queries)
    # One of them asks what counters tell, one for the terms of the library.
    assert len(queries) == 15


def test_the_month_page_takes_as_many_statements_for_three_rows_as_for_one(desk):
    for_one, for_three = statements_for_one_and_three_rows(desk, "month")
    assert for_one == for_three


def test_script_in_a_campaigns_title_stays_text_on_the_month_page(desk, told):
    Campaign.objects.filter(pk=told.campaign_id).update(title="<script>alert(1)</script>")
    assert "<script>alert(1)" not in text(desk.get(reverse("analytics:month")))


def test_a_month_of_other_teaching_weeks_says_so_beside_what_it_is_compared_with(desk):
    address = reverse("analytics:month-detail", args=["2026-02"])
    desk.cookies["django_language"] = "en"
    # As long as nobody wrote down the terms nothing is said of them.
    assert "teaching weeks" not in desk.get(address).content.decode()
    days = [(date(2024, 9, 2), date(2025, 6, 30)), (date(2026, 2, 23), date(2026, 6, 30))]
    for number, (first, last) in enumerate(days):
        TeachingTerm.objects.create(code=f"t{number}", name_zh="x", starts_on=first, ends_on=last)
    html = desk.get(address).content.decode()
    assert "Not alike: this month with 1 teaching week, February 2025 with 4 teaching" in html
    like = reverse("analytics:month-detail", args=["2026-04"])
    assert "Not alike" not in desk.get(like).content.decode()
