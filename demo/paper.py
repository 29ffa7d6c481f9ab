"""The figures the published case gives (paper.csv), with the qualifier, section and source they
were published with.

Nothing is added: where the article gives no number the value is empty and the text says what it
says instead.
"""

import csv
from pathlib import Path

from django.db import transaction

from analytics.facts.actions import record_observation
from core.provenance import Provenance

FILE = Path(__file__).with_name("paper.csv")
SOURCE = (
    "A New Exploration to User Relationship Management of Nanjing University Libraries Based on"
    " Cultural Marketing (Zhai Xiaojuan, Zhang Yu, Huang Xianjin)"
)


def read_paper() -> list[dict]:
    """The rows of paper.csv, {column: text}, with ``value`` as a number or None."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["value"] = value_of(row["value"])
    return rows


def value_of(cell: str) -> float | None:
    """The number; None where the article gives none, which is not 0."""
    # An empty cell is a figure that the article does not give, not 0.
    if not cell:
        return None
    return float(cell)


@transaction.atomic
def load_paper_facts() -> int:
    """Store the case's figures; loading again changes nothing. Returns how many there are."""
    rows = read_paper()
    for row in rows:
        code = row.pop("code")
        fields = row | {"source": SOURCE, "provenance": Provenance.PAPER}
        record_observation(code=code, by=None, **fields)
    return len(rows)
