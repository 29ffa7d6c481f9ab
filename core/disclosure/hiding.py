"""Which cells of a row or a table stay hidden, so that none follows from a total minus its
neighbours. Pure; numbers in, None for a hidden one out.
"""

from collections.abc import Sequence

from core.disclosure import count

Line = list[int | None]
Table = list[Line]


def suppress(n: int | None) -> int | None:
    """``n``, or None when it counts 1 to 4 persons. Zero stays: an empty cell names nobody."""
    return None if n is not None and count.is_small(n) else n


def hide_row(counts: Sequence[int | None], *, least_hidden: int = 2) -> Line:
    """The parts of one total that is shown, None for hidden ones; None given is hidden already.

    Cells of 1 to 4 go; then the smallest others go as well until the hidden ones are
    ``least_hidden`` or more and together at least five (``least_hidden=3`` where a mean is printed
    beside: two cells could be solved from it).
    """
    full = [n or 0 for n in counts]
    return _close([suppress(n) for n in counts], full, least_hidden=least_hidden)


def hide_table(table: Sequence[Sequence[int]]) -> Table:
    """The same for a table with row and column totals, in turn until neither asks for more."""
    return close_table([[suppress(n) for n in row] for row in table], table)


def close_table(shown: Table, full: Sequence[Sequence[int]]) -> Table:
    """``shown`` with more cells hidden until no line has one hole alone or too small a sum.

    Each line that asks for more names its smallest cell, and the smallest of those named goes, with
    all that equal it. So a table and the same table with rows for columns hide the same cells: were
    rows closed before columns, each would show what the other one hides.
    """
    closed = [list(row) for row in shown]
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
    named = set()
    for row, line in enumerate(shown):
        column = _next_to_hide(line, full[row])
        if column is not None:
            named.add((row, column))

    turned = zip(_turned(shown), _turned(full), strict=True)
    for column, (line, numbers) in enumerate(turned):
        row = _next_to_hide(line, numbers)
        if row is not None:
            named.add((row, column))
    return named


def may_split(part: int, whole: int) -> bool:
    """True when neither the part nor the rest counts one to four persons, so that no difference
    points at them. An empty part may not be split off: nothing is left to look at.
    """
    rest = whole - part
    return part >= count.SMALLEST_CELL and (rest == 0 or rest >= count.SMALLEST_CELL)


def _close(shown: Line, full: Sequence[int], *, least_hidden: int = 2) -> Line:
    """One line with the smallest shown cells hidden until the hidden ones cover each other."""
    closed = list(shown)
    place = _next_to_hide(closed, full, least_hidden=least_hidden)
    while place is not None:
        closed[place] = None
        place = _next_to_hide(closed, full, least_hidden=least_hidden)
    return closed


def _next_to_hide(shown: Line, full: Sequence[int], *, least_hidden: int = 2) -> int | None:
    """The place of the smallest cell of a line whose hidden cells do not cover each other yet.

    None where they do, where none is hidden, and where nothing is left: a zero covers nothing.
    """
    hidden = [number for number, cell in zip(full, shown, strict=True) if cell is None]
    if not hidden:
        return None
    if len(hidden) >= least_hidden and sum(hidden) >= count.SMALLEST_CELL:
        return None
    places = [place for place, number in enumerate(shown) if number]
    return min(places, key=lambda place: shown[place], default=None)


def _turned(table: Sequence[Sequence]) -> list[list]:
    """Columns as rows."""
    return [list(column) for column in zip(*table, strict=True)]
