"""The strip of days: what a file tells of each place, beside what others told, in one count."""

from datetime import date

from django.utils.translation import override

from crm.imports.strip import PLACES_SHOWN, StripDays, strip_of
from crm.sources.days import Shut, Told
from crm.sources.models import DataSource
from crm.sources.months import MONTH, SHOWN

GATE, EAST = 1, 10
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
TODAY = date(2026, 12, 20)
NAMES = {EAST: "东馆"}


def october(first: int, last: int) -> tuple[date, date]:
    return date(2026, 10, first), date(2026, 10, last)


def told(first, last, place=EAST, **more) -> Told:
    return Told(GATE, place, first, last, **more)


def strip(now, before=(), shut=(), rhythm="monthly", names=NAMES):
    gate = DataSource(pk=GATE, name="Gate", rhythm=rhythm, due_after=5)
    regular = gate.is_regular
    now = [Told(**vars(one) | {"regular": regular}) for one in now]
    before = [Told(**vars(one) | {"regular": regular}) for one in before]
    with override("en"):
        return strip_of(StripDays(gate, now, list(before), list(shut), TODAY), names)


def runs(cell) -> list[tuple[str, int]]:
    return [(run.state, run.width) for run in cell.stretches]


def test_what_was_told_before_is_drawn_beside_what_this_file_tells_and_both_together():
    (east,) = strip([told(*october(11, 20))], before=[told(*october(1, 15))]).lines
    assert runs(east.cells[0]) == [("full", 10), ("both", 5), ("now", 5), ("none", 11)]
    assert east.said == "东馆: 20 days there, 11 days missing"


def test_days_are_there_in_part_closed_or_missing_and_counted_under_one_word_each():
    file = [told(*october(1, 10)), told(*october(11, 13), whole=False), told(*october(20, 31))]
    (east,) = strip(file, shut=[Shut(None, *october(14, 15))]).lines
    assert runs(east.cells[0]) == [
        ("now", 10),
        ("now-part", 3),
        ("closed", 2),
        ("none", 4),
        ("now", 12),
    ]
    said = "22 days there, 3 days in part, 2 days closed, 4 days missing"
    assert east.said == f"东馆: {said}"


def test_nothing_is_missing_of_a_source_whose_files_come_at_no_set_times():
    for rhythm in ("", "at-will"):
        (library,) = strip([told(*october(3, 5), place=None)], rhythm=rhythm).lines
        assert runs(library.cells[0]) == [("before", 2), ("now", 3), ("unasked", 26)]
        assert library.said == "whole library: 3 days there, 26 days not told of"


def test_a_day_told_twice_is_whole_where_it_once_was():
    (east,) = strip([told(*OCTOBER, whole=False), told(*october(5, 5))]).lines
    assert runs(east.cells[0]) == [("now-part", 4), ("now", 1), ("now-part", 26)]


def test_after_the_last_event_the_rest_of_its_month_is_as_all_else_is():
    events = told(*october(1, 20), tells=frozenset({"events"}))
    loans = told(*OCTOBER, tells=frozenset({"loans"}), apart=False)
    (east,) = strip([events, loans]).lines
    assert east.said == "东馆: 31 days there"


def test_month_between_two_others_that_nobody_told_of_is_drawn_as_missing():
    """In 0.1 it was left out, and August stood beside October as if nothing lacked."""
    file = [told(date(2026, 8, 1), date(2026, 8, 31)), told(*OCTOBER)]
    found = strip(file)
    assert [brief for brief, _whole in found.heads] == ["2026-08", "09", "10"]
    (east,) = found.lines
    assert runs(east.cells[1]) == [("none", 30)]
    assert east.said == "东馆: 62 days there, 30 days missing"


def test_months_too_far_apart_for_one_strip_are_drawn_alone():
    found = strip([told(date(2020, 1, 1), date(2020, 1, 31)), told(*OCTOBER)])
    assert found.months == [date(2020, 1, 1), date(2026, 10, 1)]
    assert [brief for brief, _whole in found.heads] == ["2020-01", "2026-10"]


def test_a_long_file_has_its_last_months_and_the_first_places_by_name():
    names = {key: f"馆{key:02}" for key in range(1, 21)}
    years = [told(date(2020, 1, 1), OCTOBER[1], place=key) for key in names]
    found = strip(years, names=names)
    assert (len(found.months), found.months[-1]) == (SHOWN[MONTH], OCTOBER[0])
    assert [line.place for line in found.lines] == [f"馆{n:02}" for n in range(1, 13)]
    assert found.more == 20 - PLACES_SHOWN
