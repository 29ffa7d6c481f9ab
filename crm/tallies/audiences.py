"""Whom a row of counts is about, where a cell names several audiences at once. Pure.

Labels hold commas themselves ("Adults, 18 and older"), so a comma alone tells nothing: what never
stands apart is one label.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

#: Commas that stand in no brackets, and other signs between labels.
BETWEEN = re.compile(r"\s*[,，;；、|]\s*(?![^(（]*[)）])")
#: Between two parts of one label.
JOINED = ", "


def labels_of(cells: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """{cell: its labels}, decided by all cells of the column; an empty cell has none.

    Two parts that stand side by side wherever one of them stands are one label.
    """
    parts = {cell: [part for part in BETWEEN.split(cell.strip()) if part] for cell in cells}
    glued = never_apart(parts.values())
    found = {}
    for cell, split in parts.items():
        labels: list[str] = []
        for before, part in zip([None, *split], split, strict=False):
            if (before, part) in glued:
                labels[-1] += JOINED + part
            else:
                labels.append(part)
        found[cell] = tuple(labels)
    return found


def never_apart(rows: Iterable[list[str]]) -> set[tuple[str, str]]:
    """Pairs of which neither part ever stands without the other beside it."""
    after: dict[str, set] = defaultdict(set)
    before: dict[str, set] = defaultdict(set)
    for row in rows:
        for one, other in zip([None, *row], [*row, None], strict=True):
            after[one].add(other)
            before[other].add(one)
    found = set()
    for one, others in after.items():
        for other in others:
            if one and other and after[one] == {other} and before[other] == {one}:
                found.add((one, other))
    return found
