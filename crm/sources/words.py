"""What is recorded, in sentences."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.numbers import number
from crm.sources.board import AWAITED, BEFORE, Board, BoardLine, MonthCell
from crm.sources.days import Coverage, Recorded
from crm.sources.expected import Expected
from crm.sources.models import DataSource

#: So many gaps are named with their days; the others are counted.
NAMED = 3


def days_in_words(first: date, last: date) -> str:
    """ "12 October – 21 October 2026", one day, or a whole month by its name."""
    if first == last:
        return date_format(first)
    is_month = first.day == 1 and first.month == last.month and first.year == last.year
    if is_month and (last.toordinal() + 1) == _next_month(first).toordinal():
        return date_format(first, "YEAR_MONTH_FORMAT")
    return _("%(first)s – %(last)s") % {"first": date_format(first), "last": date_format(last)}


def _next_month(first: date) -> date:
    if first.month == 12:
        return date(first.year + 1, 1, 1)
    return first.replace(month=first.month + 1)


def gaps_in_words(coverage: Coverage) -> str:
    """The days that are not wholly recorded; empty where all are."""
    gaps = coverage.missing
    if not gaps:
        return ""
    named = _(", ").join(days_in_words(first, last) for first, last in gaps[:NAMED])
    others = len(gaps) - NAMED
    if others <= 0:
        return named
    return ngettext("%(named)s and %(n)s time more", "%(named)s and %(n)s times more", others) % {
        "named": named,
        "n": number(others),
    }


def resting_on(what: str, coverage: Coverage) -> str:
    """The line under a figure of ``what``: nothing where all its days are recorded."""
    if coverage.is_whole:
        return ""
    if coverage.is_none:
        return _("%(what)s: not recorded in this time.") % {"what": what}
    return _("%(what)s: not recorded wholly on %(days)s.") % {
        "what": what,
        "days": gaps_in_words(coverage),
    }


def state_in_words(state: str) -> str:
    return {
        Recorded.FULL: _("recorded"),
        Recorded.PART: _("recorded in part"),
        Recorded.NONE: _("missing"),
        Recorded.CLOSED: _("closed"),
        AWAITED: _("still to come"),
        BEFORE: _("not there yet"),
    }[state]


def cell_in_words(cell: MonthCell) -> str:
    """A month of a line for those who do not see the bars."""
    month = date_format(cell.month, "YEAR_MONTH_FORMAT")
    said = []
    for stretch in cell.stretches:
        said.append(
            _("%(first)s–%(last)s %(state)s")
            % {
                "first": stretch.x + 1,
                "last": stretch.x + stretch.width,
                "state": state_in_words(stretch.state),
            }
        )
    return _("%(month)s: %(days)s") % {"month": month, "days": _(", ").join(said)}


def expected_in_words(expected: Expected, today: date) -> str:
    """When the next file comes, or since when it has been missed."""
    if not expected.is_late(today):
        return date_format(expected.due)
    days = expected.days_late(today)
    return ngettext("late by one day", "late by %(n)s days", days) % {"n": number(days)}


def missing_file(expected: Expected) -> str:
    """ "Gate east: October 2026"."""
    return _("%(source)s: %(days)s") % {
        "source": expected.source.name,
        "days": days_in_words(expected.first, expected.last),
    }


# --- the page -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CellShown:
    """A month as it is drawn, and in words."""

    cell: MonthCell
    words: str


@dataclass(frozen=True)
class LineShown:
    """A line of the board with its words. ``beside``: the place, or the whole library."""

    line: BoardLine
    beside: str
    cells: list[CellShown]
    due: str
    is_late: bool


def lines_shown(board: Board) -> list[LineShown]:
    """All lines of the page in words of the current language."""
    found = []
    for line in board.lines:
        due, is_late = _("whenever"), False
        if line.expected:
            due = expected_in_words(line.expected, board.today)
            is_late = line.expected.is_late(board.today)
        cells = [CellShown(cell, cell_in_words(cell)) for cell in line.cells]
        beside = str(line.place or _("whole library"))
        found.append(LineShown(line, beside, cells, due, is_late))
    return found


@dataclass(frozen=True)
class FileAwaited:
    """A file that is to come. ``places``: those it should tell of."""

    source: DataSource
    what: str
    places: str
    due: str
    is_late: bool


def files_awaited(board: Board) -> list[FileAwaited]:
    """Files that are to come, the most urgent first."""
    found = []
    for expected, lines in board.awaited:
        places = " · ".join(str(line.place) for line in lines if line.place)
        found.append(
            FileAwaited(
                source=expected.source,
                what=missing_file(expected),
                places=places,
                due=expected_in_words(expected, board.today),
                is_late=expected.is_late(board.today),
            )
        )
    return found


def heads(months: list[date]) -> list[tuple[str, str]]:
    """(brief, whole) name of each month; the year stands where it begins."""
    found = []
    for month in months:
        brief = f"{month:%m}"
        if month in (months[0], date(month.year, 1, 1)):
            brief = f"{month:%Y-%m}"
        found.append((brief, date_format(month, "YEAR_MONTH_FORMAT")))
    return found


def lead(board: Board) -> str:
    """What the page says first."""
    if not board.lines:
        return _("No file has told of any day yet, so nothing can be counted.")
    if not board.late:
        return _("What is missing is neither zero nor estimated; closed days are no gap.")
    return ngettext(
        "One file has not come. What is missing is neither zero nor estimated.",
        "%(n)s files have not come. What is missing is neither zero nor estimated.",
        board.late,
    ) % {"n": number(board.late)}
