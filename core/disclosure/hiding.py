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
    """``shown`` with more cells hidden until no line has one hole alone or too small a sum."""
    holes_before = -1
    while _holes(shown) != holes_before:
        holes_before = _holes(shown)
        shown = _close_rows(shown, full)
        shown = _turned(_close_rows(_turned(shown), _turned(full)))
    return shown


def may_split(part: int, whole: int) -> bool:
    """True when neither the part nor the rest counts one to four persons, so that no difference
    points at them. An empty part may not be split off: nothing is left to look at.
    """
    rest = whole - part
    return part >= count.SMALLEST_CELL and (rest == 0 or rest >= count.SMALLEST_CELL)


def _close_rows(shown: Table, full: Sequence[Sequence[int]]) -> Table:
    return [_close(row, numbers) for row, numbers in zip(shown, full, strict=True)]


def _close(shown: Line, full: Sequence[int], *, least_hidden: int = 2) -> Line:
    """One line with the smallest shown cells hidden until the hidden ones cover each other."""
    closed = list(shown)
    hidden = [number for number, cell in zip(full, shown, strict=True) if cell is None]
    if not hidden:
        return closed

    for place in _smallest_first(shown):
        if len(hidden) >= least_hidden and sum(hidden) >= count.SMALLEST_CELL:
            break
        closed[place] = None
        hidden.append(full[place])
    return closed


def _smallest_first(shown: Line) -> list[int]:
    """Places of the cells that can cover another; a zero covers nothing."""
    places = [place for place, number in enumerate(shown) if number]
    return sorted(places, key=lambda place: shown[place])


def _holes(table: Table) -> int:
    return sum(row.count(None) for row in table)


def _turned(table: Sequence[Sequence]) -> list[list]:
    """Columns as rows."""
    return [list(column) for column in zip(*table, strict=True)]
