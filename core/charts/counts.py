"""Counts and measures on their way into a chart: what is drawn, hidden, and said in a cell."""

from collections.abc import Iterable, Sequence

from core.disclosure import Count, Missing
from core.exporting import is_number
from core.numbers import missing, plain


def heights(counts: Iterable[Count]) -> list[int | None]:
    """Counts as values of bars, lines and points; withheld and unknown ones are gaps.

    The table twin gets the counts themselves and prints the sign of each. Raises TypeError for a
    plain number: nobody decided whether it may be shown.
    """
    values = []
    for one in counts:
        if not isinstance(one, Count):
            raise TypeError(f"A chart about persons takes a Count, not {type(one).__name__}.")
        values.append(one.public_number)
    return values


def drawn_values(column: Sequence) -> list:
    """A column of counts as ``heights``; of measures as they are, None where there is none.

    Raises TypeError where counts and plain numbers stand in one column. What is no finite number
    is None.
    """
    if any(isinstance(one, Count) for one in column):
        return heights(column)

    values = []
    for one in column:
        values.append(one if is_number(one) else None)
    return values


def are_withheld(column: Iterable) -> list[bool]:
    """Which values of a column a mark is missing for because they may not be told.

    One for each value, in their order; a count that nobody made is absent and not withheld.
    """
    hidden = []
    for one in column:
        is_count = isinstance(one, Count)
        hidden.append(one is Missing.WITHHELD or (is_count and one.protected().is_withheld))
    return hidden


def cell_text(value) -> str:
    """One table cell: numbers with separators, absent ones as "not measured".

    A count as everybody may be told, a number with at most two decimals, anything else as it prints
    itself.
    """
    if value is None:
        return missing(value)
    if isinstance(value, Count):
        return str(value.protected())
    if is_number(value):
        return plain(value, decimals=2)
    return str(value)
