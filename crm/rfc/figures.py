"""The map: readers by recency and frequency, as its viewer may be told.

Who may open every reader, or those of their campus, is told the number of those; nobody else is
told more than tens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from core.disclosure import Count, CountTable, CrossedTable, Missing
from crm.readers.models import Reader
from crm.readers.queries import ACTIVE
from crm.readers.scopes import NOBODY, campus_of, scope_of
from crm.rfc.models import BRACKET_NUMBERS, BRACKETS, ScoreRun
from crm.rfc.placing import count_waiting
from crm.rfc.words import bracket_words
from crm.staff.models import User

#: Readers by cell, and in no cell those without a score.
CELLS = f"""
SELECT s.recency, s.frequency, count(*)
FROM crm_reader r
LEFT JOIN crm_score s ON s.reader_id = r.id
WHERE {ACTIVE} AND r.analytics
  AND (%(campus)s::integer IS NULL OR r.campus_id = %(campus)s::integer)
  AND (%(contribution)s::integer IS NULL OR s.contribution = %(contribution)s::integer)
GROUP BY 1, 2
"""
#: Steps of shade of a cell, from none to the fullest one.
SHADES = 4
#: The list of readers says "in no cell" by this in place of a cell.
NOTHING = "none"

Numbers = dict[tuple[int | None, int | None], int]


@dataclass(frozen=True)
class MapCell:
    """Some readers: how many, how full it is drawn, and where the list of them is ("" for who may
    not open it).
    """

    recency: int
    frequency: int
    count: Count
    shade: int
    url: str


@dataclass(frozen=True)
class MapRow:
    """One bracket of recency, what it means, its cells by frequency, and their sum."""

    recency: int
    words: str
    cells: list[MapCell]
    total: Count | None


@dataclass(frozen=True)
class MapHead:
    """One bracket of frequency, what it means, and the sum of its column."""

    frequency: int
    words: str
    total: Count | None


@dataclass(frozen=True)
class Map:
    """The best row and the best column stand first.

    ``silent``: current readers who are in no cell, ``waiting`` those of them who are not computed
    yet; of the others nothing is recorded. None where only one bracket of contribution is looked
    at.
    """

    heads: list[MapHead]
    rows: list[MapRow]
    total: Count
    silent: Count | None
    waiting: Count | None
    silent_url: str
    opens: bool


#: Both axes run from the best bracket to the last one.
ORDER = tuple(reversed(BRACKET_NUMBERS))


def map_for(viewer: User, run: ScoreRun, contribution: int | None = None) -> Map:
    """The map of those whom ``viewer`` may open, perhaps of one bracket of contribution alone. Who
    may open them is told exactly; who may open nobody is told all readers in tens.
    """
    scope = scope_of(viewer)
    numbers = count_cells(campus_of(scope), contribution)
    grid = [[numbers.get((recency, frequency), 0) for frequency in ORDER] for recency in ORDER]
    if scope == NOBODY:
        return _map_in_tens(grid, run)

    table = CountTable.of(grid, exact=True)
    silent = waiting = None
    if contribution is None:
        silent = Count.exact(numbers.get((None, None), 0))
        waiting = Count.exact(count_waiting(run, campus_of(scope)))
    return Map(
        heads=_heads(run, table.column_totals),
        rows=_rows(run, table.rows, table.row_totals, contribution, opens=True),
        total=Count.exact(sum(map(sum, grid))),
        silent=silent,
        waiting=waiting,
        silent_url=list_of(cell=NOTHING),
        opens=True,
    )


def count_cells(campus: int | None, contribution: int | None) -> Numbers:
    """{(recency, frequency): readers}; (None, None) are those without a score. A cell without
    anybody has no entry. Exact; in one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"campus": campus, "contribution": contribution})
        return {(recency, frequency): n for recency, frequency, n in cursor.fetchall()}


def _map_in_tens(grid: list[list[int]], run: ScoreRun) -> Map:
    """For who may open nobody: cells in tens, no sums, no way to a list. How many have no score is
    not told either.
    """
    withheld = [None] * BRACKETS
    table = CrossedTable.of(grid)
    return Map(
        heads=_heads(run, withheld),
        rows=_rows(run, table.rows, withheld, None, opens=False),
        total=Count.without(Missing.WITHHELD),
        silent=None,
        waiting=None,
        silent_url="",
        opens=False,
    )


def _heads(run: ScoreRun, totals: Sequence[Count | None]) -> list[MapHead]:
    """A head for each bracket of frequency, the best first, with the sum of its column. ``totals``
    are in this order; None where no sum may be told.
    """
    heads = []
    for frequency, total in zip(ORDER, totals, strict=True):
        heads.append(MapHead(frequency, bracket_words("frequency", run, frequency), total))
    return heads


def _rows(run: ScoreRun, table, totals, contribution: int | None, *, opens: bool) -> list[MapRow]:
    """A row for each bracket of recency, the best first; with ``opens`` each cell has the address
    of its list, else "". ``table`` and ``totals`` are in this order; shades are by the fullest
    cell.
    """
    fullest = max(count.place for count in chain.from_iterable(table))
    rows = []
    for recency, counts, total in zip(ORDER, table, totals, strict=True):
        cells = []
        for frequency, count in zip(ORDER, counts, strict=True):
            url = ""
            if opens:
                url = list_of(cell=f"{recency}-{frequency}", contribution=contribution)
            cells.append(MapCell(recency, frequency, count, shade_of(count, fullest), url))
        rows.append(MapRow(recency, bracket_words("recency", run, recency), cells, total))
    return rows


def shade_of(count: Count, fullest: int) -> int:
    """From 0 to SHADES, by what everybody may be told: a withheld cell is as pale as an empty one.

    By the root: most readers stand in few cells, and the others would all be white.
    """
    number = count.public_number
    if not number or fullest <= 0:
        return 0
    return max(1, round(SHADES * (number / fullest) ** 0.5))


def list_of(*, cell: str, contribution: int | None = None) -> str:
    """Address of the list of the current readers behind a cell, perhaps of one bracket of
    contribution alone. ``cell``: recency and frequency as "5-3", or NOTHING for those in no
    cell.
    """
    asked = {"cell": cell, "state": str(Reader.State.ACTIVE)}
    if contribution is not None:
        asked["contribution"] = str(contribution)
    return f"{reverse('crm:reader-list')}?{urlencode(asked)}"
