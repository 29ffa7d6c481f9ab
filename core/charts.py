"""Charts: a Plotly figure with its caption, n and date, and the same numbers as table and CSV."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from urllib.parse import quote

from django.utils.formats import localize
from django.utils.timezone import template_localtime
from django.utils.translation import gettext as _

from core.chart_layout import (
    beside,
    category_axis,
    colour_of,
    figure,
    height_of_rows,
    over,
    signs,
    upright,
)
from core.disclosure import Count, Missing
from core.exporting import csv_text, is_number
from core.numbers import missing, plain

OURS, SECOND = "--accent", "--chart-1"
#: Stands across a capped bar at this share of its length.
BREAK_MARK = {
    "text": "//",
    "showarrow": False,
    "font": {"size": 26, "weight": 800, "color": "--surface"},
}
BREAK_AT = 0.94


def _is_mark(value) -> bool:
    """Whether a value of a trace is drawn; a bar of nothing is not, a row of a grid always is."""
    if isinstance(value, list | tuple):
        return True
    return isinstance(value, int | float) and value != 0


@dataclass(frozen=True)
class Chart:
    """What ``_chart.html`` needs.

    ``figure`` is Plotly JSON as a dict, ``n`` the number of persons or rows behind it, ``rows`` the
    table twin in the order of ``columns``; None in a cell is printed as "not measured". Numbers of
    persons are ``Count``s, in ``n`` and in ``rows``: a chart is protected whoever looks at it.
    ``numeric`` are the places of the columns that hold numbers, which are set to the right.
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
        """Work out which columns hold numbers, and protect ``n`` from being shown exactly."""
        # The class is frozen, so that what is worked out here is set past it.
        object.__setattr__(self, "numeric", _numeric_places(self.rows, len(self.columns)))
        object.__setattr__(self, "n", _protected(self.n))

    @cached_property
    def hides_some(self) -> bool:
        """Whether a number of persons in it is counted and not told.

        As everybody may be told it: a viewer's own exact numbers do not count here.
        """
        for cell in chain.from_iterable(self.rows):
            if isinstance(cell, Count) and cell.protected().is_withheld:
                return True
        return False

    @cached_property
    def is_drawn(self) -> bool:
        """Whether the plot has a mark: an empty frame with axes says less than a line of words.

        Always true where nothing is hidden: then a chart without marks says that all numbers are
        zero.
        """
        if not self.hides_some:
            return True
        for trace in self.figure.get("data", ()):
            for axis in ("x", "y", "z"):
                if any(map(_is_mark, trace.get(axis) or ())):
                    return True
        return False

    @property
    def notes(self) -> list[str]:
        """What stands below the plot: what the sign in it means, and the chart's own note."""
        notes = []
        if self.hides_some:
            said = _(
                "“%(sign)s”: fewer than five persons, or a number from which so few would follow"
            )
            notes.append(said % {"sign": Missing.WITHHELD})
        if self.note:
            notes.append(self.note)
        return notes

    @property
    def facts(self) -> list[str]:
        """What is said below the plot, one fact each.

        The caption, the number behind it where it may be shown, the day or moment as of which it
        holds, and then every note.
        """
        facts = [self.caption]
        if self.n is not None and self.n.is_shown:
            facts.append(f"n={self.n}")
        if self.as_of:
            facts.append(_("as of %(day)s") % {"day": localize(template_localtime(self.as_of))})
        return facts + self.notes

    @property
    def spoken(self) -> str:
        """What the plot is to somebody who does not see it.

        The caption and then every note, with dots between: the label of the plot for a screen
        reader.
        """
        return " · ".join([self.caption, *self.notes])

    @property
    def script_id(self) -> str:
        """The id of the element that holds the figure's data as JSON."""
        return f"figure-{self.id}"

    @cached_property
    def cells(self) -> list[list[str]]:
        """The table twin as text.

        One list for each row, its cells as ``cell_text`` says them: absent numbers in words.
        """
        table = []
        for row in self.rows:
            table.append(list(map(cell_text, row)))
        return table

    @property
    def table(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """The table twin by row: what it is called, and its cells with whether each is a number."""
        rows = []
        for head, *rest in self.cells:
            rows.append(
                (head, [(text, place in self.numeric) for place, text in enumerate(rest, 1)])
            )
        return rows

    @cached_property
    def csv(self) -> str:
        """The table twin as CSV with a byte order mark.

        A line of heads, then the rows. Cells are defused, and counts are written as everybody may
        be told (``core.exporting``).
        """
        return csv_text([self.columns, *self.rows])

    @property
    def csv_url(self) -> str:
        """The CSV inside the page: the download asks no server, so it is of the same numbers.

        A ``data:`` address, quoted whole.
        """
        return "data:text/csv;charset=utf-8," + quote(self.csv)


def _numeric_places(rows: Sequence[Sequence], columns: int) -> frozenset[int]:
    """Places of the columns in which a number stands, be it in one row."""
    numeric = set()
    for row in rows:
        for place, cell in enumerate(row[:columns]):
            if isinstance(cell, int | float | Count):
                numeric.add(place)

    # The first column names the row, even where the name is a year.
    numeric.discard(0)
    return frozenset(numeric)


def _protected(n: int | Count | None) -> Count | None:
    """How many a chart rests on, as everybody may be told; None where it does not say."""
    if n is None:
        return None
    if not isinstance(n, Count):
        n = Count.of(n)
    return n.protected()


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


def are_withheld(counts: Iterable[Count]) -> list[bool]:
    """Which of the counts a bar stands for that is not drawn: the plot says so in its place.

    One for each count, in their order; a count that nobody made is absent and not withheld.
    """
    return [one.protected().is_withheld for one in counts]


def all_withheld(*series: Sequence[Count]) -> list[bool]:
    """By place whether nothing is drawn there because every series is withheld."""
    columns = zip(*map(are_withheld, series), strict=True)
    return list(map(all, columns))


def cell_text(value) -> str:
    """One table cell: numbers with separators, absent ones as "not measured".

    A count as everybody may be told, a number with at most two decimals, anything else as it prints
    itself.
    """
    if value is None:
        return missing(value)
    if isinstance(value, Count):
        return str(value.protected())
    if is_number(value):
        return plain(value, decimals=2)
    return str(value)


# --- bars -----------------------------------------------------------------------------------------
def bars(
    labels: Sequence,
    series: dict[str, Sequence],
    *,
    last=False,
    stacked=False,
    hidden: Sequence[bool] = (),
    **changes,
) -> dict:
    """Vertical bars from zero; ``series`` are the values by name, one for each label.

    ``last`` paints the newest bar of a single series in the accent colour. ``hidden``: at which
    labels nothing is drawn because it may not be told.
    """
    marks_newest = last and len(series) == 1
    traces = []
    for place, (name, values) in enumerate(series.items()):
        colour = colour_of(place)
        if marks_newest and values:
            older = len(values) - 1
            colour = [colour] * older + [OURS]
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": list(labels),
                "y": list(values),
                "marker": {"color": colour},
            }
        )
    barmode = "group"
    if stacked:
        barmode = "stack"
    own = {
        "barmode": barmode,
        "showlegend": len(series) > 1,
        "annotations": signs(hidden, labels, upright),
        "xaxis": category_axis(labels),
    }
    return figure(*traces, **over(own, changes))


