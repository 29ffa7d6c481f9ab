"""A month of which days are missing is told as such, and compared with none."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from analytics.facts import computing
from analytics.month.figures import Month
from analytics.month.words import rests_on
from core.disclosure import Missing
from tests import recorded
from tests.analytics import building as make
from tests.factories import VoiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.nothing_recorded]
MARCH, LAST = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def visited():
    make.visit(make.readers(40))
    for day in range(3, 9):
        VoiceFactory(kind="complaint", received_at=make.LAUNCH.replace(day=day))
    computing.compute(MARCH, LAST)


def tile(metric="active_readers"):
    return Month(MARCH).tile(metric)


def test_a_tile_says_nothing_recorded_then_at_least_then_the_number(visited):
    assert not tile().value.is_known
    assert rests_on(tile()) == "Nothing that it could be counted by was recorded."
    assert Month(MARCH).rows("activities", "visit") is None
    # In the chart a gap, no zero.
    assert not Month(MARCH).done_by_kind()["visit"][-1].is_known
    # What the portal notes itself needs no file.
    assert rests_on(tile("contributors")) == ""

    recorded.always(["visit"], MARCH, date(2026, 3, 20))
    assert tile().value.public_number == 40
    assert rests_on(tile()).startswith("At least so many: not recorded wholly for ")
    assert tile().change is None
    assert Month(MARCH).complaints_per_visits() is Missing.CANNOT_SAY
    assert not Month(MARCH).complaints_ratio().says

    recorded.always(["visit", "loan"])
    part = recorded.always(["visit"])
    # Of a source whose files came at set times nothing is missing after its last day.
    part.rhythm, part.until = "monthly", date(2026, 3, 20)
    part.save()
    assert rests_on(tile()) == ""
    assert Month(MARCH).complaints_per_visits() == 6 / 40 * 1000


def test_the_page_says_it_in_words(desk, visited):
    html = desk.get(reverse("analytics:month-detail", args=["2026-03"])).content.decode()
    assert "Nothing that it could be counted by was recorded." in html
    assert reverse("crm:coverage") in html
