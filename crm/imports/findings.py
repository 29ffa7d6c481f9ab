"""What was seen of a workbook's cells and rows on the way to texts, to be said to a person."""

from collections import Counter
from dataclasses import dataclass, field

#: A cell that holds an error (#N/A), a formula that was never calculated, and one filled from the
#: cell above with which it is merged.
ERROR, FORMULA, MERGED = "error", "formula", "merged"


@dataclass
class Findings:
    """``cells``: {(what, place of the column): how many}, the places from 0; ``hidden``: rows that
    the workbook hides or filters out.
    """

    cells: Counter = field(default_factory=Counter)
    hidden: int = 0

    def note(self, what: str, place: int) -> None:
        self.cells[what, place] += 1

    def to_json(self, header: list[str]) -> dict:
        """``{"hidden": n, "cells": [[what, column, how many], …]}``."""
        said = []
        for (what, place), times in sorted(self.cells.items()):
            if place < len(header):
                said.append([what, header[place], times])
        return {"hidden": self.hidden, "cells": said}
