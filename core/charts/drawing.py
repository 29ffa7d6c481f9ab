"""A figure drawn as SVG on the server: what a page shows before, and without, any script."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from core.charts import in_time, lying
from core.charts.reading import MarkedSeries
from core.charts.scale import tick_text
from core.charts.svg import columns_of, element

#: Room for the words before a plot, in pixels, by how many columns they take at most.
GUTTERS = {4: ("gutter-s", 36), 7: ("gutter-m", 58), 11: ("gutter-l", 88), 99: ("gutter-xl", 140)}
#: Room for the numbers behind bars that lie.
BEHIND = ("behind", 76)
#: A label of more columns than this stands above its bar.
MOST_BEFORE = 11


@dataclass(frozen=True)
class ChartDrawing:
    """An SVG of any width and of ``height`` pixels, with room ``before`` and ``behind`` it.

    ``look`` are the classes of its place, which leave that room.
    """

    root: Element
    height: float
    look: str = ""
    before: int = 0
    behind: int = 0


def draw(figure: Mapping, series: list[MarkedSeries], label: str) -> ChartDrawing:
    """The drawing of a figure and of its ``series`` (``reading.read``), of which it has one or
    more; ``label`` is what it is to somebody who does not see it.
    """
    root = _root("drawing", label)
    kind = series[0].kind
    if kind == "flat":
        drawing = _draw_bars(root, series[0])
    elif kind == "interval":
        drawing = ChartDrawing(root, lying.draw_intervals(root, series, figure))
    else:
        drawing = _draw_over_time(root, series, figure)
    root.set("height", f"{drawing.height:g}")
    return drawing


def _draw_bars(root: Element, series: MarkedSeries) -> ChartDrawing:
    """Bars that lie: short labels before them, long ones above them."""
    labels = [mark.label for mark in series.marks]
    if max(map(columns_of, labels)) > MOST_BEFORE:
        height = lying.draw_bars(root, series, is_label_above=True)
        return ChartDrawing(root, height, BEHIND[0], behind=BEHIND[1])

    height = lying.draw_bars(root, series, is_label_above=False)
    look, before = gutter_of(labels)
    return ChartDrawing(root, height, f"{look} {BEHIND[0]}", before, BEHIND[1])


def _draw_over_time(root: Element, series: list[MarkedSeries], figure: Mapping) -> ChartDrawing:
    """Rows that share one axis of time, with the numbers of each row before it."""
    scales = [in_time.scale_of(one, len(series)) for one in series]
    height = in_time.draw_rows(root, series, scales, figure)
    numbers = []
    for scale in scales:
        numbers += map(tick_text, scale.ticks)
    return ChartDrawing(root, height, *gutter_of(numbers))


def _root(look: str, label: str) -> Element:
    """The element that everything is drawn in; its marks are pictures of their own."""
    return element(
        "svg", class_=look, width="100%", overflow="visible", role="group", aria_label=label
    )


def gutter_of(words: list[str]) -> tuple[str, int]:
    """The class and the pixels of the room that the widest of these words needs before a plot."""
    widest = max(map(columns_of, words))
    return next(room for most, room in GUTTERS.items() if widest <= most)
