"""Which cells of an evaluation's tables stay hidden, so that none follows from a total minus its neighbours. Pure.

A cell is ``[responded, sent]``. Hidden are cells that count one to four readers who responded, who did not, or who were
sent to, and as many others of each line as it takes (``feedback.suppression``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.privacy import SMALLEST_CELL, hide_row
from feedback.suppression import hide_table

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
        [Hidden(any(count[y][x] is None for count in counts), counts[2][y][x] is None) for x in range(len(row))]
        for y, row in enumerate(table)
    ]


def hidden_in_row(row: Sequence[Cell]) -> list[Hidden]:
    """For the parts of one total that is shown."""
    return hidden_in_table([row])[0] if row else []


def hidden_states(states: dict[str, int]) -> dict[str, int | None]:
    """Deliveries by state. The number sent is shown as the reach as well, so hiding it here would cover nothing."""
    covered = {state: n for state, n in states.items() if state != "sent"}
    if 0 < states.get("sent", 0) < SMALLEST_CELL:
        covered = states
    shown = dict(zip(covered, hide_row(list(covered.values())), strict=True))
    return {state: shown.get(state, n) for state, n in states.items()}


def either(*flags: Hidden) -> Hidden:
    """What one of several reasons hides."""
    return Hidden(any(flag.share for flag in flags), any(flag.n for flag in flags))
