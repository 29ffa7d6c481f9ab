"""Small cells in tables whose margins are shown: a hidden cell must not follow from the total minus its neighbours."""

from collections.abc import Sequence

from crm.privacy import SMALLEST_CELL, suppress

Table = list[list[int | None]]


def hide_table(table: Sequence[Sequence[int]]) -> Table:
    """The same for a table with row and column totals, in turn until neither asks for more."""
    hidden = [[suppress(n) for n in row] for row in table]
    while True:
        before = _holes(hidden)
        hidden = [_close(row, full) for row, full in zip(hidden, table, strict=True)]
        columns = zip(zip(*hidden, strict=True), zip(*table, strict=True), strict=True)
        hidden = [list(row) for row in zip(*(_close(list(column), full) for column, full in columns), strict=True)]
        if _holes(hidden) == before:
            return hidden


def _holes(table: Table) -> int:
    return sum(cell is None for row in table for cell in row)


def _close(shown: list[int | None], full: Sequence[int]) -> list[int | None]:
    """One line: while one cell is hidden alone, or the hidden ones are under five together, hide the smallest other."""
    holes = [place for place, cell in enumerate(shown) if cell is None]
    if not holes:
        return shown
    others = sorted((n, place) for place, n in enumerate(shown) if n)
    for _n, place in others:
        if len(holes) > 1 and sum(full[hole] for hole in holes) >= SMALLEST_CELL:
            break
        shown[place] = None
        holes.append(place)
    return shown


def may_split(part: int, whole: int) -> bool:
    """True when neither the part nor the rest counts one to four persons, so that no difference points at them."""
    return part >= SMALLEST_CELL and (whole == part or whole - part >= SMALLEST_CELL)
