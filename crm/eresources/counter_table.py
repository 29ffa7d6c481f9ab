"""COUNTER reports as tables (TSV, CSV, workbook): a header of names and values, then figures.

Both releases write tables alike; the header says which one it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from crm.eresources.counter import (
    DATABASE_REPORTS,
    OLDER,
    Figures,
    ReportHeader,
    codes_in,
    days_of_period,
    header_of,
    month_from,
    place_of,
    release_of,
    too_many_figures,
)
from crm.imports.fields import MONTH_OF
from crm.imports.opening import TableFormat, Unreadable
from crm.imports.rows import raw_rows

#: Rows within which the names of the columns must stand: the header has thirteen.
LOOKED_AT = 40
#: Name of the column with a row's own sum, by which its months are checked.
TOTAL = "Reporting_Period_Total"
#: And of the column that names a database.
DATABASE = "Database"
#: The place of a column that a report does not have; less than any place.
NOT_THERE = -1
#: Jan-2022 as reports write it, and what spreadsheets make of it: Jan-22, 2022-01-01, 2022年1月.
NAMED = re.compile(r"(?:\d{1,2}-)?([A-Za-z]{3,9})[- ](\d{2}|\d{4})")
NUMBERED = re.compile(r"(\d{4})(?:-|年)(\d{1,2})(?:月|-\d\d)?(?: 00:00:00)?")
#: A count, with or without commas between thousands.
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){1,6}|\d{1,18}")
#: Cells of months of a whole report that are looked at: a report of a million titles has as many.
MOST_CELLS = 12_000_000


@dataclass(frozen=True)
class Columns:
    """Places of what is read; ``months``: {place: first day of the month}. No other cell is.

    ``total`` is NOT_THERE where the report has no column for the sum of a row, and ``database``
    where it is none of databases.
    """

    platform: int
    metric: int
    total: int
    months: dict[int, date]
    database: int = NOT_THERE

    @property
    def width(self) -> int:
        """Places up to the last that is read."""
        return max(self.platform, self.metric, self.total, self.database, *self.months) + 1

    def padded(self, row: list[str]) -> list[str]:
        """The row with empty cells for those that it lacks at its end."""
        return row + [""] * (self.width - len(row))


def cell_at(row: list[str], place: int) -> str:
    """The cell at a place; empty where it is NOT_THERE."""
    if place == NOT_THERE:
        return ""
    return row[place]


def read_table(path: Path, form: TableFormat) -> tuple[ReportHeader, Figures]:
    """Header and figures of a report, whose rows are read one by one.

    Raises Unreadable, with words, for whatever is none; one bad row is enough. Empty rows are left
    out.
    """
    rows = plain_rows(path, form)
    said, names = header_rows(rows)
    release_of(said.get("Release", ""))
    days = days_of_period([said.get("Reporting_Period", "")])
    exceptions = codes_in(said.get("Exceptions", ""))
    header = header_of(said, days, exceptions, filters_in(said.get("Report_Filters", "")))
    columns = columns_in(names, of_databases=header.report in DATABASE_REPORTS)
    figures = Figures()
    for line, row in at_most(MOST_CELLS // len(columns.months), rows):
        count_row(line, row, columns, figures, blanks_tell=not header.is_partial)
    return header, figures


def at_most(count: int, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows in which anything stands. Raises Unreadable where they are more than ``count``."""
    for number, (line, row) in enumerate(filled(rows), start=1):
        if number > count:
            raise too_many_figures()
        yield line, row


