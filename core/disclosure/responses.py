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
    """For a table whose last row and column are its totals, where those are shown, too.

    Three tables are hidden, each by the rule of its own: who responded, who did not, and who was
    sent to. A share is given only where all three show their cell, or it would tell the third.
    """
    responded, silent, sent = [], [], []
    for row in table:
        responded.append([cell[0] for cell in row])
        silent.append([cell[1] - cell[0] for cell in row])
        sent.append([cell[1] for cell in row])

    flags = []
    hidden = map(hide_table, (responded, silent, sent))
    for rows in zip(*hidden, strict=True):
        flags.append(list(map(_flag, *rows)))
    return flags


def _flag(responded: int | None, silent: int | None, sent: int | None) -> Hidden:
    """What the three tables hide of one cell."""
    hides_one = None in (responded, silent, sent)
    return Hidden(share=hides_one, n=sent is None)


def hidden_in_row(row: Sequence[Cell]) -> list[Hidden]:
    """For the parts of one total that is shown.

    One for each part, in their order; empty for no part.
    """
    if not row:
        return []
    return hidden_in_table([row])[0]


def either(*flags: Hidden) -> Hidden:
    """What one of several reasons hides.

    Hidden is what at least one of them hides; nothing for none.
    """
    hides_share = any(flag.share for flag in flags)
    hides_n = any(flag.n for flag in flags)
    return Hidden(share=hides_share, n=hides_n)


def hidden_states(states: dict[str, int]) -> dict[str, int | None]:
    """{state of deliveries: number}, None for hidden ones.

    The number sent is shown as the reach as well, so hiding it here would cover nothing.
    """
    covered = dict(states)
    if not count.is_small(states.get("sent", 0)):
        covered.pop("sent", None)

    shown = dict(states)
    for state, number in zip(covered, hide_row(list(covered.values())), strict=True):
        shown[state] = number
    return shown
