"""Charts: a Plotly figure, its caption with n and date, and the same numbers as a table and as CSV.

Colours are token names ("--chart-1") whose values static/js/chart.js reads: one figure serves
light, dark and print.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from urllib.parse import quote

from django.utils.dates import MONTHS_3
from plotly import graph_objects

from core.disclosure import Count
from core.exporting import csv_text, is_number
from core.localised import is_chinese
from core.numbers import missing, plain

#: Six steps that stay apart for colour-blind eyes; the same order in light, dark and print.
COLOURS = ("--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6")
FEW_POINTS = 8
MONTH = re.compile(r"(\d{4})-(\d\d)")
OURS, SECOND = "--accent", "--chart-1"
AXIS = {
    "gridcolor": "--line",
    "linecolor": "--line",
    "zerolinecolor": "--edge",
    "tickfont": {"color": "--muted", "size": 12},
    "automargin": True,
    "fixedrange": True,
    "exponentformat": "none",
    "separatethousands": True,
}


@dataclass(frozen=True)
class Chart:
    """What ``_chart.html`` needs.

    ``figure`` is Plotly JSON as a dict, ``n`` the number of persons or rows behind it, ``rows`` the
    table twin in the order of ``columns``; None in a cell is printed as "not measured". Numbers of
    persons are ``Count``s, in ``n`` and in ``rows``: a chart is protected whoever looks at it.
    """

    id: str
    figure: dict
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence]
    n: int | Count | None = None
    as_of: date | datetime | None = None
    note: str = ""
    numeric: frozenset[int] = field(default=frozenset(), init=False)

    def __post_init__(self):
        numeric = set()
        for place in range(1, len(self.columns)):
            if any(isinstance(row[place], int | float | Count) for row in self.rows):
                numeric.add(place)
        object.__setattr__(self, "numeric", frozenset(numeric))
        if self.n is not None:
            n = self.n if isinstance(self.n, Count) else Count.of(self.n)
            object.__setattr__(self, "n", n.protected())

    @property
    def script_id(self) -> str:
        return f"figure-{self.id}"

    @cached_property
    def cells(self) -> list[list[str]]:
        """The table twin as text."""
        return [[cell_text(cell) for cell in row] for row in self.rows]

    @cached_property
    def csv(self) -> str:
        """The table twin as CSV with a byte order mark."""
        return csv_text([self.columns, *self.rows])

    @property
    def csv_url(self) -> str:
        return "data:text/csv;charset=utf-8," + quote(self.csv)


def heights(counts: Iterable[Count]) -> list[int | None]:
    """Counts as values of bars, lines and points; withheld and unknown ones are gaps.

    The table twin gets the counts themselves and prints the sign of each. Raises TypeError for a
    plain number: nobody decided whether it may be shown.
    """
    values = []
    for one in counts:
        if not isinstance(one, Count):
            raise TypeError(f"A chart about persons takes a Count, not {type(one).__name__}.")
        values.append(one.public_number)
    return values


def cell_text(value) -> str:
    """One table cell: numbers with separators, absent ones as "not measured"."""
    if value is None:
        return missing(value)
    if isinstance(value, Count):
        return str(value.protected())
    if is_number(value):
        return plain(value, decimals=2)
    return str(value)


def _over(base: dict, changes: dict) -> dict:
    """``changes`` laid over ``base``, dicts merged one level deep."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = base[key] | value if both else value
    return merged


def layout(**changes) -> dict:
    """The common layout with ``changes`` laid over it."""
    base = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(COLOURS),
        "font": {"color": "--ink", "size": 13},
        "margin": {"l": 8, "r": 12, "t": 16, "b": 8},
        "xaxis": AXIS | {"showgrid": False, "zeroline": False},
        "yaxis": AXIS | {"rangemode": "tozero"},
        "hoverlabel": {"bgcolor": "--surface", "bordercolor": "--line", "font": {"color": "--ink"}},
        "legend": {
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.03,
            "x": 0,
            "traceorder": "normal",
        },
        "bargap": 0.38,
        "barcornerradius": 3,
        "dragmode": False,
        "height": 320,
    }
    return _over(base, changes)


def figure(*traces, **changes) -> dict:
    """Plotly JSON of ``traces`` (dicts with ``type``); raises ValueError for what Plotly does not
    know.

    Token names are not colours to Plotly's own check, so the check runs on a copy with a real
    colour in their place.
    """
    drawn = {"data": list(traces), "layout": layout(**changes)}
    graph_objects.Figure(_with_real_colours(drawn), skip_invalid=False)
    return drawn


