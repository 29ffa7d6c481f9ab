"""Which cells of a row or a table stay hidden. Pure; numbers in, None for a hidden one out.

Of thirty readers twenty came by mail, three by a poster and seven by a stall, and the page prints
their total. Two steps decide what else it prints:

1. *Small cells.* A cell of one to four persons is hidden::

       mail 20    poster –    stall 7    together 30

   That is not enough: 30 - 20 - 7 gives the poster's readers back.

2. *Cells that cover.* The smallest cell still shown is hidden with it::

       mail 20    poster –    stall –    together 30

   Who subtracts now learns that the two are ten together, which is no number of few.

The second step goes on until at least two cells of the row are hidden and they count five persons
or more together: with 1, 1, 30 and 40 the two ones could be told to be two readers, so that the 30
is hidden as well. A zero is always shown. It names nobody, and so it cannot cover anybody either.

In a table every row and every column has its total, and each of them is such a line. A cell that
covers another in its row may be the only hidden one of its column, so that rows and columns take
turns until neither asks for more::

     3  20 | 23      step 1   –  20      rows   –   –      columns   –   –
    30  40 | 70              30  40            30  40                –   –
    50  60 | 110             50  60            50  60               50  60
"""

from collections.abc import Sequence

from core.disclosure import count

Line = list[int | None]
Table = list[Line]


def suppress(n: int | None) -> int | None:
    """``n``, or None when it counts 1 to 4 persons. Zero stays: an empty cell names nobody."""
    if n is not None and count.is_small(n):
        return None
    return n


def hide_row(counts: Sequence[int | None], *, least_hidden: int = 2) -> Line:
    """The parts of one total that is printed, None for those that are not: [20, 3, 7] gives
    [20, None, None].

    A cell given as None is hidden already. Its number is not known here, so that it covers a small
    one as a cell, but with no person.

    ``least_hidden`` is 3 where a mean is printed beside the row: from a total and a mean, which are
    two equations, two hidden cells could be solved.
    """
    full = [n or 0 for n in counts]
    small_ones_hidden = [suppress(n) for n in counts]
    return _covered(small_ones_hidden, full, least_hidden=least_hidden)


def hide_table(table: Sequence[Sequence[int]]) -> Table:
    """The cells of a table whose rows and columns are printed with their totals."""
    small_ones_hidden = []
    for row in table:
        small_ones_hidden.append([suppress(n) for n in row])
    return close_table(small_ones_hidden, table)


def close_table(shown: Table, full: Sequence[Sequence[int]]) -> Table:
    """``shown`` with more cells hidden until the hidden ones of every row and column cover each
    other. ``full`` holds all numbers.
    """
    while True:
        hidden_before = _number_hidden(shown)
        shown = _rows_covered(shown, full)
        shown = _turned(_rows_covered(_turned(shown), _turned(full)))

        # It ends: a round hides one cell more or is the last one.
        if _number_hidden(shown) == hidden_before:
            return shown


def may_split(part: int, whole: int) -> bool:
    """True when neither the part nor the rest counts one to four persons, so that no difference
    points at them. An empty part may not be split off: nothing is left to look at.
    """
    if part < count.SMALLEST_CELL:
        return False
    rest = whole - part
    return rest == 0 or rest >= count.SMALLEST_CELL


# --- one line -------------------------------------------------------------------------------------
def _covered(shown: Line, full: Sequence[int], *, least_hidden: int = 2) -> Line:
    """One line with its smallest shown cells hidden until the hidden ones cover each other.

    Where a line has too few cells for that, all but its zeros are hidden.
    """
    covered = list(shown)
    hidden = [number for number, cell in zip(full, shown, strict=True) if cell is None]
    if not hidden:
        return covered

    for place in _smallest_first(shown):
        if len(hidden) >= least_hidden and sum(hidden) >= count.SMALLEST_CELL:
            break
        covered[place] = None
        hidden.append(full[place])
    return covered


def _smallest_first(shown: Line) -> list[int]:
    """Places of the cells that can cover another. The smallest come first: what is told of the line
    stays as much as possible.
    """
    places = [place for place, number in enumerate(shown) if number]
    return sorted(places, key=lambda place: shown[place])


# --- a table --------------------------------------------------------------------------------------
def _rows_covered(shown: Table, full: Sequence[Sequence[int]]) -> Table:
    covered = []
    for row, numbers in zip(shown, full, strict=True):
        covered.append(_covered(row, numbers))
    return covered


def _number_hidden(table: Table) -> int:
    return sum(row.count(None) for row in table)


def _turned(table: Sequence[Sequence]) -> list[list]:
    """Columns as rows."""
    return [list(column) for column in zip(*table, strict=True)]
