"""Small columns beside a number, drawn by the server: each row on its own scale. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.localised import labelled, listed
from core.numbers import missing, plain

#: Measures of the drawing in its own units: a place, the column in it, the height of the highest.
STEP, WIDTH, HEIGHT = 24, 12, 30
#: Even the smallest value is seen.
LEAST = 2
#: Up to so many are drawn as dots, one above the other: a column as high as the drawing would make
#: much of one. With the radius of a dot, and how far their middles are apart.
MOST_DOTS, RADIUS, APART = 3, 4, 10

#: A label, and the value; None where nothing was measured.
Point = tuple[str, float | None]


@dataclass(frozen=True)
class SparkColumn:
    """One drawn value: the left and upper edge, and the height, in units of the drawing."""

    x: int
    y: float
    height: float
    label: str


@dataclass(frozen=True)
class SparkDot:
    """One of few: its middle, in units of the drawing."""

    x: int
    y: int
    label: str


@dataclass(frozen=True)
class Sparkline:
    """A drawing ``width`` units wide and HEIGHT high, of columns or, where all values are few, of
    dots. ``gaps``: left edges of places that nothing is known of. ``said``: all values in words,
    for who cannot see it.
    """

    width: int
    columns: list[SparkColumn]
    dots: list[SparkDot]
    gaps: list[int]
    said: str
    height: int = HEIGHT
    radius: int = RADIUS
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

    in_words = listed(labelled(name, value_in_words(value)) for name, value in points)
    if label:
        in_words = labelled(label, in_words)
    # Half of something is no dot.
    are_few = max(values, default=0) <= MOST_DOTS and all(map(_is_whole, values))
    columns: list[SparkColumn] = []
    dots: list[SparkDot] = []
    if are_few:
        dots = _dots(points)
    else:
        columns = _columns(points, max(values))
    return Sparkline(
        width=len(points) * STEP,
        columns=columns,
        dots=dots,
        gaps=[place * STEP for place, (_name, value) in enumerate(points) if value is None],
        said=in_words,
    )


def _is_whole(value: float) -> bool:
    """Whether so many dots can be drawn."""
    return value == int(value)


def value_in_words(value: float | None) -> str:
    """The value as figures are printed, or that it was not measured."""
    if value is None:
        return str(missing(None))
    return plain(value)


def _columns(points: Sequence[Point], highest: float) -> list[SparkColumn]:
    """A column for each value above zero, the highest as high as the drawing, none below LEAST."""
    found = []
    for place, (name, value) in enumerate(points):
        # Zero is the line itself, and a gap is drawn by itself.
        if not value:
            continue
        height = max(round(HEIGHT * value / highest, 1), LEAST)
        left = place * STEP + (STEP - WIDTH) // 2
        label = labelled(name, plain(value))
        found.append(SparkColumn(left, round(HEIGHT - height, 1), height, label))
    return found


def _dots(points: Sequence[Point]) -> list[SparkDot]:
    """As many dots as each value says, from the bottom upwards."""
    found = []
    for place, (name, value) in enumerate(points):
        middle = place * STEP + STEP // 2
        label = labelled(name, value_in_words(value))
        for number in range(int(value or 0)):
            found.append(SparkDot(middle, HEIGHT - RADIUS - 1 - number * APART, label))
    return found
