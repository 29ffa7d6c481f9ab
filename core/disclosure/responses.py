"""Which cells of an evaluation's tables stay hidden. A cell is ``[responded, sent]``.

Hidden are cells that count one to four readers who responded, who did not, or who were sent to,
and as many others of each line as it takes. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.disclosure import count
from core.disclosure.hiding import hide_row, hide_table

Cell = list[int]


@dataclass(frozen=True)
class Hidden:
    """``share``: nothing but the number sent may be shown; ``n``: not even that."""

    share: bool
    n: bool


def hidden_in_table(table: Sequence[Sequence[Cell]]) -> list[list[Hidden]]:
    """For a table whose last row and column are its totals, where those are shown, too."""
    responded = hide_table([[cell[0] for cell in row] for row in table])
    silent = hide_table([[cell[1] - cell[0] for cell in row] for row in table])
    sent = hide_table([[cell[1] for cell in row] for row in table])

    flags = []
    for rows in zip(responded, silent, sent, strict=True):
        flags.append([_flag(*cells) for cells in zip(*rows, strict=True)])
    return flags


def _flag(responded: int | None, silent: int | None, sent: int | None) -> Hidden:
    return Hidden(share=None in (responded, silent, sent), n=sent is None)


def hidden_in_row(row: Sequence[Cell]) -> list[Hidden]:
    """For the parts of one total that is shown."""
    return hidden_in_table([row])[0] if row else []


def either(*flags: Hidden) -> Hidden:
    """What one of several reasons hides."""
    return Hidden(any(flag.share for flag in flags), any(flag.n for flag in flags))


def hidden_states(states: dict[str, int]) -> dict[str, int | None]:
    """Deliveries by state.

    The number sent is shown as the reach as well, so hiding it here would cover nothing.
    """
    covered = {state: n for state, n in states.items() if state != "sent"}
    if count.is_small(states.get("sent", 0)):
        covered = states
    shown = dict(zip(covered, hide_row(list(covered.values())), strict=True))
    return {state: shown.get(state, n) for state, n in states.items()}
