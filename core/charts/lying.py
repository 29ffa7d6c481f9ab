"""Drawing one row for each thing as SVG: bars that lie, and estimates with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from xml.etree.ElementTree import Element

from core.charts.reading import ChartMark, MarkedSeries, reference_of
from core.charts.said import interval_text
from core.charts.scale import Scale, tick_text
from core.charts.svg import CLASSES, element, percent_of
from core.disclosure import Missing
from core.numbers import plain

#: Pixels of a bar, and of the axis below intervals.
BAR, AXIS = 15, 26
#: Where the two strokes stand across a bar that is longer than it is drawn.
BREAK_AT = 0.94


@dataclass(frozen=True)
class RowLayout:
    """Pixels of a row: its height, where in it the bar begins, and where its label stands."""

    height: int
    bar: int
    label_x: int
    label_y: int
    anchor: str


ABOVE = RowLayout(height=48, bar=20, label_x=0, label_y=14, anchor="start")
BEFORE = RowLayout(height=27, bar=6, label_x=-9, label_y=18, anchor="end")


def draw_bars(root: Element, series: MarkedSeries, *, is_label_above: bool) -> float:
    """Bars from zero with their labels above or before them, and their numbers behind; the height.

    Before them there is no room for long ones.
    """
    layout = BEFORE
    if is_label_above:
        layout = ABOVE
    scale = Scale.over(series.values)
    # Numbers stand at the bars, so nothing needs a round end: the longest bar is as long as it can.
    reach = Scale(min([*series.values, 0]), _longest(series, scale), ())
    for row, mark in enumerate(series.marks):
        top = row * layout.height
        group = _row(root, mark, top, layout)
        _draw_upright(group, "base", reach.share(0), top + layout.bar)
        _draw_bar(group, mark, reach, top + layout.bar)
    return layout.height * len(series.marks)


def _longest(series: MarkedSeries, scale: Scale) -> float:
    """The high end of the bars; 1 where all are zero or below."""
    longest = max([*series.values, 0])
    if longest > 0:
        return longest
    return max(scale.high, 1)


def _row(root: Element, mark: ChartMark, top: float, layout: RowLayout) -> Element:
    """The place of a row: it answers to a pointer, and carries the label and what the row says."""
    group = element("g", root, class_="mark", role="img")
    element("title", group, mark.said)
    element("rect", group, class_="hit", x=0, y=top, width="100%", height=layout.height)
    element(
        "text",
        group,
        mark.label,
        class_="name",
        x=layout.label_x,
        y=top + layout.label_y,
        text_anchor=layout.anchor,
    )
    return group


def _draw_upright(group: Element, look: str, share: float, top: float) -> None:
    """A line across the mark of a row, which begins at ``top``; it leaves out the label."""
    x = percent_of(share)
    element("line", group, class_=look, x1=x, x2=x, y1=top - 3, y2=top + BAR + 3)


def _draw_bar(group: Element, mark: ChartMark, scale: Scale, top: float) -> None:
    """The bar of a row and its number, or the words for why there is none."""
    zero = scale.share(0)
    if mark.value is None:
        _draw_absence(group, mark, zero, top)
        return

    start, end = sorted((zero, scale.share(mark.value)))
    element(
        "rect",
        group,
        class_=CLASSES.get(mark.colour, "other"),
        x=percent_of(start),
        y=top,
        width=percent_of(end - start),
        height=BAR,
    )
    if mark.is_capped:
        _draw_break(group, start + (end - start) * BREAK_AT, top)
    text = mark.text or plain(mark.value)
    element("text", group, text, class_="value", x=percent_of(end), y=top + 12, dx=7)


def _draw_absence(group: Element, mark: ChartMark, zero: float, top: float) -> None:
    """In the place of a bar: not shown, or not measured."""
    words = Missing.NOT_MEASURED
    if mark.is_withheld:
        words = Missing.WITHHELD
    element("text", group, str(words), class_="sign", x=percent_of(zero), y=top + 12, dx=7)


def _draw_break(group: Element, share: float, top: float) -> None:
    """Two strokes across a bar: it goes on."""
    at = element("svg", group, x=percent_of(share), y=top, overflow="visible")
    for x in (-4, 3):
        element("line", at, class_="break", x1=x, y1=BAR + 2, x2=x + 7, y2=-2)


# --- intervals ------------------------------------------------------------------------------------
def draw_intervals(root: Element, rows: Sequence[MarkedSeries], figure: Mapping) -> float:
    """Points with their intervals, labels above them, on an axis with round numbers; the height.

    A second series is what came of each of the first.
    """
    estimates = rows[0]
    reference = reference_of(figure)
    reached = list(chain.from_iterable(one.values for one in rows))
    if reference is not None:
        reached.append(reference)
    scale = Scale.over(reached, from_zero=False)
    height = ABOVE.height * len(estimates.marks)

    for row, mark in enumerate(estimates.marks):
        top = row * ABOVE.height
        group = _row(root, mark, top, ABOVE)
        for tick in scale.ticks:
            _draw_upright(group, "rule", _inside(scale, tick), top + ABOVE.bar)
        if reference is not None:
            _draw_upright(group, "reference", _inside(scale, reference), top + ABOVE.bar)
        seen = [one.marks[row] for one in rows[1:]]
        _draw_interval(group, mark, scale, top, seen)
    for tick in scale.ticks:
        x = percent_of(_inside(scale, tick))
        text = tick_text(tick)
        element("text", root, text, class_="tick", x=x, y=height + 17, text_anchor="middle")
    return height + AXIS


def _inside(scale: Scale, value: float) -> float:
    """Where a value stands: a little off both edges, for the numbers of the axis."""
    return 0.03 + 0.94 * scale.share(value)


def _draw_interval(
    group: Element, mark: ChartMark, scale: Scale, top: float, seen: Sequence[ChartMark]
) -> None:
    """A point, its interval, and both as numbers at the end of the label's line.

    Where there is what came of it, that is the point, and the prediction a stroke.
    """
    if mark.value is None or mark.low is None:
        words = str(Missing.NOT_MEASURED)
        element("text", group, words, class_="sign", x="100%", y=top + 14, text_anchor="end")
        return

    text = mark.text or f"{plain(mark.value, 2)} ({interval_text((mark.low, mark.high))})"
    element("text", group, text, class_="value", x="100%", y=top + 14, text_anchor="end")
    y = top + ABOVE.bar + BAR / 2
    low, high = _inside(scale, mark.low), _inside(scale, mark.high)
    element("line", group, class_="reach", x1=percent_of(low), x2=percent_of(high), y1=y, y2=y)
    for end in (low, high):
        x = percent_of(end)
        element("line", group, class_="reach", x1=x, x2=x, y1=y - 5, y2=y + 5)
    at = percent_of(_inside(scale, mark.value))
    if seen:
        element("line", group, class_="reach", x1=at, x2=at, y1=y - 8, y2=y + 8)
    for one in seen or [mark]:
        _draw_point(group, one, scale, y, is_seen=bool(seen))


def _draw_point(group: Element, mark: ChartMark, scale: Scale, y: float, *, is_seen: bool) -> None:
    """A point; of what came, one outside its interval is hollow."""
    look = CLASSES.get(mark.colour, "other")
    if is_seen and look == "ours":
        look = "missed"
    element("circle", group, class_=look, cx=percent_of(_inside(scale, mark.value)), cy=y, r=5)
