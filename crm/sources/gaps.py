"""What is missing in one month of one source at one place, and what rests on it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from django.conf import settings
from django.utils.module_loading import import_string

from core.listing import whole_number
from crm.sources.board import Board, BoardLine, MonthCell
from crm.sources.days import Recorded
from crm.sources.models import DataSource
from crm.sources.periods import written_runs
from crm.sources.states import MISSING
from crm.staff.models import Campus, User


@dataclass(frozen=True)
class Gap:
    """A month of a line of the board that somebody looks at.

    ``runs``: first and last day of each run of days that are missing or recorded in part, and
    ``missing`` of those that are missing alone; there is none where all is recorded.
    """

    line: BoardLine
    cell: MonthCell
    runs: list[tuple[date, date]]
    missing: list[tuple[date, date]]

    @property
    def source(self) -> DataSource:
        """The source of which something is missing."""
        return self.line.source

    @property
    def place(self) -> Campus | None:
        """The campus it is missing of; None for the whole library."""
        return self.line.place

    @property
    def month(self) -> date:
        """Its first day."""
        return self.cell.month

    @property
    def first(self) -> date:
        """The first missing day, or the first of the month where none is missing."""
        if self.runs:
            return self.runs[0][0]
        return self.month

    @property
    def last(self) -> date:
        """The last missing day, or the last of the month where none is missing."""
        if self.runs:
            return self.runs[-1][1]
        return self.month + timedelta(days=self.cell.days - 1)

    @property
    def open_runs(self) -> list[tuple[date, date]]:
        """The runs that a person settles by saying what happened: the missing ones, and those in
        part only where none is missing.
        """
        return self.missing or self.runs

    @property
    def runs_written(self) -> str:
        """``open_runs`` as a form sends them (``written_runs``)."""
        return written_runs(self.open_runs)

    def counts(self, kinds: Iterable[str]) -> bool:
        """Whether the source tells of one of ``kinds`` (Activity.Kind, or their codes) what readers
        did; by what it keeps without names nothing is known of any reader.
        """
        return self.source.named and bool(set(self.source.kinds) & set(map(str, kinds)))

    def tells(self, codes: Iterable[str]) -> bool:
        """Whether the source tells of one of ``codes``, kinds of activity or what is counted, be it
        of readers or of whomever.
        """
        return bool(set(self.source.tells) & set(map(str, codes)))


@dataclass(frozen=True)
class Resting:
    """A figure that rests on days of a source: what it says now, and what once they are there.

    ``touched`` is False for what does not change, which is said so that nobody has to wonder.
    """

    name: str
    url: str
    now: str
    after: str
    touched: bool = True


#: (gap, who looks) → the figures of one room.
FindResting = Callable[[Gap, User], Iterable[Resting]]


def resting_on_gap(gap: Gap, user: User) -> list[Resting]:
    """The figures that ``user`` may see and that rest on the days of ``gap``, the touched first.
    Asks each room that settings name in RESTS_ON_RECORDS.
    """
    found: list[Resting] = []
    for name in settings.RESTS_ON_RECORDS:
        find: FindResting = import_string(name)
        found.extend(find(gap, user))
    return sorted(found, key=attrgetter("touched"), reverse=True)


def gap_asked(board: Board, asked: dict[str, str]) -> Gap | None:
    """The month that an address names by ``source`` and ``place`` (keys) and ``month`` (2026-10);
    else the newest with a gap. None where nothing is missing and nothing was asked for that is on
    the board.
    """
    line = board.line_of(whole_number(asked.get("source", ""), 0), place_asked(asked))
    cell = line and line.cell_of(month_asked(asked))
    if cell is not None:
        return gap_of(line, cell)
    return next(newest_gaps(board), None)


def place_asked(asked: dict[str, str]) -> int | None:
    """Key of the campus that an address names; None for the whole library, and for what is no
    number.
    """
    return whole_number(asked.get("place", ""), 0) or None


def month_asked(asked: dict[str, str]) -> date | None:
    """First day of the month that an address names, as 2026-10; None for what is no month."""
    try:
        return date.fromisoformat(f"{asked.get('month', '')}-01")
    except ValueError:
        return None


def newest_gaps(board: Board) -> Iterator[Gap]:
    """Months that lack something, the newest first, and of one month in the order of the board."""
    for month in reversed(board.months):
        for line in board.lines:
            cell = line.cell_of(month)
            if cell is not None and cell.lacking:
                yield gap_of(line, cell)


def gap_of(line: BoardLine, cell: MonthCell) -> Gap:
    """One month of a line with what is missing of it; all may be there."""
    lacking = runs_in(cell, MISSING | {Recorded.PART})
    return Gap(line, cell, lacking, runs_in(cell, MISSING))


def runs_in(cell: MonthCell, states: set[str]) -> list[tuple[date, date]]:
    """First and last day of each run of days of the month that are in one of ``states``, of which
    neighbours are one run.
    """
    found: list[tuple[date, date]] = []
    for stretch in cell.stretches:
        if stretch.state not in states:
            continue
        first = cell.month + timedelta(days=stretch.x)
        last = first + timedelta(days=stretch.width - 1)
        if found and found[-1][1] + timedelta(days=1) == first:
            first = found.pop()[0]
        found.append((first, last))
    return found
