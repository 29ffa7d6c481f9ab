"""计数: visits of a day, or a counter that only grows. Decided by the column, else asked."""

import pytest

from crm.tallies.growing import told_by
from tests.crm.tallies.building import told

UP_AND_DOWN = [120, 135, 110, 140]


def table(values, head="计数"):
    rows = (f"2026-03-{day:02},{value}" for day, value in enumerate(values, start=2))
    return "\n".join([f"日期,{head}", *rows])


@pytest.mark.parametrize("head", ["计数", "Count", "计数（人）"])
def test_numbers_that_go_up_and_down_are_visits_whatever_the_column_is_called(head):
    found = told(table(UP_AND_DOWN, head))
    assert [said.value for said in found.collected.sums.values()] == UP_AND_DOWN
    assert found.reasons == {}


@pytest.mark.parametrize("head", ["计数", "count"])
def test_numbers_that_only_grow_far_above_their_steps_are_readings(head):
    found = told(table([50000, 50120, 50255, 50365], head))
    assert [said.value for said in found.collected.sums.values()] == [120, 135, 110]


def test_what_the_numbers_tell_and_what_they_leave_open():
    counter = list(range(0, 2300, 100))
    assert told_by([counter]) == told_by([counter[::-1]]) == "reading"
    # Set back once in thirty days.
    assert told_by([[*range(9000, 11000, 100), *range(0, 1000, 100)]]) == "reading"
    # Two gates side by side, each of which only grows.
    assert told_by([[90000, 90100, 90300], [80000, 80090, 80300]]) == "reading"
    # A large house: its days are high above their steps, and fall as often as they rise.
    assert told_by([[2000 + (-1) ** day * day for day in range(20)]]) == "visits"
    # Few rows that rise, one row, rows alike, and a fall from on high: nobody can tell.
    for open_one in ([120, 135, 140], [120], [7, 7, 7, 7], [9000, 9100, 20, 140]):
        assert told_by([open_one]) == "", open_one


def test_what_nothing_tells_is_no_number_until_somebody_says_which():
    assert set(told(table([120, 135, 140])).mapping) == {"period"}
    # A name that says one thing is believed, and two columns are not both the visits.
    assert told(table([120, 135, 140], "读数")).mapping["reading"] == "读数"
    # Who passed, who came in, and the reading of the same gate.
    thrice = "日期,读数,人次,进馆\n2026-03-02,1000,200,100\n2026-03-03,1200,210,105\n"
    assert [said.value for said in told(thrice).collected.sums.values()] == [100, 105]
    both = "日期,人次,计数\n2026-03-02,5,120\n2026-03-03,7,110\n2026-03-04,6,140\n"
    assert told(both).mapping["visits"] == "人次"
    assert "reading" not in told(both).mapping
