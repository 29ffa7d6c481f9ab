"""What may be said of numbers of persons: the type, rows and tables, means beside hidden cells."""

import copy
import json
import pickle
from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import product

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Template
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from core import disclosure
from core.api import CountField, CountStateField
from core.charts import Chart, bars, heights
from core.disclosure import (
    Count,
    CountRow,
    CountTable,
    Missing,
    hide_row,
    hide_table,
    may_split,
    may_stand_beside,
)
from core.exporting import csv_lines, defused
from core.templatetags import huixiang

WITHHELD = Count.without(Missing.WITHHELD)
NOT_MEASURED = Count.without(Missing.NOT_MEASURED)
CANNOT_SAY = Count.without(Missing.CANNOT_SAY)
SMALL = (1, 2, 3, 4)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# --- the four states ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("n", "printed", "state"),
    [
        (0, "0", "shown"),
        (1, "not shown", "withheld"),
        (4, "not shown", "withheld"),
        (5, "5", "shown"),
        (3912, "3,912", "shown"),
        (None, "not measured", "not_measured"),
    ],
)
def test_protected_count_prints_and_serialises_the_same(n, printed, state):
    count = Count.of(n)
    assert (str(count), f"{count}", count.state) == (printed, printed, state)
    number = n if state == "shown" else None
    assert count.as_json() == {"value": number, "state": state}


def test_four_states_are_four_values():
    states = [Count.of(0), WITHHELD, NOT_MEASURED, CANNOT_SAY]
    assert len({str(count) for count in states}) == 4
    assert len({count.state for count in states}) == 4
    assert len(set(states)) == 4
    assert [count.is_shown for count in states] == [True, False, False, False]
    assert [count.is_known for count in states] == [True, True, False, False]
    assert [count.is_withheld for count in states] == [False, True, False, False]
    assert [count.is_zero for count in states] == [True, False, False, False]


def test_words_follow_the_language_of_the_reader_of_the_page():
    counts = [WITHHELD, NOT_MEASURED, CANNOT_SAY]
    with translation.override("zh-hans"):
        assert [str(count) for count in counts] == ["未显示", "未测", "无法判断"]
    assert [str(count) for count in counts] == ["not shown", "not measured", "cannot say"]


def test_figures_that_are_no_counts_use_the_same_words():
    for filtered in (huixiang.number, huixiang.wan, huixiang.percent, huixiang.money):
        assert filtered(Missing.CANNOT_SAY) == "cannot say"
        assert filtered(None) == "not measured"
    assert huixiang.duration(Missing.WITHHELD) == "not shown"
    assert huixiang.missing(Missing.CANNOT_SAY) == "cannot say"


def test_template_prints_a_count_without_a_filter():
    source = (
        "{{ few }}|{{ many }}|{{ many|people }}|{{ few|people }}|{% if few.is_shown %}x{% endif %}"
    )
    page = Template("{% load huixiang %}" + source).render(
        Context({"few": Count.of(3), "many": Count.of(1284)})
    )
    assert page == "not shown|1,284|1,284|not shown|"


# --- nothing gives a number away ------------------------------------------------------------------
@dataclass(frozen=True)
class Holder:
    count: Count


@pytest.mark.parametrize("n", SMALL)
def test_withheld_count_does_not_hold_its_number(n):
    count = Count.of(n)
    told = [
        str(count),
        repr(count),
        f"{count}",
        f"{count:>12}",
        "%s" % count,  # noqa: UP031 - gettext texts are filled this way
        repr(asdict(Holder(count))),
        json.dumps(count.as_json()),
        str(count.as_cell()),
        str(defused(count)),
        *csv_lines([[count]]),
    ]
    assert not [text for text in told if str(n) in text]
    assert [getattr(count, name) for name in Count.__slots__] == [None, Missing.WITHHELD, None]
    assert pickle.dumps(count) == pickle.dumps(Count.of(5 - n))


