"""Visits of a month come from one source: a counter, or the rows of readers, never both."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from analytics.facts import computing
from analytics.month.figures import Month
from analytics.month.words import visits_in_words
from core.disclosure import Missing
from tests import recorded
from tests.analytics import building as make
from tests.crm.tallies.building import counter, imported
from tests.factories import CampusFactory, VoiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.nothing_recorded]
FEBRUARY, MARCH, LAST = date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def visited():
    make.visit(make.readers(40))
    for day in range(3, 9):
        VoiceFactory(kind="complaint", received_at=make.LAUNCH.replace(day=day))
    computing.compute(FEBRUARY, LAST)


def said():
    return visits_in_words(Month(MARCH).visits())


def test_d11_a_counter_of_the_whole_month_goes_before_readers_rows_and_is_not_added(desk, visited):
    assert said() == "Visits: not measured. Neither a counter nor a gate tells of this month."
    assert Month(MARCH).complaints_per_visits() is Missing.CANNOT_SAY

    recorded.always(["visit"])
    assert said().startswith("Visits: 40, those of readers known by name, as of ")
    assert Month(MARCH).complaints_per_visits() == 6 / 40 * 1000

    imported("月份,人次\n2026-03,3000\n2026-02,X\n", name="三月.csv")
    assert said().startswith("Visits: 3,000, counted by 北门计数器, as of ")
    assert Month(MARCH).complaints_per_visits() == 6 / 3000 * 1000
    html = desk.get(reverse("analytics:month-detail", args=["2026-03"])).content.decode()
    assert "counted by 北门计数器" in html
    assert "They are never added together" in html


def test_a_part_makes_no_rate_and_two_ways_of_counting_are_not_compared(visited):
    imported("日期,人次\n2026-03-02,900\n", source=counter("闸机"))
    assert said().startswith("Visits: 900 in a part of the month, counted by 闸机")
    assert Month(MARCH).complaints_per_visits() is Missing.CANNOT_SAY

    VoiceFactory.create_batch(30, kind="complaint", received_at=make.LAUNCH.replace(month=2))
    computing.compute(FEBRUARY, LAST)
    imported("月份,人次\n2026-02,3000\n", source=counter("旧计数器"))
    imported("月份,人次\n2026-03,3000\n", source=counter("新的计数器"))
    month = Month(MARCH)
    assert month.complaints_per_visits(FEBRUARY) == 10
    assert not month.visits().is_counted_like(month.visits(FEBRUARY))
    assert not month.complaints_ratio().says
    imported("月份,人次\n2026-02,3000\n2026-03,3000\n", source=counter("新的计数器"))
    imported("月份,人次\n2026-02,X\n", source=counter("旧计数器"))
    assert Month(MARCH).complaints_ratio().says


def test_few_visits_are_not_told_and_staff_of_a_campus_see_their_own_counter(visited):
    own = CampusFactory(code="east", name_zh="东馆")
    imported("分馆,月份,人次\n东馆,2026-03,9\n西馆,2026-03,5000\n")
    assert Month(MARCH).visits().count.public_number == 5009
    visits = Month(MARCH, own.pk).visits()
    assert (visits.count.is_withheld, visits.is_whole) == (True, True)
    assert Month(MARCH, own.pk).complaints_per_visits() is Missing.WITHHELD
