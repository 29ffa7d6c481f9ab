"""A figure drawn as SVG on the server: what a page shows before, and without, any script."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from core.charts import in_time, lying
from core.charts.reading import CannotDrawError, MarkedSeries, read
from core.charts.scale import Scale, tick_text
from core.charts.svg import element

#: Room for the numbers beside a plot that stands, in pixels, by how many columns they take at most.
GUTTERS = {4: ("gutter-s", 36), 7: ("gutter-m", 58), 11: ("gutter-l", 88), 99: ("gutter-xl", 140)}
#: Room behind the bars and points of a plot that lies.
BEHIND = ("behind", 76)
NOTHING_BESIDE = ("bare", 0)


@dataclass(frozen=True)
class ChartDrawing:
    """An SVG of any width and of ``height`` pixels, with room for ``gutter`` pixels beside it.

    ``look`` is the class of its place, which leaves that room: before it, or behind it where
    ``is_lying``.
    """

    root: Element
    height: float
    look: str
    gutter: int
    is_lying: bool


def draw(figure: Mapping, label: str) -> ChartDrawing:
    """The drawing of a figure; ``label`` is what it is to somebody who does not see it.

    Raises CannotDrawError for a kind that only Plotly draws, and for a figure without series.
    """
    series = read(figure)
    if not series:
        raise CannotDrawError("There is no series.")

    root = _root("drawing", label)
    kind = series[0].kind
    if kind == "flat":
        height = lying.draw_bars(root, series[0])
        drawing = ChartDrawing(root, height, *BEHIND, is_lying=True)
    elif kind == "interval":
        height = lying.draw_intervals(root, series[0], figure)
        drawing = ChartDrawing(root, height, *NOTHING_BESIDE, is_lying=True)
    else:
        scales = [in_time.scale_of(one, len(series)) for one in series]
        height = in_time.draw_rows(root, series, scales, figure)
        drawing = ChartDrawing(root, height, *gutter_of(scales), is_lying=False)
    root.set("height", f"{drawing.height:g}")
    return drawing


def draw_small(figure: Mapping, label: str) -> ChartDrawing:
    """The first series of a figure over time without axes, for a place beside words."""
    series: list[MarkedSeries] = read(figure)
    root = _root("drawing small", label)
    height = in_time.draw_small(root, series[0], figure)
    root.set("height", f"{height:g}")
    return ChartDrawing(root, height, *NOTHING_BESIDE, is_lying=False)


def _root(look: str, label: str) -> Element:
    """The element that everything is drawn in; its marks are pictures of their own."""
    return element(
        "svg", class_=look, width="100%", overflow="visible", role="group", aria_label=label
    )


def gutter_of(scales: list[Scale]) -> tuple[str, int]:
    """The class and the pixels of the room that the widest number beside an axis needs."""
    widest = 0
    for scale in scales:
        for tick in scale.ticks:
            widest = max(widest, columns_of(tick_text(tick)))
    return next(room for most, room in GUTTERS.items() if widest <= most)


def columns_of(text: str) -> int:
    """How wide a text is, in Latin letters: Chinese characters count as two."""
    return len(text) + sum(ord(character) > 0x2E7F for character in text)
