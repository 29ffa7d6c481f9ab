"""Drawings for what has no picture of its own.

They are decoration: none says anything of the row that it stands beside.
"""

#: Files of static/img/illustrations (docs/illustrations.md) that suit whatever a reader wrote.
DRAWINGS = (
    "plum",
    "lake",
    "ginkgo",
    "wheat",
    "cat",
    "aisle",
    "lotus",
    "umbrella",
    "mist",
    "books",
    "stairs",
    "flake",
    "egg",
)


def drawing_for(pk: int) -> str:
    """The name of the drawing of one row: always the same, and another one for the next row."""
    return DRAWINGS[pk % len(DRAWINGS)]
