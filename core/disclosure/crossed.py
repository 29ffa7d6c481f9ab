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
stay as they are.

Rows and columns whose sums no page tells are looked at as one, of which nothing is told: how the
persons of a row are spread over such columns is known to nobody. So their small cells are safe as
soon as the row may have five persons in those columns together.
"""

from collections.abc import Collection, Sequence

import numpy as np

from core.disclosure import count
from core.disclosure.about import in_tens, step

#: Persons that may be in a cell of which nothing is told; more than any library has.
ANY_NUMBER = 10**9


#: Places of rows or of columns.
Places = Collection[int]


def told_in_tens(
    full: Sequence[Sequence[int]],
    *,
    hidden_rows: Places = (),
    hidden_columns: Places = (),
    unprinted_row: bool = False,
    unprinted_column: bool = False,
) -> list[list[int | None]]:
    """The table in tens, None where a cell is not told.

    ``full``: all persons, each in one cell. ``hidden_rows`` and ``hidden_columns`` are those whose
    sums no page tells. With ``unprinted_row`` the last row is none of the page (who left the
    question of the rows empty), likewise the last column: they come back withheld.
    """
    persons = np.array(full, dtype=np.int64)
    rows = _lines(persons.shape[0], hidden_rows)
    columns = _lines(persons.shape[1], hidden_columns)
    table = _Table(persons, rows, columns)
    table.withhold_hidden(has_row=bool(hidden_rows), has_column=bool(hidden_columns))
    table.withhold_unprinted(unprinted_row, unprinted_column)

    exposed = table.exposed()
    while exposed is not None and table.told.any():
        table.withhold_beside(*exposed)
        exposed = table.exposed()
    return table.as_told()


def _lines(number: int, hidden: Places) -> list[list[int]]:
    """The places of each line as it is looked at: the hidden ones are one line, the last."""
    lines, together = [], []
    for place in range(number):
        if place in hidden:
            together.append(place)
        else:
            lines.append([place])
    if together:
        lines.append(together)
    return lines


class _Table:
    """The table with hidden lines put together, and what of it is told."""

    def __init__(self, persons: np.ndarray, rows: list[list[int]], columns: list[list[int]]):
        """``persons``: the full table, ``rows`` and ``columns``: its places in each line put
        together. A place is told where its persons reach a step.
        """
        self.full = persons
        self.rows, self.columns = rows, columns
        self.persons = np.zeros((len(rows), len(columns)), dtype=np.int64)
        self.holds_few = np.zeros_like(self.persons, dtype=bool)
        #: True where a place is one cell of the table, and its sums are told.
        self.is_whole = np.ones_like(self.holds_few)
        for row, places in enumerate(rows):
            for column, across in enumerate(columns):
                cells = persons[np.ix_(places, across)]
                self.persons[row, column] = cells.sum()
                self.holds_few[row, column] = ((cells > 0) & (cells < count.SMALLEST_CELL)).any()
        self.told = self.persons >= step()

    def withhold_hidden(self, *, has_row: bool, has_column: bool) -> None:
        """The last row and the last column, where they are those whose sums no page tells.

        Changes which cells are told. ``has_row`` and ``has_column`` say which of the two there are.
        """
        if has_row:
            self.is_whole[-1, :] = False
        if has_column:
            self.is_whole[:, -1] = False
        self.told &= self.is_whole

    def withhold_unprinted(self, last_row: bool, last_column: bool) -> None:
        """What the page has no place for.

        Changes which cells are told: none of a line that holds the last place, where that is not
        printed.
        """
        last_place = self.full.shape[0] - 1
        last_across = self.full.shape[1] - 1
        if last_row:
            unprinted = [last_place in places for places in self.rows]
            self.told[unprinted, :] = False
        if last_column:
            unprinted = [last_across in places for places in self.columns]
            self.told[:, unprinted] = False

    def exposed(self) -> tuple[int, int] | None:
        """A place with one to four persons whose number is known too well; None for none.

        (row, column), the first from above and from the left. Too well: fewer than SMALLEST_CELL
        numbers are possible.
        """
        can_gain, can_lose = _room(self.persons, self.told)
        for row, column in np.argwhere(self.holds_few):
            width = _most_moved(can_gain, can_lose, row, column)
            if self.is_whole[row, column]:
                width += _most_moved(can_lose, can_gain, row, column)
            else:
                # Each of its cells may be empty, or hold all of these persons.
                width += self.persons[row, column]
            if width < count.SMALLEST_CELL:
                return int(row), int(column)
        return None

    def withhold_beside(self, row: int, column: int) -> None:
        """The smallest told cell beside this place, or of the table where none is left there."""
        beside = np.zeros_like(self.told)
        beside[row, :] = True
        beside[:, column] = True
        candidates = self.told & beside
        if not candidates.any():
            candidates = self.told

        places = list(map(tuple, np.argwhere(candidates).tolist()))
        smallest = min(places, key=lambda place: (self.persons[place], place))
        self.told[smallest] = False

    def as_told(self) -> list[list[int | None]]:
        """In the shape of the table that was given.

        None for every cell that is not told, else the number to the nearest ten.
        """
        found: list[list[int | None]] = [[None] * self.full.shape[1] for _row in self.full]
        for row, column in np.argwhere(self.told):
            place = self.rows[row][0]
            across = self.columns[column][0]
            found[place][across] = in_tens(int(self.persons[row, column]))
        return found


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
