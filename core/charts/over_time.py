"""Bars and lines over time. Several series stand below each other, each on a scale of its own.

They share one axis of time, and no plot has two scales.
"""

from collections.abc import Mapping, Sequence

from core.charts import said
from core.charts.counts import are_withheld, drawn_values
from core.charts.layout import (
    AXIS,
    OTHERS,
    OURS,
    category_axis,
    day_axis,
    figure,
    over,
    signs,
    upright,
)

#: Pixels of one row of several, of its name above it, and of the axis below them all.
ROW_HEIGHT, NAME_HEIGHT, AXIS_HEIGHT = 104, 26, 48


def bars(
    labels: Sequence,
    series: Mapping[str, Sequence],
    *,
    last=False,
    sentences: Mapping[str, Sequence[str]] | None = None,
    **changes,
) -> dict:
    """Vertical bars from zero; ``series`` are the values by name, one for each label.

    Values are Counts, or measures with None where there is none. ``last`` paints the newest bar in
    the accent colour. ``sentences`` by name: what each mark says, in place of ``said.of_value``.
    """
    traces = []
    for name, values in series.items():
        trace = _trace(labels, name, values, sentences)
        colours = [OTHERS] * len(values)
        if last and colours:
            colours[-1] = OURS
        trace["meta"]["kind"] = "bar"
        traces.append(trace | {"type": "bar", "marker": {"color": colours}})
    return _one_below_the_other(traces, labels, "tozero", changes)


def lines(
    labels: Sequence,
    series: Mapping[str, Sequence],
    *,
    from_zero=True,
    sentences: Mapping[str, Sequence[str]] | None = None,
    **changes,
) -> dict:
    """Lines over time, of Counts or measures; arguments as for ``bars``.

    A value that is withheld or not measured is a gap, never a zero, and is not joined.
    ``xaxis={"type": "date"}`` for ISO days in ``labels``. ``from_zero`` False for a measure whose
    zero means nothing, as the mean of a scale of 1 to 5.
    """
    traces = []
    for name, values in series.items():
        drawn = {
            "type": "scatter",
            "mode": "lines+markers",
            "connectgaps": False,
            "line": {"color": OTHERS, "width": 2.2},
            "marker": {"size": 7, "color": OTHERS},
        }
        trace = _trace(labels, name, values, sentences)
        trace["meta"]["kind"] = "line"
        traces.append(trace | drawn)

    range_mode = "normal"
    if from_zero:
        range_mode = "tozero"
    return _one_below_the_other(traces, labels, range_mode, changes)


def _trace(labels: Sequence, name: str, values: Sequence, sentences: Mapping | None) -> dict:
    """What bars and lines have in common: places, values, sentences and what is hidden."""
    spoken = said.of_values(labels, name, values)
    if sentences is not None:
        spoken = list(sentences[name])
    return {
        "name": name,
        "x": list(labels),
        "y": drawn_values(values),
        "customdata": spoken,
        "hovertemplate": "%{customdata}<extra></extra>",
        "meta": {"hidden": are_withheld(values)},
    }


def _one_below_the_other(
    traces: list[dict], labels: Sequence, range_mode: str, changes: dict
) -> dict:
    """The figure of all traces: one plot of one, rows that share the axis below of several."""
    own = {
        "showlegend": False,
        "xaxis": _axis_of(labels, changes),
        "yaxis": {"rangemode": range_mode},
    }
    if len(traces) > 1:
        own = over(own, _rows_of(traces, range_mode))

    annotations = list(own.get("annotations", ()))
    for place, trace in enumerate(traces):
        axis = {"yref": _axis_name(place)}
        for found in signs(trace["meta"]["hidden"], labels, upright):
            annotations.append(found | axis)
    return figure(*traces, **over(own | {"annotations": annotations}, changes))


def _axis_of(labels: Sequence, changes: dict) -> dict:
    """Days only where the caller says so: "2026-10" is a month here, and a day to Plotly."""
    if changes.get("xaxis", {}).get("type") == "date":
        return day_axis(labels)
    return category_axis(labels)


def _axis_name(place: int) -> str:
    """What Plotly calls the vertical axis of the row at ``place``, counted from 0."""
    if place == 0:
        return "y"
    return f"y{place + 1}"


def _rows_of(traces: list[dict], range_mode: str) -> dict:
    """The layout of rows, and each trace put on the axis of its own."""
    height = ROW_HEIGHT * len(traces)
    layout = {"annotations": [], "height": height + AXIS_HEIGHT}
    for place, trace in enumerate(traces):
        top = 1 - (ROW_HEIGHT * place + NAME_HEIGHT) / height
        bottom = 1 - ROW_HEIGHT * (place + 1) / height
        name = _axis_name(place)
        trace["yaxis"] = name
        axis = AXIS | {"rangemode": range_mode, "nticks": 3, "domain": [max(bottom, 0), top]}
        layout[name.replace("y", "yaxis")] = axis
        layout["annotations"].append(_row_name(trace["name"], top))
    layout["xaxis"] = {"anchor": _axis_name(len(traces) - 1)}
    return layout


def _row_name(name: str, top: float) -> dict:
    """The name of a row above it, as an annotation of Plotly."""
    return {
        "text": name,
        "showarrow": False,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "paper",
        "y": top,
        "yanchor": "bottom",
        "font": {"color": "--ink", "size": 13},
    }
