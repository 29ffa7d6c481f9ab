"""Charts of one row for each thing: bars that lie, and estimates with their intervals."""

from collections.abc import Sequence

from core.charts import said
from core.charts.counts import are_withheld, cell_text, drawn_interval, drawn_value, drawn_values
from core.charts.layout import OTHERS, OURS, beside, figure, height_of_rows, over, signs

#: Stands across a capped bar at this share of its length.
BREAK_MARK = {
    "text": "//",
    "showarrow": False,
    "font": {"size": 26, "weight": 800, "color": "--surface"},
}
BREAK_AT = 0.94


def flat_bars(
    labels: Sequence[str],
    values: Sequence,
    *,
    capped: Sequence[bool] = (),
    sentences: Sequence[str] | None = None,
    **changes,
) -> dict:
    """Horizontal bars from zero, first label on top; values are Counts, or measures with None.

    A capped value is hatched, broken before its end and says "≥": the true one is larger. One that
    may not be told says so where the bar would begin, and so does one that nobody measured.
    """
    caps = list(capped) or [False] * len(values)
    hidden = are_withheld(values)
    drawn = drawn_values(values)
    texts = list(map(_bar_text, values, drawn, caps))
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": drawn,
        "y": list(labels),
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": list(sentences or map(said.of_row, labels, values)),
        "hovertemplate": "%{customdata}<extra></extra>",
        "meta": {"kind": "flat", "hidden": hidden, "capped": caps},
        "marker": {
            "color": OTHERS,
            "pattern": {
                "shape": list(map(_hatching, caps)),
                "fillmode": "overlay",
                "solidity": 0.2,
            },
        },
    }
    own = {
        "showlegend": False,
        "annotations": [*_breaks(labels, drawn, caps), *signs(hidden, labels, beside)],
        "xaxis": {"showgrid": True, "zeroline": True, "rangemode": "tozero"},
        "yaxis": {"autorange": "reversed"} | _rows(labels),
        "margin": {"l": 8, "r": 64, "t": 8, "b": 8},
        "height": height_of_rows(values),
    }
    return figure(bar, **over(own, changes))


def _rows(labels: Sequence[str]) -> dict:
    """The axis of rows: one whose mark is not drawn keeps its place."""
    return {
        "showgrid": False,
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(labels),
    }


def _hatching(is_capped: bool) -> str:
    """Plotly's name of the pattern of a bar; "" for a plain one."""
    if is_capped:
        return "/"
    return ""


def _breaks(labels: Sequence[str], values: Sequence, caps: Sequence[bool]) -> list[dict]:
    """The marks across the bars that are capped, as annotations of Plotly."""
    found = []
    for label, value, is_capped in zip(labels, values, caps, strict=True):
        if is_capped and value is not None:
            found.append(BREAK_MARK | {"x": value * BREAK_AT, "y": label})
    return found


def _bar_text(value, drawn: float | None, is_capped: bool) -> str:
    """What stands behind a bar; nothing where none is drawn: a sign or a gap is there."""
    if drawn is None:
        return ""
    if is_capped:
        return f"≥ {cell_text(value)}"
    return cell_text(value)


def intervals(
    labels: Sequence[str],
    points: Sequence[float | None],
    bounds: Sequence[tuple[float, float] | None],
    *,
    reference: float | None = None,
    sentences: Sequence[str] | None = None,
    texts: Sequence[str] | None = None,
    seen: Sequence[float] | None = None,
    **changes,
) -> dict:
    """Estimates with their (low, high), first on top.

    Unknown ones keep an empty line, and so do those of which one of the three is no finite number.
    ``reference`` is a dotted line. ``texts``: each estimate as its page prints it, in place of two
    decimals. ``seen``: what came of each prediction, a point of its own, hollow where it lies
    outside the interval; the prediction itself is then a stroke.
    """
    shapes = []
    if drawn_value(reference) is not None:
        shapes.append(_reference_line(drawn_value(reference)))
    trace = _interval_trace(labels, points, bounds)
    trace["customdata"] = list(sentences or map(said.of_interval, labels, points, bounds))
    trace["text"] = list(texts or [""] * len(labels))
    own = {
        "showlegend": False,
        "shapes": shapes,
        "xaxis": {"showgrid": True},
        "yaxis": _rows(labels)
        | {
            # From below the last to above the first: Plotly would count upwards, and leave unknown
            # ones out.
            "range": [len(labels) - 0.5, -0.5],
            "rangemode": "normal",
        },
        "height": height_of_rows(labels),
    }
    if seen is None:
        return figure(trace, **over(own, changes))
    trace["marker"] |= {"symbol": "line-ns-open"}
    return figure(trace, _seen_trace(trace, seen, bounds), **over(own, changes))


def _seen_trace(trace: dict, seen: Sequence[float], bounds: Sequence) -> dict:
    """What came of each prediction of ``trace``, hollow and in our colour where it lies outside."""
    colours = [OTHERS] * len(seen)
    symbols = ["circle"] * len(seen)
    for place, (value, (low, high)) in enumerate(zip(seen, bounds, strict=True)):
        if not low <= value <= high:
            colours[place], symbols[place] = OURS, "circle-open"
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(seen),
        "y": trace["y"],
        "customdata": trace["customdata"],
        "hovertemplate": "%{customdata}<extra></extra>",
        "meta": {"kind": "interval", "hidden": trace["meta"]["hidden"]},
        "marker": {"color": colours, "symbol": symbols, "size": 11},
    }


def _interval_trace(labels: Sequence, points: Sequence, bounds: Sequence) -> dict:
    """The estimates as points with their reach to either side; an unknown one has no point."""
    values, upwards, downwards = [], [], []
    for point, bound in zip(points, bounds, strict=True):
        known = drawn_interval(point, bound)
        if known is None:
            values.append(None)
            upwards.append(0)
            downwards.append(0)
            continue

        value, low, high = known
        values.append(value)
        upwards.append(high - value)
        downwards.append(value - low)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": list(labels),
        "hovertemplate": "%{customdata}<extra></extra>",
        "meta": {"kind": "interval", "hidden": [False] * len(values)},
        "marker": {"color": OTHERS, "size": 11},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": upwards,
            "arrayminus": downwards,
            "color": OTHERS,
            "thickness": 2,
            "width": 6,
        },
    }


def _reference_line(value: float) -> dict:
    """A dotted line from top to bottom at ``value`` of the axis, as a shape of Plotly."""
    return {
        "type": "line",
        "x0": value,
        "x1": value,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": OURS, "width": 1.5, "dash": "dot"},
    }
