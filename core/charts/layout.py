"""What all charts look alike in: the common layout, its colours and its axes.

Colours are token names ("--chart-1") whose values static/js/chart.js reads: one figure serves
light, dark and print.
"""

from collections.abc import Callable, Sequence

from django.utils.dates import MONTHS_3

from core.charts.said import month_of
from core.disclosure import Missing
from core.localised import is_chinese

#: What looks at every figure that is made: ``core.charts.checking`` in tests, nothing on pages.
CHECKS: list[Callable[[dict], None]] = []

#: The mark that is ours or the newest, and all others.
OURS, OTHERS = "--accent", "--chart-1"

#: Six steps that stay apart for colour-blind eyes; the same order in light, dark and print.
COLOURS = ("--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6")
FEW_POINTS = 8
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


def over(base: dict, changes: dict) -> dict:
    """``changes`` laid over ``base``, dicts merged one level deep.

    Neither of the two is changed. A key of ``changes`` wins; a list is replaced, not added to.
    """
    merged = dict(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merged[key] = base[key] | value
        else:
            merged[key] = value
    return merged


#: What all charts have in common.
BASE = {
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


def layout(**changes) -> dict:
    """The common layout with ``changes`` laid over it."""
    return over(BASE, changes)


def figure(*traces, **changes) -> dict:
    """Plotly JSON of ``traces`` (dicts with ``type``) in the common layout.

    Raises whatever one of ``CHECKS`` raises of it.
    """
    drawn = {"data": list(traces), "layout": layout(**changes)}
    for check in CHECKS:
        check(drawn)
    return drawn


# --- axes -----------------------------------------------------------------------------------------
def category_axis(labels: Sequence) -> dict:
    """Labels as they are.

    Months ("2026-10") short and level, with the year under the first and under January.
    """
    axis = {"type": "category"}
    months = list(map(month_of, labels))
    are_months = bool(months) and None not in months
    if not are_months:
        return axis

    texts = []
    for place, first_day in enumerate(months):
        name = _month_name(first_day.month)
        year_begins = place == 0 or first_day.month == 1
        if year_begins:
            name = f"{name}<br>{first_day.year:04}"
        texts.append(name)
    return axis | {"tickvals": list(labels), "ticktext": texts, "tickangle": 0}


def _month_name(month: int) -> str:
    """A month, 1 to 12, in short in the present language."""
    if is_chinese():
        return f"{month}月"
    return MONTHS_3[month].title()


def day_axis(days: Sequence) -> dict:
    """An axis of days, few of them labelled one by one."""
    axis = {"type": "date", "tickformat": "%Y-%m-%d"}
    # Between a few days Plotly would print milliseconds.
    if len(days) <= FEW_POINTS:
        return axis | {"tickvals": list(days)}
    return axis | {"nticks": FEW_POINTS}


# --- what is not drawn ----------------------------------------------------------------------------
def signs(hidden: Sequence[bool], labels: Sequence, place_of) -> list[dict]:
    """The sign of a withheld number wherever a mark is not drawn for it.

    Plotly's annotations, one for each label whose ``hidden`` is true; ``place_of(label)`` says
    where. ValueError where the two are not equally long.
    """
    found = []
    for label, is_hidden in zip(labels, hidden, strict=True):
        if is_hidden:
            found.append(sign(place_of(label)))
    return found


def sign(place: dict) -> dict:
    """The one sign of all withheld numbers, at a place of the plot."""
    words = str(Missing.WITHHELD)
    return {"text": words, "showarrow": False, "font": {"size": 12, "color": "--muted"}} | place


def beside(label) -> dict:
    """Where a bar that lies would begin.

    A part of a Plotly annotation: at zero, six pixels to the right.
    """
    return {"x": 0, "y": label, "xanchor": "left", "xshift": 6}


def upright(label) -> dict:
    """Where a bar that stands would begin; months leave no room for words that lie.

    A part of a Plotly annotation: at zero, four pixels up, turned to read upwards.
    """
    return {"x": label, "y": 0, "yanchor": "bottom", "yshift": 4, "textangle": -90}


def height_of_rows(rows: Sequence) -> int:
    """Pixels of a chart with one row for each of ``rows``.

    80 for the axis and its labels and 44 for each row, so that bars of long and short lists are
    equally thick.
    """
    return 80 + 44 * len(rows)
