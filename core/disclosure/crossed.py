"""What two questions, or a question and a group of readers, may say together. Pure.

The sums of such a table stand on other pages, exactly: the answers to each question, the size of
each group. So the table itself has no sums, and its cells are told in tens: 14 readers print as 10,
15 as 20, and below ten nothing is told, zero included. A told cell is thus one of ten numbers.

That is not enough where one small cell stands beside told ones whose sum is known. The first
question has 28 answers, three of them in a cell that is not told, 25 in one that prints as 30. Who
knows the rule reads "at least 25" and "28 together", so at most three. Therefore every small cell
is tried: could it be so much larger and so much smaller, five together, with all sums and all told
cells as they are? If not, the smallest told cell beside it is withheld, too, until it could.

A cell becomes larger by moving persons around a rectangle of four cells: what it gains, its
neighbour in the row and its neighbour in the column lose, and the fourth corner gains. All sums
stay as they are, so it does not matter here which of them another page tells.
"""

from collections.abc import Sequence

import numpy as np

from core.disclosure import count
from core.disclosure.about import in_tens, step

#: Persons that may be in a cell of which nothing is told; more than any library has.
ANY_NUMBER = 10**9


def told_in_tens(full: Sequence[Sequence[int]], *, unprinted_row: bool, unprinted_column: bool):
    """The table in tens, None where a cell is not told: rows of ``int | None``.

    ``full``: all persons, each in one cell. With ``unprinted_row`` its last row is no row of the
    page (who left the question of the rows empty), likewise the last column; they come back
    withheld.
    """
    persons = np.array(full, dtype=np.int64)
    told = _first_told(persons, unprinted_row=unprinted_row, unprinted_column=unprinted_column)

    exposed = _first_exposed(persons, told)
    while exposed is not None and told.any():
        told[_next_withheld(persons, told, exposed)] = False
        exposed = _first_exposed(persons, told)

    found = []
    for numbers, shown in zip(persons.tolist(), told.tolist(), strict=True):
        cells = zip(numbers, shown, strict=True)
        found.append([in_tens(n) if is_told else None for n, is_told in cells])
    return found


def _first_told(persons: np.ndarray, *, unprinted_row: bool, unprinted_column: bool) -> np.ndarray:
    """True where a cell would be told if it stood alone."""
    told = persons >= step()
    if unprinted_row:
        told[-1, :] = False
    if unprinted_column:
        told[:, -1] = False
    return told


def _first_exposed(persons: np.ndarray, told: np.ndarray) -> tuple[int, int] | None:
    """A cell of one to four persons whose number is known too well; None where there is none."""
    can_gain, can_lose = _room(persons, told)
    is_small = (persons > 0) & (persons < count.SMALLEST_CELL)
    for row, column in np.argwhere(is_small):
        gain = _most_moved(can_gain, can_lose, row, column)
        loss = _most_moved(can_lose, can_gain, row, column)
        if gain + loss < count.SMALLEST_CELL:
            return int(row), int(column)
    return None


def _room(persons: np.ndarray, told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many persons each cell could have more, and how many fewer, and print the same."""
    rounded = (persons + step() // 2) // step() * step()
    can_gain = np.where(told, rounded + step() // 2 - 1 - persons, ANY_NUMBER)
    can_lose = np.where(told, persons - (rounded - step() // 2), persons)

    # Nobody is in a group of nobody: its empty cells are known.
    nobody_in_row = persons.sum(axis=1) == 0
    nobody_in_column = persons.sum(axis=0) == 0
    can_gain[nobody_in_row, :] = 0
    can_gain[:, nobody_in_column] = 0
    return can_gain, can_lose


def _most_moved(own: np.ndarray, others: np.ndarray, row: int, column: int) -> int:
    """The most persons by which the cell can change around one rectangle.

    ``own``: the room of cells that change as this one does; ``others``: of those that change the
    other way.
    """
    beside = np.minimum.outer(others[:, column], others[row, :])
    moved = np.minimum(beside, np.minimum(own, own[row, column]))
    # A rectangle has its corners in two rows and two columns.
    moved[row, :] = 0
    moved[:, column] = 0
    return int(moved.max())


def _next_withheld(
    persons: np.ndarray, told: np.ndarray, exposed: tuple[int, int]
) -> tuple[int, int]:
    """The smallest told cell beside the exposed one, or of the whole table where none is left."""
    row, column = exposed
    beside = np.zeros_like(told)
    beside[row, :] = True
    beside[:, column] = True
    candidates = told & beside
    if not candidates.any():
        candidates = told

    places = [tuple(place) for place in np.argwhere(candidates).tolist()]
    return min(places, key=lambda place: (persons[place], place))