def filled(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows without empty ones."""
    for line, row in rows:
        if any(row):
            yield line, row


def plain_rows(path: Path, form: TableFormat) -> Iterator[tuple[int, list[str]]]:
    """(line, trimmed cells). Raises Unreadable for a row that is none: sums would be too low."""
    for line, row in raw_rows(path, form):
        if not isinstance(row, list):
            raise Unreadable(_("Line %(line)d of the report cannot be read.") % {"line": line})
        yield line, [cell.strip() for cell in row]


def header_rows(rows: Iterator[tuple[int, list[str]]]) -> tuple[dict[str, str], list[str]]:
    """({name: value} of the header, names of the columns); ``rows`` then go on with the figures.

    Of a name that stands there twice the first value counts. Raises Unreadable where no line names
    the columns, with words of its own for a report of the release before 5.
    """
    said: dict[str, str] = {}
    for line, row in rows:
        if "Metric_Type" in row and "Platform" in row:
            return said, row
        name, value = [*row, "", ""][:2]
        refuse_older(name)
        said.setdefault(name, value)
        if line > LOOKED_AT:
            break
    raise Unreadable(
        _("This is no COUNTER report: no line names the columns Platform and Metric_Type.")
    )


def refuse_older(name: str) -> None:
    """Raises Unreadable where the first cell of a row names the release before 5."""
    older = OLDER.search(name)
    if older:
        # This raises, with words for an older release.
        release_of(older[1])


def columns_in(names: list[str], *, of_databases: bool = False) -> Columns:
    """The places from the names of the columns, Platform and Metric_Type among them.

    Raises Unreadable for a report without months, which says only sums, for one that names a month
    twice, and for one of databases that does not name them.
    """
    months = months_in(names)
    database = NOT_THERE
    if of_databases:
        database = place_in(names, DATABASE)
        if database == NOT_THERE:
            raise Unreadable(_("The report has no column “%(name)s”.") % {"name": DATABASE})
    return Columns(
        platform=names.index("Platform"),
        metric=names.index("Metric_Type"),
        total=place_in(names, TOTAL),
        months=months,
        database=database,
    )


def place_in(names: list[str], name: str) -> int:
    """The place of a column; NOT_THERE where the report does not have it."""
    if name not in names:
        return NOT_THERE
    return names.index(name)


def months_in(names: list[str]) -> dict[int, date]:
    """{place: first day of the month} of the columns that are months. Raises Unreadable where there
    is none, and where two are the same.
    """
    found: dict[int, date] = {}
    for place, name in enumerate(names):
        month = month_in(name)
        if month in found.values():
            raise Unreadable(_("Two columns are of the same month: %(name)s.") % {"name": name})
        if month:
            found[place] = month
    if not found:
        raise Unreadable(
            _("The report has no column for a month. Ask for it with monthly details.")
        )
    return found


def month_in(name: str) -> date | None:
    """The first day of the month that a column's name says; None for any other column.

    A year of two digits is one of this century. Raises Unreadable for digits that are no month's.
    """
    named = NAMED.fullmatch(name)
    if named and named[1].casefold() in MONTH_OF:
        # "22" is 2022.
        year = f"20{named[2]}"[-4:]
        return date(int(year), MONTH_OF[named[1].casefold()], 1)
    numbered = NUMBERED.fullmatch(name)
    if numbered is None:
        return None
    return month_from(*numbered.groups())


def filters_in(said: str) -> dict[str, str]:
    """{name: values} of the filters that a table names: Access_Method=Regular; YOP=2020-2021."""
    parts = (part.partition("=") for part in said.split(";"))
    return {name.strip(): values for name, _sign, values in parts}


def count_row(
    line: int, row: list[str], columns: Columns, figures: Figures, *, blanks_tell: bool = True
) -> None:
    """Count in one row; cells that it lacks at its end are empty. ``blanks_tell``: an empty month
    may be a zero, as no part of the report is missing.

    Raises Unreadable where its sum and its months contradict each other, and for a cell, a metric
    or a platform that is none.
    """
    row = columns.padded(row)
    counts = {place: number(line, row[place]) for place in columns.months}
    if blanks_tell or None not in counts.values():
        settle_blanks(line, counts, number(line, cell_at(row, columns.total)))
    database = cell_at(row, columns.database)
    for place, month in columns.months.items():
        named = place_of(row[columns.platform], row[columns.metric], month, database)
        figures.add(named, counts[place])


def settle_blanks(line: int, counts: dict[int, int | None], total: int | None) -> None:
    """An empty month is zero where the row's own sum says so, and stays unknown elsewhere.

    ``counts``, {place: number or None}, is changed. Without a sum nothing is settled. Raises
    Unreadable where no month is empty and the sum is another one.
    """
    if total is None:
        return
    found = sum(filter(None, counts.values()))
    if found == total:
        counts |= {place: count or 0 for place, count in counts.items()}
    elif None not in counts.values():
        raise Unreadable(
            _(
                "Line %(line)d contradicts itself: its months add up to %(found)d, and its total"
                " says %(total)d."
            )
            % {"line": line, "found": found, "total": total}
        )


def number(line: int, said: str) -> int | None:
    """A count, with or without commas between thousands; None for a cell that says nothing.

    Raises Unreadable for any other text, and names the line.
    """
    if not said:
        return None
    if not THOUSANDS.fullmatch(said):
        raise Unreadable(
            _("Line %(line)d: “%(said)s” is no count.") % {"line": line, "said": said[:40]}
        )
    return int(said.replace(",", ""))
