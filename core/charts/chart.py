"""A chart: a figure with its caption, n and date, and the same numbers as table and as files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from urllib.parse import quote

from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import template_localtime
from django.utils.translation import gettext as _

from core.charts.counts import cell_text
from core.charts.drawing import ChartDrawing, draw
from core.charts.reading import MarkedSeries, read
from core.charts.small import draw_small
from core.charts.svg import written
from core.disclosure import Count, Missing
from core.exporting import csv_text


@dataclass(frozen=True)
class Chart:
    """What ``components/chart.html`` needs.

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
    def has_gaps(self) -> bool:
        """Whether it is empty somewhere over time, since nothing was measured then."""
        return any(series.has_gaps for series in self._series)

    @cached_property
    def is_drawn(self) -> bool:
        """Whether the plot has a mark: an empty frame with axes says less than a line of words.

        Zeros are marks unless a number is hidden beside them: then they alone say too little.
        """
        values = list(chain.from_iterable(series.values for series in self._series))
        if self.hides_some:
            return any(values)
        return any(value is not None for value in values)

    @property
    def why_empty(self) -> str:
        """What stands in place of a plot that has no mark."""
        if self.hides_some:
            return _("Every number here is too small to be shown, so there is nothing to draw.")
        return _("Nothing has been measured here yet, so there is nothing to draw.")

    @cached_property
    def _series(self) -> list[MarkedSeries]:
        """The series of the figure, read once for all that is drawn and said of them."""
        return read(self.figure)

    @cached_property
    def drawing(self) -> ChartDrawing | None:
        """The plot as the server draws it; None where it has no mark."""
        if not self.is_drawn:
            return None
        return draw(self.figure, self._series, self.spoken)

    @property
    def svg(self) -> SafeString:
        """The drawing for the page; every text in it is escaped by the writer of XML."""
        return mark_safe(written(self.drawing.root))

    @property
    def small_svg(self) -> SafeString:
        """The first series without axes and numbers, for a place beside words."""
        return mark_safe(written(draw_small(self.figure, self._series[0], self.spoken)))

    @property
    def notes(self) -> list[str]:
        """What stands below the plot: what its signs and gaps mean, and the chart's own note."""
        notes = []
        words = {"withheld": Missing.WITHHELD, "missing": Missing.NOT_MEASURED}
        if self.has_gaps:
            said = _(
                "“%(withheld)s”: fewer than five persons, or a number from which so few would "
                "follow; a gap: %(missing)s, or not on all days"
            )
            notes.append(said % words)
        elif self.hides_some:
            said = _(
                "“%(withheld)s”: fewer than five persons, or a number from which so few would "
                "follow"
            )
            notes.append(said % words)
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
    def looks(self) -> list[str]:
        """The class of the cells of each column.

        "n" for a column of numbers, which stand at its right edge; "" for one of words.
        """
        looks = [""] * len(self.columns)
        for place in self.numeric:
            looks[place] = "n"
        return looks

    @property
    def heads(self) -> list[tuple[str, str]]:
        """The head of each column of the table twin, with the class of its cells.

        In the order of the columns, the one that names the rows first.
        """
        return list(zip(self.columns, self.looks, strict=True))

    @property
    def table(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The table twin by row: what it is called, and its cells with the class of each.

        What a row is called stands in the first column, which has no class here.
        """
        looks = self.looks[1:]
        return [(head, list(zip(rest, looks, strict=True))) for head, *rest in self.cells]

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