def flat_bars(
    labels: Sequence[str],
    values: Sequence,
    *,
    capped: Sequence[bool] = (),
    hidden: Sequence[bool] = (),
    **changes,
) -> dict:
    """Horizontal bars, first label on top.

    A capped value is hatched, broken before its end and says "≥": the true one is larger. A hidden
    one may not be told: its words stand where the bar would begin.
    """
    caps = list(capped) or [False] * len(values)
    texts, shapes, breaks = [], [], []
    for label, value, is_capped in zip(labels, values, caps, strict=True):
        texts.append(_bar_text(value, is_capped))
        if not is_capped:
            shapes.append("")
            continue

        shapes.append("/")
        if value is not None:
            breaks.append(BREAK_MARK | {"x": value * BREAK_AT, "y": label})

    bar = {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(labels),
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "y+text",
        "marker": {
            "color": SECOND,
            "pattern": {"shape": shapes, "fillmode": "overlay", "solidity": 0.2},
        },
    }
    own = {
        "showlegend": False,
        "annotations": [*breaks, *signs(hidden, labels, beside)],
        "xaxis": {"showgrid": True, "zeroline": True, "rangemode": "tozero"},
        "yaxis": {
            "autorange": "reversed",
            "showgrid": False,
            "type": "category",
            # Bars that are not drawn keep their line.
            "categoryorder": "array",
            "categoryarray": list(labels),
        },
        "margin": {"l": 8, "r": 64, "t": 8, "b": 8},
        "height": height_of_rows(values),
    }
    return figure(bar, **over(own, changes))


def _bar_text(value, is_capped: bool) -> str:
    """What stands behind a bar; nothing where nothing was measured."""
    if value is None:
        return ""
    if is_capped:
        return f"≥ {cell_text(value)}"
    return cell_text(value)
