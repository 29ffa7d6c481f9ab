"""Which cells of a row or a table stay hidden. Pure; numbers in, None for a hidden one out.

Of thirty readers twenty came by mail, three by a poster and seven by a stall, and the page prints
their total. Two steps decide what else it prints:

1. *Small cells.* A cell of one to four persons is hidden::

       mail 20    poster –    stall 7    together 30

   That is not enough: 30 - 20 - 7 gives the poster's readers back.

2. *Cells that cover.* The smallest cell still shown is hidden with it::

       mail 20    poster –    stall –    together 30

   Who subtracts now learns that the two are ten together, which is no number of few.

The second step goes on until at least two cells of the row are hidden and each of them can be five
persons more or fewer, from the least it could be to the most. With 2 and 3 hidden beside their sum
each could be 1 to 4, which is not wide enough: the next cell is hidden as well. A zero is shown: it
names nobody, and so it covers nobody either. Hence every hidden cell is at least 1, and of hidden
cells that are ``sum`` together each is 1 to ``sum - cells + 1``. Only where all others are hidden
already and that does not suffice (four and two of six) are the zeros hidden, too.

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


def suppress(n: int | None, least: int | None = None) -> int | None:
    """``n``, or None when it counts 1 to 4 persons. Zero stays: an empty cell names nobody.

    ``least`` is a larger number below which it is None.

    None, for a cell that nobody counted, stays None.
    """
    if not n:
        return n
    if n < (least or count.SMALLEST_CELL):
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
    small_ones_hidden = list(map(suppress, counts))
    return _covered(small_ones_hidden, full, least_hidden=least_hidden)


def hide_table(table: Sequence[Sequence[int]]) -> Table:
    """The cells of a table whose rows and columns are printed with their totals.

    Of equal shape; None for a hidden cell. See ``close_table`` for which others go with the small
    ones.
    """
    small_ones_hidden = []
    for row in table:
        small_ones_hidden.append(list(map(suppress, row)))
    return close_table(small_ones_hidden, table)


def close_table(shown: Table, full: Sequence[Sequence[int]]) -> Table:
    """``shown`` with more cells hidden until no line has one hole alone or too small a sum.

    Each line that asks for more names its smallest cell, and the smallest of those named goes, with
    all that equal it. So a table and the same table with rows for columns hide the same cells: were
    rows closed before columns, each would show what the other one hides.
    """
    closed = list(map(list, shown))
    named = _named_by_lines(closed, full)
    while named:
        smallest = min(full[row][column] for row, column in named)
        for row, column in named:
            if full[row][column] == smallest:
                closed[row][column] = None
        named = _named_by_lines(closed, full)
    return closed


def _named_by_lines(shown: Table, full: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """(row, column) of the cell that each unfinished row and column would hide next."""
    named = set(_named_by_rows(shown, full))
    for column, row in _named_by_rows(_turned(shown), _turned(full)):
        named.add((row, column))
    return named


def _named_by_rows(shown: Table, full: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """(row, column) of the cell that each unfinished row would hide next."""
    named = []
    for row, (line, numbers) in enumerate(zip(shown, full, strict=True)):
        column = _next_to_hide(line, numbers)
        if column is not None:
            named.append((row, column))
    return named


def may_split(part: int, whole: int) -> bool:
    """True when neither the part nor the rest counts one to four persons, so that no difference
    points at them. An empty part may not be split off: nothing is left to look at.

    ``part`` of ``whole`` persons, both exact. A rest of nobody is fine.
    """
    if part < count.SMALLEST_CELL:
        return False
    rest = whole - part
    return rest == 0 or rest >= count.SMALLEST_CELL


def hidden_places(shown: Sequence[int | None]) -> list[int]:
    """Places of the cells of a line that are hidden, from the left.

    Counted from 0.
    """
    places = []
    for place, cell in enumerate(shown):
        if cell is None:
            places.append(place)
    return places


# --- one line -------------------------------------------------------------------------------------
def _covered(shown: Line, full: Sequence[int], *, least_hidden: int = 2) -> Line:
    """One line with its smallest shown cells hidden until the hidden ones cover each other.

    Where a line has too few cells for that, all but its zeros are hidden.
    """
    closed = list(shown)
    place = _next_to_hide(closed, full, least_hidden=least_hidden)
    while place is not None:
        closed[place] = None
        place = _next_to_hide(closed, full, least_hidden=least_hidden)
    return closed


def _next_to_hide(shown: Line, full: Sequence[int], *, least_hidden: int = 2) -> int | None:
    """The place of the smallest cell of a line whose hidden cells do not cover each other yet.

    None where they do, where none is hidden, and where nothing is left.
    """
    hidden = [full[place] for place in hidden_places(shown)]
    if not hidden or _cover_each_other(hidden, least_hidden):
        return None

    candidates = _may_cover(shown, sum(full))
    return min(candidates, key=lambda place: shown[place], default=None)


def _cover_each_other(hidden: Sequence[int], least_hidden: int) -> bool:
    """Whether these cells of a line are enough, and each of them is wide enough."""
    return len(hidden) >= least_hidden and _width(hidden) >= count.SMALLEST_CELL


def _may_cover(shown: Line, together: int) -> list[int]:
    """Places of the cells that can be hidden next, of a line that counts so many ``together``."""
    told, persons = [], []
    for place, number in enumerate(shown):
        if number is None:
            continue
        told.append(place)
        if number > 0:
            persons.append(place)
    # Of six persons, four and two: only with the zeros hidden as well could each be nobody. A line
    # of fewer than five has no sum that is told.
    if not persons and together >= count.SMALLEST_CELL:
        return told
    return persons


def _width(hidden: Sequence[int]) -> int:
    """Between the least and the most that one of the hidden cells of a line can be.

    The others are at least 1 each: their sum is known, and a zero is not hidden.
    """
    return sum(hidden) - len(hidden)


def _turned(table: Sequence[Sequence]) -> list[list]:
    """Columns as rows."""
    return list(map(list, zip(*table, strict=True)))
