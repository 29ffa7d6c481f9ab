"""Days and months of a library whose clock is changed twice a year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from analytics.facts import computing
from analytics.facts.models import Fact
from tests.factories import ActivityFactory, ReaderFactory

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)
#: The first moment of days of 2026 in London: the hour is not the same in summer and winter.
BEGINS = {
    date(2026, 3, 1): datetime(2026, 3, 1, tzinfo=UTC),
    date(2026, 3, 29): datetime(2026, 3, 29, tzinfo=UTC),
    date(2026, 3, 30): datetime(2026, 3, 29, 23, tzinfo=UTC),
    date(2026, 4, 1): datetime(2026, 3, 31, 23, tzinfo=UTC),
    date(2026, 10, 1): datetime(2026, 9, 30, 23, tzinfo=UTC),
    date(2026, 10, 25): datetime(2026, 10, 24, 23, tzinfo=UTC),
    date(2026, 10, 26): datetime(2026, 10, 26, tzinfo=UTC),
    date(2026, 11, 1): datetime(2026, 11, 1, tzinfo=UTC),
}


@pytest.fixture
def in_london(settings):
    settings.TIME_ZONE = "Europe/London"


def visits(metric: str, start: date, grain: str) -> int | None:
    found = Fact.objects.filter(metric=metric, start=start, grain=grain, dimension="", key="")
    return found.values_list("value", flat=True).first()


def computed(first: date, last: date) -> None:
    computing.compute(first, last)


@pytest.mark.parametrize("day", BEGINS)
def test_visit_counts_on_the_day_of_the_librarys_clock(in_london, day):
    """Fault 17. The last moment before midnight is yesterday's, midnight is today's."""
    before = day - timedelta(days=1)
    ActivityFactory(at=BEGINS[day] - MOMENT)
    for _one in range(2):
        ActivityFactory(at=BEGINS[day])
    computed(before, day)

    assert (visits("activities", before, "day"), visits("activities", day, "day")) == (1, 2)


@pytest.mark.parametrize("month", [3, 10], ids=["to summer time", "from summer time"])
def test_month_of_31_days_holds_its_first_and_last_moment_and_none_beside(in_london, month):
    """Fault 17. A fact counts each reader once, whichever end of the month they came at."""
    first, after = date(2026, month, 1), date(2026, month + 1, 1)
    regular = ReaderFactory()
    inside = [BEGINS[first], BEGINS[after] - MOMENT]
    outside = [BEGINS[first] - MOMENT, BEGINS[after]]
    for at in inside:
        ActivityFactory(reader=regular, at=at)
        ActivityFactory(at=at)
    for at in outside:
        ActivityFactory(reader=regular, at=at)
    computed(first - timedelta(days=28), after + timedelta(days=29))

    assert visits("active_readers", first, "month") == 3
    assert visits("active_readers", after, "month") == 1
    days = Fact.objects.filter(metric="activities", grain="day", dimension="", start__gte=first)
    assert sum(days.filter(start__lt=after).values_list("value", flat=True)) == 4


def test_page_of_october_tells_its_own_readers(in_london, client, world):
    """Fault 17. Twelve at the last moment of the 31st, thirty at the first of November."""
    first, after = date(2026, 10, 1), date(2026, 11, 1)
    for _one in range(12):
        ActivityFactory(at=BEGINS[after] - MOMENT)
    for _one in range(30):
        ActivityFactory(at=BEGINS[after])
    computed(first, date(2026, 11, 30))

    client.force_login(world.user("manager"))
    page = client.get(reverse("analytics:month-detail", args=["2026-10"]))
    told = {tile.metric: tile.value.public_number for tile, _small in page.context["tiles"]}
    assert told["active_readers"] == 12