@pytest.mark.parametrize("count", [Count.of(3), Count.of(7), Count.exact(3), NOT_MEASURED])
def test_count_is_no_number(count):
    refused = [
        lambda: int(count),
        lambda: float(count),
        lambda: bool(count),
        lambda: count + 1,
        lambda: sum([count, count]),
        lambda: count < 5,
        lambda: count == 3,
        lambda: count != 7,
        lambda: 3 in [count],
        lambda: max([count, Count.of(9)]),
        lambda: list(count),
        lambda: range(10)[count],
        lambda: "%d" % count,  # noqa: UP031 - this is what must fail
        lambda: json.dumps(count),
        lambda: json.dumps(count, cls=DjangoJSONEncoder),
        lambda: json.dumps(count, cls=JSONEncoder),
    ]
    for attempt in refused:
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(ValueError, match="format"):
        format(count, ",d")


def test_count_does_not_change():
    count = Count.of(3)
    with pytest.raises(AttributeError):
        count._exact = 3
    with pytest.raises(AttributeError):
        count.note = "three"
    with pytest.raises(AttributeError):
        del count._public


@pytest.mark.parametrize("n", [*SMALL, -1])
def test_no_count_is_made_with_a_small_public_number(n):
    with pytest.raises(ValueError, match="public"):
        Count(public=n, missing=None)


def test_count_has_either_a_number_or_a_reason():
    with pytest.raises(ValueError, match="either"):
        Count(public=None, missing=None)
    with pytest.raises(ValueError, match="either"):
        Count(public=7, missing=Missing.WITHHELD)


# --- the viewer who may open each of these readers ------------------------------------------------
@pytest.mark.parametrize("n", SMALL)
def test_exact_count_prints_on_the_page_and_leaves_by_no_other_door(n):
    count = Count.exact(n)

    assert (str(count), count.is_shown, count.is_withheld) == (str(n), True, False)
    assert count.as_json() == {"value": None, "state": "withheld"}
    assert (count.public_number, count.as_cell(), defused(count)) == (None, *["not shown"] * 2)
    assert str(count.protected()) == "not shown"
    assert str(n) not in repr(count)
    assert count == Count.exact(5 - n) == WITHHELD
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(count)


def test_exact_count_in_a_chart_is_protected():
    rows = [("Sep", Count.exact(3)), ("Oct", Count.exact(118))]
    values = heights(count for _month, count in rows)
    chart = Chart(
        id="c",
        figure=bars(["Sep", "Oct"], {"a": values}),
        caption="",
        columns=["Month", "Readers"],
        rows=rows,
        n=Count.exact(4),
    )

    assert chart.figure["data"][0]["y"] == [None, 118]
    assert chart.cells == [["Sep", "not shown"], ["Oct", "118"]]
    assert chart.csv == "\ufeffMonth,Readers\r\nSep,not shown\r\nOct,118\r\n"
    assert str(chart.n) == "not shown"
    assert chart.numeric == {1}


def test_chart_takes_no_plain_number_of_persons():
    with pytest.raises(TypeError, match="takes a Count"):
        heights([Count.of(7), 3])


def test_cached_count_comes_back_equal():
    for count in (Count.of(7), WITHHELD, NOT_MEASURED):
        assert pickle.loads(pickle.dumps(count)) == count


def test_plural_is_one_or_two():
    counts = (Count.of(0), Count.exact(1), Count.exact(3), Count.of(9), WITHHELD)
    assert [count.plural for count in counts] == [2, 1, 2, 2, 2]


def test_part_is_withheld_where_the_rest_is_small():
    parts = [Count.part_of(n, 30) for n in (0, 3, 5, 25, 26, 27, 30)]
    assert [part.public_number for part in parts] == [0, None, 5, 25, None, None, 30]
    assert Count.part_of(0, 3) == WITHHELD


# --- serializers and files ------------------------------------------------------------------------
class Sizes(serializers.Serializer):
    size = CountField()
    size_state = CountStateField(source="size")


@pytest.mark.parametrize(
    ("count", "answer"),
    [
        (Count.of(30), {"size": 30, "size_state": "shown"}),
        (Count.of(0), {"size": 0, "size_state": "shown"}),
        (Count.of(3), {"size": None, "size_state": "withheld"}),
        (Count.exact(3), {"size": None, "size_state": "withheld"}),
        (NOT_MEASURED, {"size": None, "size_state": "not_measured"}),
        (CANNOT_SAY, {"size": None, "size_state": "cannot_say"}),
    ],
)
def test_api_answers_a_count_by_number_and_state(count, answer):
    assert Sizes({"size": count}).data == answer


