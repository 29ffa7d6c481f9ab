"""What the readers of all kinds of workbooks give, and how merged cells are filled."""

from typing import NamedTuple

from crm.imports.findings import MERGED, Findings


class SheetInfo(NamedTuple):
    """A sheet, or a table of a page."""

    name: str
    is_hidden: bool = False


def place_of(name: str, names: list[str]) -> int:
    """The place, from 0, of a name among others: of a sheet, or of a column; that of the first
    where there is no such name.
    """
    if name in names:
        return names.index(name)
    return 0


def drop_empty_end(cells: list[str]) -> None:
    """Take the empty cells at the end of a row out of it.

    A format laid over a whole column makes cells of nothing.
    """
    while cells and not cells[-1]:
        cells.pop()


class BookRow(NamedTuple):
    """A row with its line in the sheet, from 1, and whether it is hidden or filtered out."""

    line: int
    cells: list[str]
    is_hidden: bool = False


class Merged:
    """Cells merged over several rows: the value stands in the uppermost, and is meant for all.

    Cells merged sideways stay as they are: a title over a table is no value of its columns.
    """

    def __init__(self, ranges: list[tuple[int, int, int, int]], found: Findings):
        """``ranges``: (first row, first column, last row, last column), from 1."""
        upright = [one for one in ranges if one[2] > one[0]]
        #: Those that begin further down, the next one last.
        self.coming = sorted(upright, reverse=True)
        #: {place of a column: (last row, value)}.
        self.open: dict[int, tuple[int, str]] = {}
        self.found = found

    def filled(self, line: int, cells: list[str]) -> list[str]:
        """The row with the values that stand above its empty cells.

        ``cells`` themselves are filled. Call it for the rows in their order: what ends above
        ``line`` is let go.
        """
        self.fill(line, cells)
        while self.coming and self.coming[-1][0] <= line:
            self.begin(self.coming.pop(), line, cells)
        return cells

    def begin(self, merged: tuple[int, int, int, int], line: int, cells: list[str]) -> None:
        """Cells merged from this row on hand its value down; those that begin further up, or in
        which nothing stands, have none.
        """
        top, left, bottom, _right = merged
        place = left - 1
        # Empty where the row ends before it.
        value = "".join(cells[place:left])
        if top == line and value:
            self.open[place] = (bottom, value)

    def fill(self, line: int, cells: list[str]) -> None:
        """Fill the empty cells below merged ones, each counted in the findings. A row that ends
        before such a cell becomes longer.
        """
        for place, (bottom, value) in list(self.open.items()):
            if line > bottom:
                del self.open[place]
                continue
            cells.extend([""] * (place + 1 - len(cells)))
            if not cells[place]:
                cells[place] = value
                self.found.note(MERGED, place)
