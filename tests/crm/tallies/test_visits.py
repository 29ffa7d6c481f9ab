"""How many visits counters tell of in a month: one definition, nothing counted twice."""

from datetime import date

import pytest

from crm.sources.days import Recorded
from crm.sources.models import ClosedSpan
from crm.staff.models import Campus
from crm.tallies.visits import VisitCounts
from tests.crm.tallies.building import counter, imported, undone

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def visits(month, campus=None):
    found = VisitCounts([JANUARY, FEBRUARY], campus).of(month)
    return found.number, found.state


def daily(month, days, number=10, place=""):
    rows = [f"2026-{month:02}-{day:02},{number}{place}" for day in days]
    head = "日期,人次,分馆" if place else "日期,人次"
    return "\n".join([head, *rows])


def test_a_month_counted_as_one_goes_before_its_days_and_is_not_added_to_them():
    imported(daily(1, range(1, 32)), name="日.csv")
    assert visits(JANUARY) == (310, Recorded.FULL)
    imported("月份,人次\n2026-01,333\n", name="月.csv")
    assert visits(JANUARY) == (333, Recorded.FULL)
    assert visits(FEBRUARY) == (None, Recorded.NONE)


def test_a_missing_day_makes_a_part_and_a_closed_one_does_not():
    imported(daily(1, range(1, 31)))
    assert visits(JANUARY) == (300, Recorded.PART)
    ClosedSpan.objects.create(first=date(2026, 1, 31), last=date(2026, 1, 31))
    assert visits(JANUARY) == (300, Recorded.FULL)


def test_two_sources_of_one_place_are_never_added_and_places_are():
    imported("分馆,月份,人次\n东馆,2026-01,100\n西馆,2026-01,50\n", source=counter("红外计数"))
    imported(daily(1, range(1, 11), 9, ",东馆"), source=counter("人工"))
    assert visits(JANUARY) == (150, Recorded.FULL)
    assert visits(JANUARY, Campus.objects.get(name_zh="西馆").pk) == (50, Recorded.FULL)
    # A place that counted before and is silent now makes the sum a part.
    imported("分馆,月份,人次\n东馆,2026-02,100\n西馆,2026-02,X\n", source=counter("红外计数"))
    assert visits(FEBRUARY) == (100, Recorded.PART)
    Campus.objects.filter(name_zh="西馆").update(ends_on=date(2026, 1, 31))
    assert visits(FEBRUARY) == (100, Recorded.FULL)
    # A number of the whole library stands in where the places do not tell all.
    Campus.objects.update(ends_on=None)
    whole = imported("月份,人次\n2026-02,170\n2026-01,1\n", source=counter("年报统计"))
    assert (visits(FEBRUARY), visits(JANUARY)[0]) == ((170, Recorded.FULL), 150)
    undone(whole)
    assert visits(FEBRUARY) == (100, Recorded.PART)


def test_a_quarter_says_nothing_of_its_months():
    imported("count start,count end,visits\n2026-01-01,2026-03-31,900\n")
    assert visits(JANUARY) == (None, Recorded.NONE)


def test_audiences_are_added_unless_everybody_is_counted_beside_them():
    imported("月份,受众,人次\n2026-01,少儿,10\n2026-01,成人,20\n")
    assert visits(JANUARY) == (30, Recorded.FULL)
    imported("月份,人次\n2026-01,33\n")
    assert visits(JANUARY) == (33, Recorded.FULL)