@pytest.mark.parametrize("value", [3, 30, None, "3"])
def test_api_field_accepts_nothing_but_a_count(value):
    with pytest.raises(TypeError, match="must be a Count"):
        Sizes({"size": value}).data  # noqa: B018 - reading it serialises


def test_spreadsheet_gets_numbers_it_can_add_and_the_sign_otherwise():
    line = list(csv_lines([[Count.of(1284), Count.of(2), NOT_MEASURED, Count.of(0)]]))[1]
    assert line == "1284,not shown,not measured,0\r\n"


# --- rows and tables ------------------------------------------------------------------------------
counts = st.integers(min_value=0, max_value=12)
rows = st.lists(counts, min_size=1, max_size=7)
tables = st.lists(st.lists(counts, min_size=3, max_size=3), min_size=1, max_size=5)


def numbers_of(cells) -> list[int | None]:
    return [cell.public_number for cell in cells]


@given(rows, st.sampled_from([2, 3]))
def test_row_hides_exactly_what_the_rule_hides(row, least_hidden):
    shown = CountRow.of(row, least_hidden=least_hidden)
    kept = hide_row(row, least_hidden=least_hidden)
    assert numbers_of(shown) == kept
    assert shown.total == Count.of(sum(row))
    assert shown.hides_some is (None in kept)


@given(rows)
def test_exact_row_prints_all_and_protects_the_same_cells(row):
    shown = CountRow.of(row, exact=True)
    assert [str(cell) for cell in shown] == [f"{n:,}" for n in row]
    assert numbers_of(shown) == hide_row(row)


@given(tables)
def test_table_shows_no_cell_and_no_sum_that_the_rules_hide(table):
    shown = CountTable.of(table)
    sums = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    pairs = list(zip(shown.rows, hide_table(table), table, strict=True))
    pairs.append((shown.row_totals, hide_row(sums), sums))
    pairs.append((shown.column_totals, hide_row(columns), columns))

    for cells, kept, full in pairs:
        for cell, allowed, number in zip(cells, kept, full, strict=True):
            assert cell.public_number in {None, number}
            assert allowed is not None or cell.is_withheld


@given(tables)
def test_no_line_with_its_sum_has_one_hole_that_another_could_cover(table):
    shown = CountTable.of(table)
    lines = [[*row, total] for row, total in zip(shown.rows, shown.row_totals, strict=True)]
    lines += [
        [*column, total]
        for column, total in zip(zip(*shown.rows, strict=True), shown.column_totals, strict=True)
    ]
    lines += [[*shown.row_totals, shown.total], [*shown.column_totals, shown.total]]
    for line in lines:
        holes = [cell for cell in line if cell.is_withheld]
        others = [cell for cell in line if cell.is_shown and not cell.is_zero]
        assert len(holes) != 1 or not others


def test_hidden_sum_does_not_follow_from_its_cells():
    """Sums of 4, 6 and 30: the six is hidden to cover the four, so a cell of its row is as well."""
    shown = CountTable.of([[0, 4], [6, 0], [15, 15]])
    assert shown.row_totals[1].is_withheld
    assert shown.rows[1][0].is_withheld


def test_exact_table_prints_all_and_protects_the_same_cells():
    table = [[0, 4], [6, 0], [15, 15]]
    exact, protected = CountTable.of(table, exact=True), CountTable.of(table)
    assert [[str(cell) for cell in row] for row in exact.rows] == [
        ["0", "4"],
        ["6", "0"],
        ["15", "15"],
    ]
    assert exact == protected


@given(rows)
def test_hidden_cells_of_a_row_are_never_one_alone_nor_under_five(row):
    shown = hide_row(row)
    hidden = [n for n, kept in zip(row, shown, strict=True) if kept is None]
    assert all(kept is None or kept == n for n, kept in zip(row, shown, strict=True))
    assert not any(kept is not None and 0 < kept < 5 for kept in shown)
    if hidden and any(shown):  # something else could still have been hidden
        assert len(hidden) > 1
        assert sum(hidden) >= 5


