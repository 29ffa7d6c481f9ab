"""What was seen of a workbook's cells and rows on the way to texts, to be said to a person."""

from collections import Counter
from dataclasses import dataclass, field

#: A cell that holds an error (#N/A), a formula that was never calculated, one filled from the cell
#: above with which it is merged, and a whole column that is not shown.
ERROR, FORMULA, MERGED, HIDDEN_COLUMN = "error", "formula", "merged", "hidden-column"

#: Columns that are looked at: a format may reach to the end of the sheet.
WIDEST = 1024


@dataclass
class Findings:
    """``cells``: {(what, place of the column): how many}, the places from 0; ``hidden``: rows that
    the workbook hides or filters out; ``is_from_1904``: it counts days from there, as those of the
    Macintosh did.
    """

    cells: Counter = field(default_factory=Counter)
    hidden: int = 0
    is_from_1904: bool = False

    def note(self, what: str, place: int) -> None:
        """Count one more cell that is ``what`` (ERROR, FORMULA or MERGED), at the place from 0."""
        self.cells[what, place] += 1

    def note_hidden(self, first: int, behind: int) -> None:
        """The columns from ``first`` on and before ``behind`` are not shown.

        Of those from the 1024th on nothing is noted: a format may reach to the end of the sheet.
        """
        for place in range(first, min(behind, WIDEST)):
            self.cells[HIDDEN_COLUMN, place] = 1

    def to_json(self, header: list[str]) -> dict:
        """``{"hidden": n, "cells": [[what, column, how many], …]}``.

        Sorted by what it is and by place; what lies beyond the header is left out.
        """
        said = []
        for (what, place), times in sorted(self.cells.items()):
            if place < len(header):
                said.append([what, header[place], times])
        return {"hidden": self.hidden, "cells": said}
