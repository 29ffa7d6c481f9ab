"""Charts of lines over time, and of estimates with their intervals."""

from collections.abc import Sequence

from core.chart_layout import (
    MIDDLE,
    category_axis,
    colour_of,
    day_axis,
    figure,
    height_of_rows,
    over,
    sign,
)
from core.charts import OURS, SECOND


def lines(
    x: Sequence, series: dict[str, Sequence], *, from_zero=True, hidden=False, **changes
) -> dict:
    """Lines over time; ``hidden`` where all of them may not be told.

    A None in a series is a gap, not a zero. ``xaxis={"type": "date"}`` for ISO days in ``x``.
    """
    traces = []
    for place, (name, values) in enumerate(series.items()):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": list(x),
                "y": list(values),
                "connectgaps": False,
                "line": {"color": colour_of(place), "width": 2.2},
                "marker": {"size": 7, "symbol": place},
                "name": name,
            }
        )
    annotations = []
    if hidden:
        annotations.append(sign(MIDDLE))
    range_mode = "normal"
    if from_zero:
        range_mode = "tozero"
    own = {
        "showlegend": len(series) > 1,
        "annotations": annotations,
        "yaxis": {"rangemode": range_mode},
        "xaxis": _axis_of(x, changes),
    }
    return figure(*traces, **over(own, changes))


def _axis_of(x: Sequence, changes: dict) -> dict:
    """Days only where the caller says so: "2026-10" is a month here, and a day to Plotly."""
    if changes.get("xaxis", {}).get("type") == "date":
        return day_axis(x)
    return category_axis(x)


def intervals(
    labels: Sequence[str],
    points: Sequence[float | None],
    bounds: Sequence[tuple[float, float] | None],
    *,
    reference: float | None = None,
    **changes,
) -> dict:
    """Estimates with their (low, high), first on top.

    Unknown ones keep an empty line. ``reference`` is a dotted line.
    """
    shapes = []
    if reference is not None:
        shapes.append(_reference_line(reference))
    own = {
        "showlegend": False,
        "shapes": shapes,
        "xaxis": {"showgrid": True},
        "yaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(labels),
            # From below the last to above the first: Plotly would count upwards, and leave unknown
            # ones out.
            "range": [len(labels) - 0.5, -0.5],
            "showgrid": False,
            "rangemode": "normal",
        },
        "height": height_of_rows(labels),
    }
    return figure(_interval_trace(labels, points, bounds), **over(own, changes))


def _interval_trace(labels: Sequence, points: Sequence, bounds: Sequence) -> dict:
    """The known estimates as points with their reach to either side."""
    values, names, upwards, downwards = [], [], [], []
    for label, point, bound in zip(labels, points, bounds, strict=True):
        if point is None or bound is None:
            continue
        low, high = bound
        values.append(point)
        names.append(label)
        upwards.append(high - point)
        downwards.append(point - low)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": names,
        "marker": {"color": SECOND, "size": 11},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": upwards,
            "arrayminus": downwards,
            "color": SECOND,
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
