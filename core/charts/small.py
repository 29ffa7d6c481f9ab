"""A small drawing beside words: one series over time, on a scale of its own, without axes."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString, mark_safe

from core.charts.in_time import TimeRow, scale_of
from core.charts.reading import ChartMark, MarkedSeries, places_in_time
from core.charts.said import of_value
from core.charts.svg import CLASSES, element, percent_of, written

#: Pixels: how high the drawing is, and what even the smallest value gets of it.
HEIGHT, LEAST = 36, 2
#: Up to so many are drawn as dots, one above the other: a column as high as the drawing would make
#: much of one. With the pixels of a dot's radius, and how far their middles are apart.
MOST_DOTS, RADIUS, APART = 3, 4, 11

#: A label, and the value; None where nothing was measured.
Point = tuple[str, float | None]


def small_svg(points: Sequence[Point], name: str) -> SafeString:
    """The drawing of values in a row, for a page; every text in it is escaped.

    ``name`` says what is counted. ``points``: (label, value) each, None where nothing was measured.
    """
    marks = [ChartMark(label, value, of_value(label, name, value)) for label, value in points]
    places = [(place + 0.5) / len(points) for place in range(len(points))]
    return mark_safe(written(draw(MarkedSeries(name, "bar", tuple(marks)), places, name)))


def draw_small(figure: Mapping, series: MarkedSeries, label: str) -> Element:
    """One series of a figure over time; ``label`` is what it is to somebody who does not see it."""
    places = places_in_time(figure, [mark.label for mark in series.marks])
    return draw(series, places, label)


def draw(series: MarkedSeries, places: list[float], label: str) -> Element:
    """The drawing of a series whose marks stand at ``places``, from 0 to 1 along time."""
    root = element(
        "svg",
        class_="drawing small",
        width="100%",
        height=HEIGHT,
        overflow="visible",
        role="group",
        aria_label=label,
    )
    row = SmallRow(root, series, scale_of(series, 1), places, HEIGHT)
    row.draw_gaps()
    row.draw_base(HEIGHT)
    row.draw_marks(0)
    return root


class SmallRow(TimeRow):
    """A row without axis and numbers, whose gaps are shaded and whose few are dots."""

    has_numbers = False

    @property
    def are_few(self) -> bool:
        """Whether every value is so small that each of what it counts can have a dot."""
        return all(value in range(MOST_DOTS + 1) for value in self.series.values)

    def draw_gaps(self) -> None:
        """A ground behind each place that nothing is known of: a zero has none."""
        for place, mark in enumerate(self.series.marks):
            if mark.value is None and not mark.is_withheld:
                self._draw_gap(place)

    def _draw_gap(self, place: int) -> None:
        start, width = self._reach(place)
        element(
            "rect",
            self.root,
            class_="gap",
            x=percent_of(start),
            y=0,
            width=percent_of(width),
            height=self.height,
        )

    def _draw_bar(self, group: Element, place: int, top: float) -> None:
        """Dots where all are few; else a bar, of which even the smallest is seen."""
        mark = self.series.marks[place]
        look = CLASSES.get(mark.colour, "other")
        if self.are_few:
            self._draw_dots(group, place, look)
            return
        super()._draw_bar(group, place, top)
        bar = group.find(f"rect[@class='{look}']")
        if mark.value > 0 and float(bar.get("height")) < LEAST:
            bar.set("height", str(LEAST))
            bar.set("y", str(top + self.height - LEAST))

    def _draw_dots(self, group: Element, place: int, look: str) -> None:
        """As many dots as the value says, from the base upwards."""
        for number in range(int(self.series.marks[place].value)):
            element(
                "circle",
                group,
                class_=look,
                cx=percent_of(self.places[place]),
                cy=self.height - RADIUS - 1 - number * APART,
                r=RADIUS,
            )
