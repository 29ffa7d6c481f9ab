"""Counts and measures on their way into a chart: what is drawn, hidden, and said in a cell."""

from collections.abc import Iterable, Sequence

from core.disclosure import Count, Missing
from core.exporting import is_number
from core.numbers import missing, plain

#: The sizes that an axis has numbers for: what is smaller is drawn as zero, what is larger is not
#: drawn.
LEAST, MOST = 1e-30, 1e30


def heights(counts: Iterable[Count]) -> list[int | None]:
    """Counts as values of bars, lines and points; withheld and unknown ones are gaps.

    The table twin gets the counts themselves and prints the sign of each. Raises TypeError for a
    plain number: nobody decided whether it may be shown.
    """
    return list(map(_public_number, counts))


def _public_number(count: Count) -> int | None:
    """A count as everybody may be told it; TypeError for what is none."""
    if not isinstance(count, Count):
        raise TypeError(f"A chart about persons takes a Count, not {type(count).__name__}.")
    return count.public_number


def drawn_values(column: Sequence) -> list:
    """A column of counts as ``heights``; of measures as they are drawn, None where there is none.

    Raises TypeError where counts and plain numbers stand in one column.
    """
    if any(isinstance(one, Count) for one in column):
        return heights(column)
    return list(map(drawn_value, column))


def drawn_value(measure) -> float | None:
    """A measure as a chart draws it: a float, be it of a Decimal.

    None of what is no finite number, and of what is larger than an axis has numbers for.
    """
    if not is_number(measure) or abs(measure) > MOST:
        return None
    if abs(measure) < LEAST:
        return 0.0
    return float(measure)


def drawn_interval(
    point: float | None, bounds: tuple[float, float] | None
) -> tuple[float, float, float] | None:
    """An estimate as a chart draws it, (point, low, high).

    None where one of the three is not known, or no finite number.
    """
    if bounds is None:
        return None
    low, high = bounds
    drawn = (drawn_value(point), drawn_value(low), drawn_value(high))
    if None in drawn:
        return None
    return drawn


def are_withheld(column: Iterable) -> list[bool]:
    """Which values of a column a mark is missing for because they may not be told.

    One for each value, in their order; a count that nobody made is absent and not withheld.
    """
    return list(map(_is_withheld, column))


def _is_withheld(value) -> bool:
    """Whether a value is known and may not be told to everybody."""
    if isinstance(value, Count):
        return value.protected().is_withheld
    return value is Missing.WITHHELD


def cell_text(value) -> str:
    """One table cell: numbers with separators, absent ones as "not measured".

    A count as everybody may be told, a number with at most two decimals, anything else as it prints
    itself. Infinity, and what is no number at all, are absent.
    """
    if isinstance(value, Count):
        return str(value.protected())
    if is_number(value):
        return plain(value, decimals=2)
    # A float that is no finite number was not measured either.
    if value is None or isinstance(value, float):
        return missing(None)
    return str(value)
