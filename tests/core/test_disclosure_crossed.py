"""Tables of two things that are told one by one elsewhere: cells in tens, solved with the sums."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.disclosure import CountTable, CrossedTable, hide_row
from core.disclosure.crossed import told_in_tens
from tests.subtraction import Published

WIDE = 5
numbers = st.one_of(st.integers(0, 6), st.integers(0, 60))
tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(numbers, min_size=width, max_size=width), min_size=2, max_size=4
    )
)


def told(table, **given) -> list[list[int | None]]:
    return told_in_tens(table, **given)


def test_cells_are_told_in_tens_and_below_ten_nothing_is():
    assert told([[14, 15, 0], [40, 60, 9], [100, 84, 30]]) == [
        [10, 20, None],
        [40, 60, None],
        [100, 80, 30],
    ]


def test_a_told_cell_that_leaves_a_small_one_too_little_is_withheld():
    """28 together, 25 of them in one cell: "at least 25" would leave the three at most three."""
    assert told([[3, 25], [30, 40]])[0] == [None, None]
    # 27 in it: "at least 25" leaves up to five.
    assert told([[3, 27], [30, 40]])[0] == [None, 30]


def test_of_rows_and_columns_whose_sums_are_hidden_nothing_is_told():
    table = [[20, 30, 40], [2, 50, 60]]
    assert told(table, hidden_columns=[0, 1]) == [[None, None, 40], [None, None, 60]]
    assert told(table, hidden_rows=[0]) == [[None] * 3, [None, 50, 60]]


def test_a_last_row_that_no_page_prints_is_left_out():
    table = CrossedTable.of([[20, 30], [30, 20], [1, 9]], unprinted_row=True)
    assert [[cell.public_number for cell in row] for row in table.rows] == [[20, 30], [30, 20]]
    assert table.turned().rows[0] == (table.rows[0][0], table.rows[1][0])


@settings(max_examples=60)
@given(tables)
def test_no_small_cell_is_narrow_for_who_knows_all_sums(table):
    """Solved by linear programming with every sum and every told cell."""
    found = Published({"row": list(range(len(table))), "column": list(range(len(table[0])))})
    for row, line in enumerate(table):
        found.say(found.where(row=row), sum(line), sum(line))
    for column, line in enumerate(zip(*table, strict=True)):
        found.say(found.where(column=column), sum(line), sum(line))
    shown = told(table)
    for row, line in enumerate(shown):
        for column, number in enumerate(line):
            if number is not None:
                found.say(found.where(row=row, column=column), number - 5, number + 4)

    tells_any = any(number is not None for line in shown for number in line)
    for row, line in enumerate(table):
        for column, number in enumerate(line):
            if tells_any and 0 < number < WIDE:
                low, high = found.room_of(found.where(row=row, column=column))
                assert high - low >= WIDE


def test_the_sum_of_all_covers_no_small_sum():
    """Sums of 0, 1 and 4: beside the sum of all, five, they could be told apart."""
    shown = CountTable.of([[0, 1, 4]])
    assert hide_row([0, 1, 4]) == [None, None, None]
    assert [total.public_number for total in shown.column_totals] == [None, None, None]
