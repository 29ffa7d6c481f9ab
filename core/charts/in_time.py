"""Drawing bars and lines over time as SVG, in rows that share one axis."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from core.charts.reading import (
    ChartMark,
    MarkedSeries,
    TimeLabel,
    places_in_time,
    time_labels,
)
from core.charts.scale import Scale, tick_text
from core.charts.svg import CLASSES, element, percent_of
from core.disclosure import Missing

#: Pixels: a plot alone, a row of several.
ALONE, ROW = 220, 70
#: Pixels above a plot for the number on its newest bar, and for its name.
HEAD, NAME = 16, 30
AXIS = 40
#: How much of its place a bar takes.
BAR_SHARE = 0.62
#: More marks than this get no dot and no sentence of their own: they would lie on each other.
MOST_MARKS = 90
RADIUS = 3.2


def scale_of(series: MarkedSeries, rows: int) -> Scale:
    """The scale of a row: about four steps of a plot alone, three of one among several."""
    steps = 4
    if rows > 1:
        steps = 3
    return Scale.over(series.values, from_zero=series.from_zero, steps=steps)


def draw_rows(
    root: Element, series: list[MarkedSeries], scales: list[Scale], figure: Mapping
) -> float:
    """Every series below the one before, and the axis of time below them all.

    Returns the height in pixels.
    """
    labels = [mark.label for mark in series[0].marks]
    places = places_in_time(figure, labels)
    top = 0.0
    height = ALONE
    if len(series) > 1:
        height = ROW
    for one, scale in zip(series, scales, strict=True):
        row = TimeRow(root, one, scale, places, height)
        top = row.draw(top, is_named=len(series) > 1)

    for label in time_labels(figure, labels, places):
        _draw_time_label(root, label, places, top)
    return top + AXIS


def _draw_time_label(root: Element, label: TimeLabel, places: list[float], top: float) -> None:
    """A label below the axis, its lines below each other."""
    looks = ["tick"]
    if not label.is_kept_on_a_phone:
        looks.append("some")
    for line, text in enumerate(label.lines):
        element(
            "text",
            root,
            text,
            class_=" ".join(looks),
            x=percent_of(places[label.place]),
            y=top + 17 + 15 * line,
            text_anchor=_anchor(places[label.place]),
        )


def _anchor(place: float) -> str:
    """On which side of its place a text stands, so that it does not leave the plot."""
    if place < 0.02:
        return "start"
    if place > 0.98:
        return "end"
    return "middle"


class TimeRow:
    """One series on its own scale, ``height`` pixels high; ``places`` from 0 to 1 along time."""

    #: Whether the newest bar carries its number.
    has_numbers = True

    def __init__(
        self,
        root: Element,
        series: MarkedSeries,
        scale: Scale,
        places: list[float],
        height: float,
    ):
        self.root = root
        self.series = series
        self.scale = scale
        self.places = places
        self.height = height

    def draw(self, top: float, *, is_named: bool) -> float:
        """Name, axis and marks from ``top`` down; returns where the row ends."""
        if is_named:
            name = self.series.name
            element("text", self.root, name, class_="name", x=0, y=top + 27)
            top += NAME
        top += HEAD
        if self.series.values:
            for tick in self.scale.ticks:
                self._draw_tick(tick, top)
        elif self.series.has_gaps and not self.series.has_signs:
            y = self._height_at(self._base, top) - 8
            element("text", self.root, str(Missing.NOT_MEASURED), class_="sign", x=0, y=y)
        self.draw_base(self._height_at(self._base, top))
        self.draw_marks(top)
        return top + self.height

    @property
    def _base(self) -> float:
        """The value on which bars stand: zero, or the end of the scale that is next to it."""
        return min(max(0, self.scale.low), self.scale.high)

    def _height_at(self, value: float, top: float) -> float:
        """How far down a value is, in pixels."""
        return top + self.height * (1 - self.scale.share(value))

    def _draw_tick(self, tick: float, top: float) -> None:
        """A line across the plot, and its number before it."""
        y = self._height_at(tick, top)
        element("line", self.root, class_="rule", x1=0, x2="100%", y1=y, y2=y)
        text = tick_text(tick)
        element("text", self.root, text, class_="tick", x=-8, y=y + 4, text_anchor="end")

    def draw_base(self, y: float) -> None:
        """The line on which the marks stand."""
        element("line", self.root, class_="base", x1=0, x2="100%", y1=y, y2=y)

    def draw_marks(self, top: float) -> None:
        """The line through the values, and each mark with what it says."""
        marks = self.series.marks
        if self.series.kind == "line":
            self._draw_curve(top)
        if len(marks) > MOST_MARKS:
            return
        for place in range(len(marks)):
            self._draw_mark(place, top)

    def _draw_curve(self, top: float) -> None:
        """A line that is broken where a value is missing."""
        steps = []
        pen = "M"
        for place, mark in zip(self.places, self.series.marks, strict=True):
            if mark.value is None:
                pen = "M"
                continue
            y = self.height * (1 - self.scale.share(mark.value))
            steps.append(f"{pen}{place * 1000:.1f} {y:.1f}")
            pen = "L"
        # Widths are shares of the plot, so the box is stretched, and the pen is not.
        box = element(
            "svg",
            self.root,
            x=0,
            y=top,
            width="100%",
            height=self.height,
            viewBox=f"0 0 1000 {self.height:g}",
            preserveAspectRatio="none",
            overflow="visible",
        )
        path = element("path", box, class_="curve", d="".join(steps))
        path.set("vector-effect", "non-scaling-stroke")

    def _draw_mark(self, place: int, top: float) -> None:
        """One value: the place that answers to a pointer, and what is drawn there."""
        mark = self.series.marks[place]
        group = element("g", self.root, class_="mark", role="img")
        # Read out in place of the shapes, and shown by the browser until chart.js does it better.
        element("title", group, mark.said)
        start, width = self._reach(place)
        element(
            "rect",
            group,
            class_="hit",
            x=percent_of(start),
            y=top,
            width=percent_of(width),
            height=self.height,
        )
        if mark.is_withheld:
            self._draw_sign(group, place, top)
        elif mark.value is not None and self.series.kind == "bar":
            self._draw_bar(group, place, top)
        elif mark.value is not None:
            self._draw_point(group, place, top)

    def _reach(self, place: int) -> tuple[float, float]:
        """Start and width of the place around a mark, half way to the marks beside it."""
        here = self.places[place]
        before, after = -here, 2 - here
        if place:
            before = self.places[place - 1]
        if place + 1 < len(self.places):
            after = self.places[place + 1]
        return (before + here) / 2, (after - before) / 2

    def _draw_sign(self, group: Element, place: int, top: float) -> None:
        """The words for a number that may not be told, upwards from where the bar would begin."""
        y = self._height_at(self._base, top) - 5
        at = element("svg", group, x=percent_of(self.places[place]), y=y, overflow="visible")
        words = str(Missing.WITHHELD)
        element("text", at, words, class_="sign", transform="rotate(-90)", dy=".35em")

    def _draw_bar(self, group: Element, place: int, top: float) -> None:
        """A bar from the base to its value; the newest one carries its number."""
        mark = self.series.marks[place]
        ends = sorted((self._height_at(mark.value, top), self._height_at(self._base, top)))
        width = self._reach(place)[1] * BAR_SHARE
        element(
            "rect",
            group,
            class_=CLASSES.get(mark.colour, "other"),
            x=percent_of(self.places[place] - width / 2),
            y=ends[0],
            width=percent_of(width),
            height=ends[1] - ends[0],
        )
        if CLASSES.get(mark.colour) == "ours" and self.has_numbers:
            self._draw_number(group, mark, place, ends[0] - 5)

    def _draw_number(self, group: Element, mark: ChartMark, place: int, y: float) -> None:
        """The value of a mark above it."""
        element(
            "text",
            group,
            tick_text(mark.value),
            class_="value",
            x=percent_of(self.places[place]),
            y=y,
            text_anchor="middle",
        )

    def _draw_point(self, group: Element, place: int, top: float) -> None:
        """A dot on a line."""
        mark = self.series.marks[place]
        element(
            "circle",
            group,
            class_=CLASSES.get(mark.colour, "other"),
            cx=percent_of(self.places[place]),
            cy=self._height_at(mark.value, top),
            r=RADIUS,
        )
