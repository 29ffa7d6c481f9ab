"""计数: visits of a day, or a counter that only grows. Decided by the column, else asked."""

import pytest
from django.utils import translation

from crm.tallies.choices import wrong_choices
from crm.tallies.describing import columns_to_spread
from crm.tallies.forms import why_spread_or_not
from crm.tallies.growing import told_by
from crm.tallies.heads import ways_of_one_gate
from crm.tallies.options import CountOptions
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


#: Heads of columns beside 日期, and which of them are places.
WIDE = {
    "南馆,北馆,全部": ["南馆", "北馆"],
    "南馆,北馆,日均,同比": ["南馆", "北馆"],
    "南馆,北馆,气温": ["南馆", "北馆"],
    "南门,北门,Counter A": ["南门", "北门", "Counter A"],
    "计数": [],
    "计数器": [],
    "进出人次": [],
    "双向计数": [],
    "计数,气温": [],
    "Main gate in,Main gate out": [],
    "南门进,南门出,北门进,北门出": [],
    "东入口,东出口": [],
    "GateIn,GateOut": [],
    "出": [],
    "东门,出入口": ["东门", "出入口"],
}


@pytest.mark.parametrize(("heads", "places"), WIDE.items())
def test_columns_are_places_only_where_their_names_may_be(heads, places):
    heads = heads.split(",")
    rows = [["2026-03-02", *["100"] * len(heads)], ["2026-03-03", *["120"] * len(heads)]]
    assert columns_to_spread(["日期", *heads], rows, {"period": "日期"}) == places


def test_each_column_of_a_wide_table_has_a_true_reason_beside_it():
    two_ways = ways_of_one_gate(["Main gate in", "Main gate out", "North"])
    assert two_ways == {"Main gate in", "Main gate out"}
    with translation.override("en"):
        said = {
            name: why_spread_or_not(name, field, two_ways)
            for name, field in [
                *(("North", "spread"), ("2026-03", "spread"), ("Main gate in", "")),
                *(("进出人次", ""), ("日均", ""), ("日期", "period"), ("备注", "")),
            ]
        }
    assert said.pop("日期") is said.pop("备注") is None
    asks = [name for name, why in said.items() if why.asks]
    assert asks == ["North", "Main gate in", "进出人次"]
    # Nor are both added up where somebody says that each is a place.
    wrong = wrong_choices({"period": "日期"}, CountOptions(data_source=1, spread=tuple(two_ways)))
    assert [is_so for _said, is_so in wrong] == [False, False, False, False, False, True]
