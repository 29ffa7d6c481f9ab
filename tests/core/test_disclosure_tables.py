"""What may be said of rows and tables of numbers of persons, and of means beside hidden cells."""

from collections import defaultdict
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from core import disclosure
from core.disclosure import (
    Count,
    CountRow,
    CountTable,
    hide_row,
    hide_table,
    may_split,
    may_stand_beside,
)

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


def turned(table):
    return [list(column) for column in zip(*table, strict=True)]


def assert_turning_changes_nothing(table):
    one_way, other_way = CountTable.of(table), CountTable.of(turned(table))
    assert turned(one_way.rows) == [list(row) for row in other_way.rows]
    assert one_way.row_totals == other_way.column_totals
    assert one_way.column_totals == other_way.row_totals
    assert turned(hide_table(table)) == hide_table(turned(table))


@given(tables)
def test_a_table_and_its_turned_twin_hide_the_same_cells(table):
    assert_turning_changes_nothing(table)


def test_a_table_with_many_equal_cells_hides_the_same_ones_when_turned():
    found = [[0, 0, 0, 0], [2, 0, 2, 0], [23, 15, 0, 2], [47, 28, 9, 10], [46, 19, 6, 5]]
    assert_turning_changes_nothing(found)
    assert_turning_changes_nothing([[7] * 4, [7, 3, 7, 7], [7] * 4])
    assert_turning_changes_nothing([[3, 7], [7, 3]])


@given(tables, st.data())
def test_a_table_hides_the_sums_that_another_page_hides_and_what_covers_them(table, data):
    places = st.sets(st.integers(min_value=0, max_value=2))
    hidden_rows, hidden_columns = data.draw(places), data.draw(places)

    shown = CountTable.of(table, hidden_rows=hidden_rows, hidden_columns=hidden_columns)

    for place, total in enumerate(shown.row_totals):
        assert place not in hidden_rows or total.is_withheld or total.is_zero
    for place, total in enumerate(shown.column_totals):
        assert place not in hidden_columns or total.is_withheld or total.is_zero
    lines = [[*row, total] for row, total in zip(shown.rows, shown.row_totals, strict=True)]
    lines += [[*shown.row_totals, shown.total], [*shown.column_totals, shown.total]]
    for line in lines:
        holes = [cell for cell in line if cell.is_withheld]
        others = [cell for cell in line if cell.is_shown and not cell.is_zero]
        assert len(holes) != 1 or not others


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


def test_table_covers_cells_by_rows_and_columns_in_turn():
    """The 3 is covered by the 20 of its row, then each of the two in its column."""
    assert hide_table([[3, 20], [30, 40], [50, 60]]) == [[None, None], [None, None], [50, 60]]
    assert hide_table([[0, 20], [30, 40]]) == [[0, 20], [30, 40]]


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


@settings(max_examples=25)
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


def test_rounded_mean_that_other_answers_have_as_well_stands_beside_hidden_cells():
    table = (120, 3, 117)
    assert not may_stand_beside(mean(3), table)
    assert may_stand_beside(mean(1), table)
    assert mean(1)(table) == mean(1)((120, 1, 119)) == mean(1)((120, 6, 114)) == "2.0"


def test_a_mean_that_leaves_three_numbers_does_not_stand_beside_hidden_cells():
    """Of 20, 3 and 7 a mean of 1.6 leaves the 3 to be 1, 2 or 3."""
    assert mean(1)((20, 1, 9)) == mean(1)((20, 2, 8)) == mean(1)((20, 3, 7)) == "1.6"
    assert not may_stand_beside(mean(1), (20, 3, 7))


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
