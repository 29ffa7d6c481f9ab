"""What a whole file of counts tells of its cells, before any row of it is taken."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from crm.imports.date_columns import ColumnOfDates
from crm.imports.dates import in_style
from crm.imports.fields import Refusal
from crm.imports.rows import Row
from crm.tallies.audiences import audience_of_head, labels_of
from crm.tallies.beside import WholeRows
from crm.tallies.cells import says_nothing
from crm.tallies.directions import way_of
from crm.tallies.options import CountOptions
from crm.tallies.plan import MEASURED, Looked
from crm.tallies.short_dates import Meaning, meaning_together
from crm.tallies.spans import DaySpan, are_months, parted, span_of

#: So far from all others lie few rows whose year was mistyped: days, rows, and their share.
FAR, FEW, SHARE = timedelta(days=300), 5, 0.02


def look(
    header: list[str], rows: Iterable[Row], mapping: dict[str, str], options: CountOptions
) -> Looked:
    """What all rows together tell of dates, audiences and "nil"; goes through ``rows`` once.

    A style that was chosen in ``options`` goes before the one that the column tells. Where no
    column holds dates, or none holds audiences, that part is empty.
    """
    cells = Cells(header, mapping, options)
    column = column_of_dates(cells.counted(rows), cells.dates)
    style = in_style(options.date_order, column.style)
    periods = cells.texts.get("period", Counter())
    short = meaning_as_said(periods or options.spread, options)
    days = days_in(periods, partial(span_of, style=style, year=options.year, digits=short.told))
    return Looked(
        style=style,
        against=tuple(column.against[:2]),
        untold=column.open_question if column.needs_an_order else "",
        nothing=cells.nothing,
        short=short,
        months=are_months(days, mapping.get("period", "")),
        far=frozenset(far_days(days)),
        labels=labels_of(map(str.strip, cells.texts.get("audience", audiences_in(options)))),
        ways=frozenset(map(way_of, cells.texts.get("direction", ()))),
        days_left=cells.beside.days_left,
        twice=cells.beside.twice,
        all_sums=frozenset(cells.beside.all_sums),
    )


def audiences_in(options: CountOptions) -> list[str]:
    """The kinds of readers that heads of columns name, in the order of the columns."""
    return list(filter(None, map(audience_of_head, options.spread)))


def column_of_dates(rows: Iterable[Row], places: Iterable[int]) -> ColumnOfDates:
    """How the dates of the columns at ``places`` are written. First and last days stand in two
    columns and are written alike: what one of them tells holds for both. ``rows`` are used up.
    """
    found, places = ColumnOfDates(), list(places)
    for _line, row in rows:
        if isinstance(row, list):
            for place in places:
                found.see(row[place])
    return found


def meaning_as_said(texts: Iterable[str], options: CountOptions) -> Meaning:
    """What digits beside months' names mean among ``texts``, which are cells or heads of columns in
    their order. What somebody chose in ``options`` goes before; nothing contradicts it then.
    """
    found = meaning_together(filter(None, map(date_alone, texts)))
    if not options.digits:
        return found
    return replace(found, told=options.digits, against=(), unclear="")


def date_alone(raw: str) -> str:
    """The date of a cell without the time behind it, the cell itself where it has none; empty where
    that time is none, since the row is refused when it is taken.
    """
    try:
        return parted(raw)[0]
    except Refusal:
        return ""


def places_of(fields: Iterable[str], mapping: dict[str, str], at: dict[str, int]) -> dict[str, int]:
    """{field: place in a row, from 0 on} of those ``fields`` that are mapped to a column the file
    has; the others are left out. ``mapping``: {field: column}; ``at``: {column: place}.
    """
    found = {}
    for name in fields:
        if mapping.get(name) in at:
            found[name] = at[mapping[name]]
    return found


class Cells:
    """The cells that are looked at before any row is taken, as far as the rows were taken.

    ``texts``: {"period", "audience" or "direction": how often each of its cells stands there};
    ``nothing``: the first cell of a number that says "nil", empty where none does. ``dates``:
    places of the columns of first and last days; ``beside``: what is told by whole rows, and by
    the columns that are not taken.
    """

    def __init__(self, header: list[str], mapping: dict[str, str], options: CountOptions):
        """``mapping`` is {field: column}. Cells of numbers are those of all fields that count and
        of all columns that are spread; columns that the header lacks are passed over.
        """
        at = {column: place for place, column in enumerate(header)}
        self.places = places_of(("period", "audience", "direction"), mapping, at)
        self.texts = {name: Counter() for name in self.places}
        self.dates = list(places_of(("period", "until"), mapping, at).values())
        self.numbers = list(places_of(MEASURED, mapping, at).values())
        self.numbers += map(at.get, at.keys() & set(options.spread))
        self.nothing = ""
        self.beside = WholeRows(header, mapping, options, self.numbers)

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows as they come, broken ones too; each that is whole is looked at on the way, so
        ``texts`` and ``nothing`` are complete when the last row was taken.
        """
        for line, row in rows:
            if isinstance(row, list):
                self.see(row)
            yield line, row

    def see(self, row: list[str]) -> None:
        """Take one row into account: count its cells in ``texts``, and note the first cell of
        a number that says "nil", with which no other is looked for.
        """
        self.beside.see(row)
        for name, place in self.places.items():
            self.texts[name][row[place]] += 1
        if not self.nothing:
            numbers = [row[place] for place in self.numbers]
            self.nothing = next(filter(says_nothing, numbers), "")


def days_in(cells: Counter, span: Callable[[str], DaySpan]) -> Counter:
    """{first day: rows} of the cells that name one; a cell that names none is left out without a
    word, since its row is refused when it is taken. ``cells``: {text: rows}; ``span`` reads one.
    """
    found: Counter = Counter()
    for cell, rows in cells.items():
        try:
            found[span(parted(cell)[0]).first] += rows
        except Refusal:
            continue
    return found


def far_days(days: Counter) -> set[date]:
    """Days that lie 300 days or more from all others and on which little stands, at most five rows
    and two in a hundred: their year was mistyped. ``days``: {day: rows}.
    """
    total = sum(days.values())
    found: set[date] = set()
    for group in groups_of_days(sorted(days)):
        rows = sum(map(days.get, group))
        if rows <= min(FEW, total * SHARE):
            found.update(group)
    return found


def groups_of_days(days: list[date]) -> list[list[date]]:
    """``days``, which are in order, in groups; a new group begins wherever the next one lies
    ``FAR`` away. Without days there is one group that is empty.
    """
    groups: list[list[date]] = [days[:1]]
    for before, day in pairwise(days):
        if day - before >= FAR:
            groups.append([])
        groups[-1].append(day)
    return groups
