"""Lines of one scale, drawn row by row: what lies on the same place lies below one another.

All lengths are per cent of the cell that a row is drawn in, so that rows of any height join.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString, mark_safe

from core.charts.scale import Scale
from core.charts.svg import element, percent_of, written
from core.numbers import signed

MIDDLE = "50%"


@dataclass(frozen=True)
class DrawnInterval:
    """Low, value and high, in the units of the scale; the bounds are None where they are not
    told.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> list[float]:
        """Everything of it that must lie on the scale."""
        return [one for one in (self.low, self.value, self.high) if one is not None]


@dataclass(frozen=True)
class DrawnMark:
    """An upright line through all rows: ``kind`` is its class, ``words`` stand at its head."""

    at: float
    kind: str
    words: str = ""


class RowDrawing:
    """Draws the rows of one scale, each with the same upright lines."""

    def __init__(self, scale: Scale, marks: Sequence[DrawnMark]):
        self.scale = scale
        self.marks = marks

    @classmethod
    def of(cls, intervals: Sequence[DrawnInterval], marks: Sequence[DrawnMark]) -> "RowDrawing":
        """On the scale that holds all of them, and zero."""
        places = [mark.at for mark in marks]
        for one in intervals:
            places += one.ends
        return cls(Scale.over(places, steps=6), marks)

    def row(
        self,
        interval: DrawnInterval | None,
        kind: str,
        *,
        thin: DrawnInterval | None = None,
        band=None,
    ) -> SafeString:
        """One row as SVG, for a page. ``thin``: a second estimate of the same below the first;
        ``band``: an interval that was foretold, behind it.
        """
        root = self._root()
        self._draw_ground(root)
        if band is not None:
            self._draw_band(root, band)
        self._draw_marks(root)
        if thin is not None and thin.low is not None:
            self._reach(root, thin, "thin", "72%")
        if interval is not None:
            self._draw_interval(root, interval, kind)
        return mark_safe(written(root))

    def head(self) -> SafeString:
        """The words of the upright lines, one below the other."""
        root = self._root()
        for place, mark in enumerate(self.marks):
            x = self.scale.share(mark.at)
            element(
                "text",
                root,
                mark.words,
                class_=f"says {mark.kind}",
                x=percent_of(x),
                y=14 + 18 * place,
                dx=-6 if x > 0.5 else 6,
                text_anchor="end" if x > 0.5 else "start",
            )
            element(
                "line",
                root,
                class_=mark.kind,
                x1=percent_of(x),
                x2=percent_of(x),
                y1=2 + 18 * place,
                y2="100%",
            )
        return mark_safe(written(root))

    def axis(self) -> SafeString:
        """The numbers of the scale, with their signs."""
        root = self._root()
        for tick in self.scale.ticks:
            decimals = 0 if float(tick).is_integer() else 1
            element(
                "text",
                root,
                signed(tick, decimals),
                class_="tick",
                x=percent_of(self.scale.share(tick)),
                y=14,
                text_anchor="middle",
            )
        return mark_safe(written(root))

    def _root(self) -> Element:
        """What a row is drawn in; its numbers stand in the cells beside it."""
        return element(
            "svg", class_="line-of-scale", width="100%", height="100%", aria_hidden="true"
        )

    def _draw_ground(self, root: Element) -> None:
        """The side below zero, and a hair at each tick."""
        zero = self.scale.share(0)
        if zero > 0:
            element("rect", root, class_="below", x=0, y=0, width=percent_of(zero), height="100%")
        for tick in self.scale.ticks:
            self._upright(root, tick, "hair")

    def _draw_marks(self, root: Element) -> None:
        for mark in self.marks:
            self._upright(root, mark.at, mark.kind)

    def _upright(self, root: Element, at: float, kind: str) -> None:
        """A line from top to bottom."""
        x = percent_of(self.scale.share(at))
        element("line", root, class_=kind, x1=x, x2=x, y1=0, y2="100%")

    def _draw_band(self, root: Element, band: DrawnInterval) -> None:
        """What was foretold, as wide as its interval."""
        if band.low is None:
            return
        start, end = self.scale.share(band.low), self.scale.share(band.high)
        element(
            "rect",
            root,
            class_="band",
            x=percent_of(start),
            y="22%",
            width=percent_of(end - start),
            height="56%",
        )

    def _draw_interval(self, root: Element, interval: DrawnInterval, kind: str) -> None:
        """The estimate with its reach, if that is told."""
        if interval.low is not None:
            self._reach(root, interval, f"reach {kind}", MIDDLE)
        element(
            "circle",
            root,
            class_=" ".join(("point", kind)),
            cx=percent_of(self.scale.share(interval.value)),
            cy=MIDDLE,
            r=8 if kind == "decides" else 5,
        )

    def _reach(self, root: Element, interval: DrawnInterval, kind: str, y: str) -> None:
        """A line from the low end to the high one."""
        element(
            "line",
            root,
            class_=kind,
            x1=percent_of(self.scale.share(interval.low)),
            x2=percent_of(self.scale.share(interval.high)),
            y1=y,
            y2=y,
        )