def test_row_covers_a_small_cell_with_the_smallest_other():
    assert hide_row([20, 3, 7]) == [20, None, None]
    assert hide_row([20, 3, 7, 9], least_hidden=3) == [20, None, None, None]
    assert hide_row([1, 1, 30, 40]) == [None, None, None, 40]
    assert hide_row([0, None, 9, 8]) == [0, None, 9, None]
    assert hide_row([]) == []


def test_split_needs_five_on_both_sides_or_everybody():
    allowed = {pair for pair in product(range(12), repeat=2) if may_split(*pair)}
    assert {(5, 5), (5, 10), (11, 11)} <= allowed
    assert not {(0, 9), (4, 9), (9, 10), (0, 0)} & allowed


def test_line_of_an_evaluation_with_one_hidden_cell_hides_the_smallest_other():
    flags = disclosure.hidden_in_row([[3, 90], [40, 90], [60, 90], [0, 90]])
    assert [(flag.share, flag.n) for flag in flags] == [
        (True, False),
        (True, False),
        (False, False),
        (False, False),
    ]


def test_deliveries_hide_few_failures_and_keep_the_number_sent():
    states = disclosure.hidden_states({"failed": 3, "holdout": 120, "sent": 900})
    assert states == {"failed": None, "holdout": None, "sent": 900}
    assert disclosure.hidden_states({"failed": 30, "sent": 3}) == {"failed": None, "sent": None}


# --- a mean beside hidden cells -------------------------------------------------------------------
def mean(digits: int):
    """The mean of a scale as a page prints it."""

    def printed(cells):
        total = sum(code * n for code, n in enumerate(cells, start=1))
        return f"{total / sum(cells):.{digits}f}"

    return printed


def mean_with_spread(cells):
    """Mean and standard error, rounded as a page rounds an interval."""
    n = sum(cells)
    middle = sum(code * count for code, count in enumerate(cells, start=1)) / n
    squares = sum(count * (code - middle) ** 2 for code, count in enumerate(cells, start=1))
    return f"{middle:.1f} ± {1.96 * (squares / n / n) ** 0.5:.1f}"


def attack(everything, figure, least_hidden: int):
    """What somebody learns who knows the rule and tries every table: (shown, figure) → tables."""
    seen = defaultdict(list)
    for cells in everything:
        if may_stand_beside(figure, cells, least_hidden=least_hidden):
            seen[tuple(hide_row(cells, least_hidden=least_hidden)), figure(cells)].append(cells)
    return seen


@settings(max_examples=25, deadline=None)
@given(
    total=st.integers(min_value=6, max_value=16),
    cells=st.integers(min_value=2, max_value=4),
    least_hidden=st.sampled_from([2, 3]),
    figure=st.sampled_from([mean(0), mean(1), mean(2), mean_with_spread]),
)
def test_no_hidden_cell_is_solved_by_who_tries_every_table(total, cells, least_hidden, figure):
    """All tables of ``total`` persons: beside a printed figure every hidden cell has two values."""
    everything = [table for table in product(range(total + 1), repeat=cells) if sum(table) == total]
    for (shown, _figure), possible in attack(everything, figure, least_hidden).items():
        for place, cell in enumerate(shown):
            if cell is None:
                assert len({table[place] for table in possible}) > 1


def test_attack_would_find_a_figure_that_solves_its_cells():
    """The same search on an exact mean of two hidden cells finds them at once."""
    table = (20, 3, 7)
    assert not may_stand_beside(mean(4), table)
    same = [
        other
        for other in product([20], range(11), range(11))
        if sum(other) == 30 and mean(4)(other) == mean(4)(table)
    ]
    assert same == [table]


def test_large_survey_keeps_its_interval_beside_one_small_cell():
    """Sixteen hundred answers: three readers more or less are lost in two decimals."""
    cells = (3, 21, 160, 800, 616)
    assert None in hide_row(cells)
    assert may_stand_beside(mean(2), cells)
    assert not may_stand_beside(mean(2), (3, 7, 10, 12, 9))


def test_figure_stands_beside_cells_that_are_all_shown():
    assert may_stand_beside(mean(4), (20, 30, 0, 50))


def test_too_many_ways_to_fill_the_cells_keep_the_figure_out():
    def unlike(cells):
        return tuple(cells)

    assert not may_stand_beside(unlike, (3, 9_000))
