"""Small columns beside a number, drawn by the server: each row on its own scale. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.localised import labelled, listed
from core.numbers import missing, plain

#: Measures of the drawing in its own units: a place, the column in it, the height of the highest.
STEP, WIDTH, HEIGHT = 24, 12, 30
#: Even the smallest value is seen.
LEAST = 2

#: A label, and the value; None where nothing was measured.
Point = tuple[str, float | None]


@dataclass(frozen=True)
class Column:
    """One drawn value: the left and upper edge, and the height, in units of the drawing."""

    x: int
    y: float
    height: float
    label: str


@dataclass(frozen=True)
class Sparkline:
    """A drawing ``width`` units wide and HEIGHT high. ``gaps``: left edges of places that nothing
    is known of. ``said``: all values in words, for who cannot see it.
    """

    width: int
    columns: list[Column]
    gaps: list[int]
    said: str
    height: int = HEIGHT
    step: int = STEP
    column: int = WIDTH


def sparkline(points: Sequence[Point], label: str = "") -> Sparkline:
    """The drawing of values in a row; the highest is as high as the drawing, zero is not drawn.

    ``label`` says what is counted. ``points``: (label, value) each, None where nothing was
    measured. ValueError for a value below zero, which no column here can show.
    """
    values = [value for _label, value in points if value is not None]
    if min(values, default=0) < 0:
        raise ValueError("a column cannot be drawn downwards")

    highest = max(values, default=0)
    columns, gaps, said = [], [], []
    for place, (name, value) in enumerate(points):
        said.append(labelled(name, value_in_words(value)))
        if value is None:
            gaps.append(place * STEP)
        elif value:
            columns.append(_column(place, name, value, highest))
    in_words = listed(said)
    if label:
        in_words = labelled(label, in_words)
    return Sparkline(len(points) * STEP, columns, gaps, in_words)


def value_in_words(value: float | None) -> str:
    """The value as figures are printed, or that it was not measured."""
    if value is None:
        return str(missing(None))
    return plain(value)


def _column(place: int, label: str, value: float, highest: float) -> Column:
    """The column of one value above zero; at least LEAST high."""
    height = max(round(HEIGHT * value / highest, 1), LEAST)
    left = place * STEP + (STEP - WIDTH) // 2
    return Column(left, round(HEIGHT - height, 1), height, labelled(label, plain(value)))
