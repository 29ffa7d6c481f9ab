"""Visits of a month come from one source: a counter, or the rows of readers, never both."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from analytics.facts import computing
from analytics.month.figures import Month
from analytics.month.words import visits_in_words
from core.disclosure import Missing
from crm.activities.models import NamelessVisit
from crm.clock.models import Night
from crm.sources.actions import keep_no_names
from tests import recorded
from tests.analytics import building as make
from tests.crm.activities import building
from tests.crm.activities.building import source_named
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
    assert "Counters and gates are never added together" in html


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


def test_another_counter_that_lacks_a_day_takes_no_visit_away(visited):
    """Forty visits of readers are whole, and counters saw 3,000: those are not fewer because a new
    counter of another building was silent for a day.
    """
    recorded.always(["visit"])
    imported("分馆,月份,人次\n旧馆,2026-03,3000\n", source=counter("北门计数器"))
    assert said().startswith("Visits: 3,000, counted by 北门计数器")

    imported("分馆,日期,人次\n新馆,2026-03-01,X\n新馆,2026-03-02,500\n", source=counter("新馆"))

    month = Month(MARCH)
    assert (month.visits().origin, month.visits().is_whole) == ("counter", False)
    assert month.visits().number == 3500
    assert month.complaints_per_visits() is Missing.CANNOT_SAY


def test_rows_that_are_whole_go_before_a_counter_that_saw_fewer(visited):
    recorded.always(["visit"])
    imported("日期,人次\n2026-03-02,30\n", source=counter("闸机"))

    assert said().startswith("Visits: 40, those of readers known by name")


def test_few_visits_are_not_told_and_staff_of_a_campus_see_their_own_counter(visited):
    own = CampusFactory(code="east", name_zh="东馆")
    imported("分馆,月份,人次\n东馆,2026-03,9\n西馆,2026-03,5000\n")
    assert Month(MARCH).visits().count.public_number == 5009
    visits = Month(MARCH, own.pk).visits()
    assert (visits.count.is_withheld, visits.is_whole) == (True, True)
    assert Month(MARCH, own.pk).complaints_per_visits() is Missing.WITHHELD


def gate_without_names(people: int, days=range(1, 32), name="西门") -> None:
    """One visit of each of so many people on each of the days of March, nobody of whom is known."""
    source = source_named(name, kinds=("visit",))
    if source.named:
        keep_no_names(source=source, by=None)
    rows = [f"P{one},2026-03-{day:02} 09:00" for day in days for one in range(people)]
    activities = building.imported(
        "\n".join(["证号,进馆时间", *rows]), "visits", source=source, nameless=True
    )
    assert activities.created == len(rows)


def test_d11_visits_without_names_count_beside_named_ones_and_say_how_many_of_each(visited):
    gate_without_names(10)
    computing.compute(FEBRUARY, LAST)
    assert said().startswith("Visits: 310, through gates that keep nobody's name, as of ")
    assert Month(MARCH).complaints_per_visits() == 6 / 310 * 1000

    recorded.always(["visit"])
    assert said().startswith(
        "Visits: 350 through gates, 40 of them of readers known by name, as of "
    )
    assert Month(MARCH).complaints_per_visits() == 6 / 350 * 1000
    # Nobody's own visits are more for it.
    assert Month(MARCH).count("active_readers").public_number == 40

    # A counter counts the same people, and is never added.
    imported("月份,人次\n2026-03,3000\n", name="三月.csv")
    assert said().startswith("Visits: 3,000, counted by 北门计数器, as of ")


def test_a_gate_without_names_that_lacks_days_makes_no_rate(visited):
    gate_without_names(20, days=range(1, 11))
    computing.compute(FEBRUARY, LAST)
    recorded.always(["visit"])
    assert said().startswith("Visits: 240 through gates in a part of the month, 40 of them ")
    assert Month(MARCH).complaints_per_visits() is Missing.CANNOT_SAY


def test_a_gate_that_comes_in_without_names_makes_no_comparison(visited):
    recorded.always(["visit"])
    gate_without_names(10)
    computing.compute(FEBRUARY, LAST)
    month = Month(MARCH)
    assert not month.visits().is_counted_like(month.visits(FEBRUARY))


def test_few_visits_without_names_do_not_follow_from_a_sum_and_the_rest(visited):
    recorded.always(["visit"])
    gate_without_names(1, days=[1, 31])
    computing.compute(FEBRUARY, LAST)
    assert Month(MARCH).visits().count.is_withheld
    assert Month(MARCH).complaints_per_visits() is not None


def test_of_a_day_at_a_gate_the_file_that_came_last_speaks(visited):
    gate_without_names(10)
    gate_without_names(20)
    computing.compute(FEBRUARY, LAST)
    assert Month(MARCH).visits().number == 620


def test_visits_without_names_stay_counted_when_their_rows_are_over_their_term(visited):
    gate_without_names(10)
    computing.compute(FEBRUARY, LAST)
    Night.objects.create(
        code="nameless-visits",
        night=date(2026, 11, 1),
        before=timezone.make_aware(datetime(2026, 4, 10)),
        removed=310,
    )
    NamelessVisit.objects.all().delete()
    computing.compute(FEBRUARY, LAST)
    assert Month(MARCH).visits().number == 310


def test_a_late_file_without_names_is_counted_by_the_next_night_and_so_is_its_undoing(visited):
    computing.compute_recent(date(2026, 11, 20))
    source = source_named("西门", kinds=("visit",))
    keep_no_names(source=source, by=None)
    rows = [f"P{one},2026-03-02 09:00" for one in range(30)]
    batch = building.imported(
        "\n".join(["证号,进馆时间", *rows]), "visits", source=source, nameless=True
    )
    computing.compute_recent(date(2026, 11, 20))
    assert Month(MARCH).visits().number == 30
    building.undone(batch)
    computing.compute_recent(date(2026, 11, 20))
    assert Month(MARCH).visits().number is None
