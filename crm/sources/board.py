"""The page "What is recorded": sources and places down, months across, and what is to come."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Max

from core.columns import key_of
from crm.sources.coverage import shut_between, told_by_all
from crm.sources.days import Recorded, Shut, Told, days_of, places_of, runs
from crm.sources.expected import Expected, next_expected
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.months import MONTH, Column, columns_up_to
from crm.sources.states import BEFORE, MISSING, days_lacking, open_until, states_of_days
from crm.staff.models import Campus


@dataclass(frozen=True)
class BarRun:
    """A run of days of one state, as it is drawn: from day ``x`` of the month, ``width`` days."""

    state: str
    x: int
    width: int


@dataclass(frozen=True)
class MonthCell:
    """One month, or another column, of one source at one place; ``month`` is its first day.
    ``missing``: days that should be there and are not; ``part``: days that are told in part.
    """

    month: date
    days: int
    stretches: tuple[BarRun, ...]
    missing: int
    part: int

    @property
    def lacking(self) -> int:
        """Days of which a figure lacks something: those that are missing, and those in part."""
        return self.missing + self.part

    @property
    def key(self) -> str:
        """The month as an address names it: "2026-10"."""
        return f"{self.month:%Y-%m}"

    @property
    def only(self) -> str:
        """The state of all days of the month, "" where they differ."""
        if len(self.stretches) > 1:
            return ""
        return self.stretches[0].state

    @property
    def is_before(self) -> bool:
        """Whether the source had told of the place on no day of the month or earlier."""
        return self.only == BEFORE

    @property
    def mondays(self) -> list[int]:
        """Where a week begins: days since the first of the month, at which it is 0, without the
        first itself.
        """
        return [day for day in range(1, self.days) if not (self.month.weekday() + day) % 7]


@dataclass(frozen=True)
class BoardLine:
    """One source at one place; ``place`` is None for the whole library.

    ``last``: the last day that is told of. ``gaps``: first and last day of each run before it of
    which a file is missing.
    """

    source: DataSource
    place: Campus | None
    cells: list[MonthCell]
    expected: Expected | None
    last: date
    gaps: list[tuple[date, date]]

    @property
    def key_of_place(self) -> int | None:
        """Key of the campus; None for the whole library."""
        return key_of(self.place)

    @property
    def name_of_place(self) -> str:
        """Name of the campus; "" for the whole library, which so stands before the others."""
        return str(self.place or "")

    @property
    def lacks_something(self) -> bool:
        """Whether days are missing of one of the months or other columns that are shown, or told
        in part.
        """
        return any(map(attrgetter("lacking"), self.cells))

    def is_late(self, today: date) -> bool:
        """Whether its next file has not come in time; False where no file is expected."""
        return self.expected is not None and self.expected.is_late(today)

    def cell_of(self, month: date) -> MonthCell | None:
        """The cell of a month by its first day; None for one that is not shown, and for None."""
        return next((cell for cell in self.cells if cell.month == month), None)


@dataclass(frozen=True)
class Board:
    """``months``: first days, the oldest first. ``awaited``: by the day from which each is missed.

    ``silent``: sources of which no file has come yet, but none of those whose files were all taken
    back. ``came``: when a file of a source came last, by the key of the source; of what came before
    that was kept nothing is known.
    """

    today: date
    months: list[date]
    lines: list[BoardLine]
    silent: list[DataSource]
    came: dict[int, datetime]

    @property
    def awaited(self) -> list[tuple[Expected, list[BoardLine]]]:
        """Files that are to come, the most urgent first, each with the lines of the places it is
        about. A file that several places wait for stands there once.
        """
        found: dict[tuple, tuple[Expected, list[BoardLine]]] = {}
        for line in self.lines:
            if line.expected is None:
                continue
            key = (line.source.pk, line.expected.first, line.expected.last)
            found.setdefault(key, (line.expected, []))[1].append(line)
        return sorted(found.values(), key=lambda pair: (pair[0].due, pair[0].source.name))

    @property
    def missing(self) -> list[tuple[DataSource, tuple[date, date], list[BoardLine]]]:
        """Days before the last told ones of which a file is missing: the source, first and last
        day, and the lines of the places; the oldest first.
        """
        found: dict[tuple, tuple[DataSource, tuple[date, date], list[BoardLine]]] = {}
        for line in self.lines:
            for gap in line.gaps:
                found.setdefault((line.source.pk, gap), (line.source, gap, []))[2].append(line)
        return sorted(found.values(), key=lambda one: (one[1], one[0].name))

    @property
    def late(self) -> int:
        """How many files have not come by today: those that are to come next and are late, and
        those of days in between.
        """
        is_late = [expected.is_late(self.today) for expected, _lines in self.awaited]
        return sum(is_late) + len(self.missing)

    def line_of(self, source: int, place: int | None) -> BoardLine | None:
        """The line of a source at a place (None for the whole library), by their keys; None where
        there is no such line.
        """
        for line in self.lines:
            if (line.source.pk, line.key_of_place) == (source, place):
                return line
        return None


def board_on(today: date, by: str = MONTH) -> Board:
    """The board of ``today`` with the last months, weeks or days, the running one among them; its
    lines by the names of source and place. Five statements.
    """
    columns = columns_up_to(today, by)
    sources = DataSource.objects.in_bulk()
    campuses = Campus.objects.in_bulk()
    told = [one.told for one in told_by_all()]
    shut = shut_between(columns[0].first, columns[-1].last)

    lines = []
    silent = {pk: one for pk, one in sources.items() if one.emptied_at is None}
    for pk, at, spans in places_of(told):
        lines.append(line_of(sources[pk], campuses.get(at), spans, shut, columns, today))
        silent.pop(pk, None)
    lines.sort(key=attrgetter("source.name", "name_of_place"))
    months = list(map(attrgetter("first"), columns))
    return Board(today, months, lines, list(silent.values()), last_files())


def last_files() -> dict[int, datetime]:
    """{key of a source: when a file of it came last}. A source is missing there of which no file
    came, or none whose coming was written down. One statement.
    """
    told = CoveredSpan.objects.exclude(state=CoveredSpan.State.LOST).order_by()
    newest = told.filter(told_at__isnull=False).values_list("source").annotate(Max("told_at"))
    return dict(newest)


def line_of(
    source: DataSource,
    place: Campus | None,
    spans: list[Told],
    shut: list[Shut],
    columns: list[Column],
    today: date,
) -> BoardLine:
    """One line of the board: what a source told of a place, by ``spans``, of which there is one at
    least. ``shut``: closed days of all places; ``columns``: the oldest first.
    """
    key = key_of(place)
    told_until = max(map(attrgetter("last"), spans))
    begin, end = columns[0].first, columns[-1].last
    states = states_of_days(source, spans, shut, (begin, end), key, today)
    lacking = days_lacking(source, spans, shut, (begin, told_until), key)
    return BoardLine(
        source=source,
        place=place,
        cells=[cell_of(column, states) for column in columns],
        expected=next_expected(source, open_until(told_until, key, shut)),
        last=told_until,
        gaps=list(runs(lacking, {Recorded.NONE})),
    )


def cell_of(column: Column, states: dict[date, str]) -> MonthCell:
    """The column's days as stretches of one state, in order; ``states`` has each of its days."""
    first, last = column
    stretches: list[BarRun] = []
    for state, days in groupby(days_of(first, last), key=states.get):
        run = list(days)
        stretches.append(BarRun(str(state), (run[0] - first).days, len(run)))
    days_in = Counter()
    for stretch in stretches:
        days_in[stretch.state] += stretch.width
    missing = sum(map(days_in.get, MISSING & set(days_in)))
    part = days_in[Recorded.PART]
    return MonthCell(first, (last - first).days + 1, tuple(stretches), missing, part)
