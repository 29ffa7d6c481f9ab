"""Columns of a file that are kept as traits of its readers."""

import json
import re
from collections.abc import Callable, Mapping

from crm.imports import fields
from crm.imports.copying import CellSource, CellTexts

#: What a field is called that keeps a column as a trait: "trait:hobby".
TRAIT = "trait:"


def trait_name(column: str) -> str:
    """A name for keeping a column as a trait: "Age Range" → "age_range".

    At most 40 characters, and "trait" where no letter is left.
    """
    name = re.sub(r"\W+", "_", column).strip("_")
    return name.lower()[:40] or "trait"


def traits_in(mapping: Mapping[str, str]) -> dict[str, str]:
    """{name of a trait: column} of what a mapping, {field: column}, keeps as traits."""
    found = {}
    for field, column in mapping.items():
        if field.startswith(TRAIT):
            found[field.removeprefix(TRAIT)] = column
    # The year is all that is known of that day, and a segment may want to ask for it.
    if "registered_year" in mapping:
        found["registered_year"] = mapping["registered_year"]
    return found


def trait_sources(mapping: Mapping[str, str], getter: Callable) -> list[CellSource]:
    """One source for each trait, ready to be joined as JSON: see ``further.joined_in``.

    ``getter`` makes of a column's name what gives its cell of a row.
    """
    found = []
    for trait, column in traits_in(mapping).items():
        found.append(CellSource(CellTexts(trait_text(trait)), getter(column)))
    return found


def trait_text(name: str) -> Callable[[str], str]:
    """Function from a cell to ``"name":value`` in JSON; empty for a cell that says nothing.

    It refuses the row for a text longer than a trait may be.
    """
    label = json.dumps(name, ensure_ascii=False)

    def convert(cell: str) -> str:
        """The pair of one cell, or empty. Raises Refusal."""
        value = fields.trait(cell)
        if value is None:
            return ""
        said = json.dumps(value, ensure_ascii=False)
        return f"{label}:{said}"

    return convert
