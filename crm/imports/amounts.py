"""How much the rows of a workbook or a page may stand for.

A cell says how often it is repeated, names a text that others name as well, or reaches down over
thousands of rows: a file of some KB stands for gigabytes. What is bounded is therefore what a row
stands for, and what all rows do together, as the texts come.
"""

from itertools import repeat

from django.conf import settings
from django.utils.translation import gettext as _

from crm.imports.opening import LONGEST_LINE, Unreadable, too_much_unpacked
from crm.imports.shapes import BookRow

#: Places in all rows up to their last cell: those before it are filled in, written or not.
MOST_PLACES = 60_000_000


class FilledRow:
    """The texts of a row as they are filled in, one after another."""

    def __init__(self):
        """No cells so far. ``length``: their characters, each as often as it stands there."""
        self.cells: list[str] = []
        self.length = 0

    def put(self, text: str, times: int = 1) -> None:
        """One more cell, or ``times`` of them. Raises Unreadable where the row stands for more
        characters than a line of a text may have, before any of it is copied.
        """
        self.length += times * len(text)
        if self.length > LONGEST_LINE:
            raise too_long_a_row()
        self.cells.extend(repeat(text, times))

    def put_at(self, place: int, text: str) -> None:
        """The cell at ``place``, from 0, with empty ones before it. Raises Unreadable as ``put``.

        A damaged row may come back to a place: the last text is the one that stands there.
        """
        self.cells.extend(repeat("", place - len(self.cells)))
        self.put(text)
        if len(self.cells) > place + 1:
            self.cells[place] = self.cells.pop()


class Amount:
    """What the rows of a file stand for so far: their places and their characters."""

    def __init__(self):
        """No rows so far. ``places``: their cells, ``characters``: those of the cells' texts."""
        self.places = self.characters = 0

    def add(self, row: BookRow) -> None:
        """Take one row into account, with what came down from cells above it. Raises Unreadable for
        a row longer than a line may be, for more places than a machine has time for, and for more
        characters than an unpacked file may have bytes.
        """
        length = sum(map(len, row.cells))
        if length > LONGEST_LINE:
            raise too_long_a_row()
        self.places += len(row.cells)
        self.characters += length
        if self.places > MOST_PLACES:
            raise not_made_by_a_program()
        if self.characters > settings.IMPORT_MAX_BYTES:
            raise too_much_unpacked()


def too_long_a_row() -> Unreadable:
    """The refusal of a row that would fill the memory, in words; for the caller to raise."""
    return Unreadable(_("A row of this workbook is longer than any row of a table."))


def not_made_by_a_program() -> Unreadable:
    """The refusal of what only looks like a workbook, with what helps where it is a true one; for
    the caller to raise.
    """
    return Unreadable(
        _("This workbook holds what no program for tables writes. Save it anew, or as CSV.")
    )
