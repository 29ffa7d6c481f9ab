"""How many visits counters tell of in a month: one definition, nothing counted twice."""

from datetime import date

import pytest

from crm.registers.models import SpecialDays
from crm.sources.board import board_on
from crm.sources.days import Recorded
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
    last = date(2026, 1, 31)
    SpecialDays.objects.create(kind="closed", starts_on=last, ends_on=last)
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


def both_pages():
    """What the month page says of January, and what the page of what is recorded does."""
    (line,) = board_on(date(2026, 1, 31)).lines
    states = {one.state.replace("together", "full") for one in line.cells[-1].stretches}
    return visits(JANUARY), *states


def test_an_audience_that_nobody_knows_leaves_a_part_on_every_page():
    imported("月份,受众,人次\n2026-01,学生,100\n2026-01,教师,X\n")
    assert both_pages() == ((100, Recorded.PART), "part")


def test_an_unknown_sum_beside_known_audiences_is_at_least_these():
    imported("月份,受众,人次\n2026-01,,X\n2026-01,学生,100\n2026-01,教师,50\n")
    assert both_pages() == ((150, Recorded.PART), "part")


def test_a_month_that_nobody_knows_takes_nothing_from_its_days():
    imported(daily(1, range(1, 32), 100), name="日.csv")
    imported("月份,人次\n2026-01,X\n", name="月.csv")
    assert both_pages() == ((3100, Recorded.FULL), "full")


def test_days_that_nobody_knows_take_nothing_from_their_month():
    imported("月份,人次\n2026-01,3100\n", name="月.csv")
    imported("日期,人次\n2026-01-05,X\n2026-01-06,7\n", name="日.csv")
    assert both_pages() == ((3100, Recorded.FULL), "full")


def test_whole_days_go_before_a_month_that_lacks_something():
    imported("月份,受众,人次\n2026-01,学生,100\n2026-01,教师,X\n", name="月.csv")
    imported(daily(1, range(1, 32), 10), name="日.csv")
    assert both_pages() == ((310, Recorded.FULL), "full")