def _with_real_colours(node):
    if isinstance(node, dict):
        return {key: _with_real_colours(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_with_real_colours(value) for value in node]
    return "#888888" if isinstance(node, str) and node.startswith("--") else node


def bars(
    labels: Sequence, series: dict[str, Sequence], *, last=False, stacked=False, **changes
) -> dict:
    """Vertical bars from zero.

    ``last`` paints the newest bar of a single series in the accent colour.
    """
    traces = []
    for index, (name, values) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        if last and len(series) == 1 and values:
            colour = [colour] * (len(values) - 1) + [OURS]
        marker = {"color": colour}
        traces.append(
            {"type": "bar", "name": name, "x": list(labels), "y": list(values), "marker": marker}
        )
    own = {
        "barmode": "stack" if stacked else "group",
        "showlegend": len(series) > 1,
        "xaxis": _category_axis(labels),
    }
    return figure(*traces, **_over(own, changes))


def flat_bars(
    labels: Sequence[str], values: Sequence, *, capped: Sequence[bool] = (), **changes
) -> dict:
    """Horizontal bars, first label on top.

    A capped value is hatched, broken before its end and says "≥".
    """
    flags = list(capped) or [False] * len(values)
    texts = [
        "" if v is None else f"{'≥ ' if cap else ''}{cell_text(v)}"
        for v, cap in zip(values, flags, strict=True)
    ]
    hatch = {"shape": ["/" if cap else "" for cap in flags], "fillmode": "overlay", "solidity": 0.2}
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(labels),
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "y+text",
        "marker": {"color": SECOND, "pattern": hatch},
    }
    break_mark = {
        "text": "//",
        "showarrow": False,
        "font": {"size": 26, "weight": 800, "color": "--surface"},
    }
    breaks = [
        break_mark | {"x": value * 0.94, "y": name}
        for name, value, cap in zip(labels, values, flags, strict=True)
        if cap and value is not None
    ]
    own = {
        "showlegend": False,
        "annotations": breaks,
        "xaxis": {"showgrid": True, "zeroline": True, "rangemode": "tozero"},
        "yaxis": {"autorange": "reversed", "showgrid": False, "type": "category"},
        "margin": {"l": 8, "r": 64, "t": 8, "b": 8},
        "height": 80 + 44 * len(values),
    }
    return figure(bar, **_over(own, changes))


def _category_axis(labels: Sequence) -> dict:
    """Labels as they are.

    Months ("2026-10") short and level, with the year under the first and under January.
    """
    axis = {"type": "category"}
    months = [MONTH.fullmatch(str(label)) for label in labels]
    if not labels or not all(months):
        return axis
    texts = []
    for place, (year, month) in enumerate(match.groups() for match in months):
        name = f"{int(month)}月" if is_chinese() else MONTHS_3[int(month)].title()
        texts.append(f"{name}<br>{year}" if place == 0 or month == "01" else name)
    return axis | {"tickvals": list(labels), "ticktext": texts, "tickangle": 0}


def _day_axis(x: Sequence) -> dict:
    """An axis of days.

    Few points are labelled one by one: Plotly would print milliseconds between them.
    """
    axis = {"type": "date", "tickformat": "%Y-%m-%d"}
    return axis | ({"tickvals": list(x)} if len(x) <= FEW_POINTS else {"nticks": FEW_POINTS})


def lines(x: Sequence, series: dict[str, Sequence], *, from_zero=True, **changes) -> dict:
    """Lines over time.

    A None in a series is a gap, not a zero. ``xaxis={"type": "date"}`` for ISO days in ``x``.
    """
    traces = []
    for index, (name, values) in enumerate(series.items()):
        look = {
            "line": {"color": COLOURS[index % len(COLOURS)], "width": 2.2},
            "marker": {"size": 7, "symbol": index},
        }
        points = {
            "type": "scatter",
            "mode": "lines+markers",
            "x": list(x),
            "y": list(values),
            "connectgaps": False,
        }
        traces.append(points | look | {"name": name})
    own = {
        "showlegend": len(series) > 1,
        "yaxis": {"rangemode": "tozero" if from_zero else "normal"},
    }
    days = changes.get("xaxis", {}).get("type") == "date"
    own["xaxis"] = _day_axis(x) if days else _category_axis(x)
    return figure(*traces, **_over(own, changes))


def intervals(
    labels: Sequence[str],
    points: Sequence[float | None],
    bounds: Sequence[tuple[float, float] | None],
    *,
    reference: float | None = None,
    **changes,
) -> dict:
    """Estimates with their (low, high), first on top.

    Unknown ones stay empty. ``reference`` is a dotted line.
    """
    known = [i for i, point in enumerate(points) if point is not None and bounds[i] is not None]
    reach = {
        "type": "data",
        "symmetric": False,
        "array": [bounds[i][1] - points[i] for i in known],
        "arrayminus": [points[i] - bounds[i][0] for i in known],
        "color": SECOND,
        "thickness": 2,
        "width": 6,
    }
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [points[i] for i in known],
        "y": [labels[i] for i in known],
        "marker": {"color": SECOND, "size": 11},
        "error_x": reach,
    }
    line = {"color": "--accent", "width": 1.5, "dash": "dot"}
    mark = {
        "type": "line",
        "x0": reference,
        "x1": reference,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
    }
    order = {"type": "category", "categoryorder": "array", "categoryarray": list(labels)}
    own = {
        "showlegend": False,
        "shapes": [] if reference is None else [mark],
        "xaxis": {"showgrid": True},
        "yaxis": order
        | {"range": [len(labels) - 0.5, -0.5], "showgrid": False, "rangemode": "normal"},
        "height": 80 + 44 * len(labels),
    }
    return figure(trace, **_over(own, changes))
