"""Which cells of an evaluation's tables stay hidden, so that none follows from a total minus its
neighbours. Pure.

A cell is ``[responded, sent]``. Hidden are cells that count one to four readers who responded, who
did not, or who were sent to, and as many others of each line as it takes
(``feedback.suppression``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: Smallest number of persons a cell may show (domain.md 6.3).
SMALLEST_CELL = 5


Table = list[list[int | None]]


def suppress(n: int | None) -> int | None:
    """Return ``n``, or None when it counts 1 to 4 persons.

    Zero stays zero: an empty cell names nobody.
    """
    return None if n is not None and 0 < n < SMALLEST_CELL else n


def hide_row(counts: Sequence[int | None], *, least_hidden: int = 2) -> list[int | None]:
    """Counts with None for hidden ones. Zero stays: an empty cell names nobody; None given is
    hidden already.

    Cells of 1 to 4 go; then the smallest others go as well until the hidden ones are
    ``least_hidden`` or more and together at least five (``least_hidden=3`` where a mean is printed
    beside: two cells could be solved from it).
    """
    shown = [suppress(n) for n in counts]
    hidden = [n or 0 for n, kept in zip(counts, shown, strict=True) if kept is None]
    for n, place in sorted((n, place) for place, n in enumerate(shown) if n):
        if not hidden or (len(hidden) >= least_hidden and sum(hidden) >= SMALLEST_CELL):
            break
        shown[place] = None
        hidden.append(n)
    return shown


def hide_table(table: Sequence[Sequence[int]]) -> Table:
    """The same for a table with row and column totals, in turn until neither asks for more."""
    hidden = [[suppress(n) for n in row] for row in table]
    while True:
        before = _holes(hidden)
        hidden = [_close(row, full) for row, full in zip(hidden, table, strict=True)]
        columns = zip(zip(*hidden, strict=True), zip(*table, strict=True), strict=True)
        hidden = [
            list(row)
            for row in zip(*(_close(list(column), full) for column, full in columns), strict=True)
        ]
        if _holes(hidden) == before:
            return hidden


def _holes(table: Table) -> int:
    return sum(cell is None for row in table for cell in row)


def _close(shown: list[int | None], full: Sequence[int]) -> list[int | None]:
    """One line: while one cell is hidden alone, or the hidden ones are under five together, hide
    the smallest other.
    """
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
    """True when neither the part nor the rest counts one to four persons, so that no difference
    points at them.
    """
    return part >= SMALLEST_CELL and (whole == part or whole - part >= SMALLEST_CELL)


Cell = list[int]


@dataclass(frozen=True)
class Hidden:
    """``share``: nothing but the number sent may be shown; ``n``: not even that."""

    share: bool
    n: bool


def hidden_in_table(table: Sequence[Sequence[Cell]]) -> list[list[Hidden]]:
    """For a table whose last row and column are its totals, where those are shown, too."""
    counts = [
        hide_table([[measure(cell) for cell in row] for row in table])
        for measure in (lambda cell: cell[0], lambda cell: cell[1] - cell[0], lambda cell: cell[1])
    ]
    return [
        [
            Hidden(any(count[y][x] is None for count in counts), counts[2][y][x] is None)
            for x in range(len(row))
        ]
        for y, row in enumerate(table)
    ]


def hidden_in_row(row: Sequence[Cell]) -> list[Hidden]:
    """For the parts of one total that is shown."""
    return hidden_in_table([row])[0] if row else []


def hidden_states(states: dict[str, int]) -> dict[str, int | None]:
    """Deliveries by state.

    The number sent is shown as the reach as well, so hiding it here would cover nothing.
    """
    covered = {state: n for state, n in states.items() if state != "sent"}
    if 0 < states.get("sent", 0) < SMALLEST_CELL:
        covered = states
    shown = dict(zip(covered, hide_row(list(covered.values())), strict=True))
    return {state: shown.get(state, n) for state, n in states.items()}


def either(*flags: Hidden) -> Hidden:
    """What one of several reasons hides."""
    return Hidden(any(flag.share for flag in flags), any(flag.n for flag in flags))
