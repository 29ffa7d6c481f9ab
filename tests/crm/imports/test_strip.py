"""The strip of days on a preview: which months of which place a file tells whole, and which not."""

from datetime import date

from django.utils.translation import override

from crm.imports.strip import PLACES_SHOWN, ToldDays, joined, strip_of
from crm.sources.months import MONTH, SHOWN

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


def test_months_are_named_where_they_are_whole_and_days_counted_where_not():
    told = [
        ToldDays("东馆", *OCTOBER, True),
        ToldDays("东馆", date(2026, 11, 1), date(2026, 11, 3), False),
        ToldDays("", date(2026, 11, 2), date(2026, 11, 2), True),
    ]
    with override("en"):
        strip = strip_of(told)
    assert strip.months == [date(2026, 10, 1), date(2026, 11, 1)]
    library, east = strip.lines
    assert east.said == "东馆: October 2026 whole, 3 days in part"
    assert library.said == "whole library: one day whole"
    # Of the other days the file says nothing: they are neither recorded nor zero.
    assert [run.state for run in east.cells[1].stretches] == ["part", "before"]
    assert [(run.state, run.width) for run in library.cells[0].stretches] == [("before", 31)]
    with override("zh-hans"):
        assert strip_of(told).lines[1].said == "东馆：2026年10月完整、3 天不完整"


def test_a_day_told_twice_is_whole_where_it_once_was():
    told = [ToldDays("", *OCTOBER, False), ToldDays("", date(2026, 10, 5), date(2026, 10, 5), True)]
    (line,) = strip_of(told).lines
    assert [run.state for run in line.cells[0].stretches] == ["part", "full", "part"]


def test_a_file_of_no_day_has_no_strip_and_a_long_one_its_last_months():
    assert strip_of([]) is None
    years = [ToldDays(f"馆{n}", date(2020, 1, 1), date(2026, 10, 31), True) for n in range(20)]
    strip = strip_of(years)
    assert (len(strip.months), strip.months[-1]) == (SHOWN[MONTH], OCTOBER[0])
    assert (len(strip.lines), strip.more) == (PLACES_SHOWN, 20 - PLACES_SHOWN)


def test_runs_that_follow_each_other_are_one():
    days = [ToldDays("东馆", date(2026, 10, n), date(2026, 10, n), n != 4) for n in range(1, 7)]
    assert [(one.first.day, one.last.day, one.whole) for one in joined(days)] == [
        (4, 4, False),
        (1, 3, True),
        (5, 6, True),
    ]
