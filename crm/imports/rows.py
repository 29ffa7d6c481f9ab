"""From a sniffed file to rows.

A header and (line, cells) pairs; an unreadable row is a BrokenRow, never the end.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from crm.imports.opening import TableFormat, Unreadable, open_text

MOST_COLUMNS = 300
#: Characters kept of a column's name.
LONGEST_NAME = 120
#: No sheet has more rows. A row may say of itself that it is the two thousand millionth, and
#: openpyxl hands out all that would stand before it.
LAST_LINE = 1 << 20
#: How much of an unreadable row is kept for the report.
KEPT = 500


class BrokenRow(NamedTuple):
    """A row that is not a row: ``reason`` is one of ImportRefusal.Reason, ``raw`` its beginning."""

    reason: str
    raw: str


#: The number of the line a row begins in, the header's being 1, and its cells.
Row = tuple[int, list[str] | BrokenRow]


def parse_table(path: Path, form: TableFormat) -> tuple[list[str], Iterator[Row]]:
    """(header, rows), the rows parsed as they are asked for.

    Short rows are filled with empty cells; rows with cells beyond the header are BrokenRow. Raises
    Unreadable for a file without a header, at once, and for a workbook that turns out to be damaged
    later, from the rows.
    """
    rows = workbook_rows(path) if form.kind == "xlsx" else text_rows(path, form)

    _line, first = next(rows, (0, None))
    if first is None:
        raise Unreadable(_("The file is empty."))
    if isinstance(first, BrokenRow):
        raise Unreadable(_("The first line, which should name the columns, cannot be read."))
    if len(first) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(n)d columns.") % {"n": MOST_COLUMNS})

    header = named_once(first)
    return header, fitted(rows, len(header))


def named_once(first: list[str]) -> list[str]:
    """Column names: trimmed, the nameless numbered, a repeated one told apart by its place."""
    names: list[str] = []
    for place, cell in enumerate(first, start=1):
        name = cell.strip().replace("\0", "")[:LONGEST_NAME]
        if not name:
            name = _("Column %(n)d") % {"n": place}
        if name in names:
            name = f"{name} ({place})"
        names.append(name)
    return names


def fitted(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """The rows, each as wide as the header or broken.

    What is missing at a row's end is empty, since many programs leave out the last delimiters. A
    cell beyond the header has no meaning, and to leave it out would lose what somebody wrote.
    """
    for line, row in rows:
        short = width - len(row)
        if short == 0 or isinstance(row, BrokenRow):
            yield line, row
        elif short > 0:
            yield line, row + [""] * short
        elif any(row[width:]):
            yield line, BrokenRow("too-many-columns", " | ".join(row)[:KEPT])
        else:
            # Spreadsheets write delimiters for columns that were emptied.
            yield line, row[:width]


# --- delimited text -------------------------------------------------------------------------------
def text_rows(path: Path, form: TableFormat) -> Iterator[Row]:
    """Rows of a delimited file. Raises Unreadable where it turns out to be damaged."""
    with open_text(path, form) as text:
        lines = without_preamble(text)
        yield from csv_rows(lines, form.delimiter)


def without_preamble(lines: Iterator[str]) -> Iterator[str]:
    """The lines without byte order mark and without Excel's ``sep=;`` line."""
    first = next(lines, "").removeprefix("\ufeff")
    if not first.lower().startswith("sep="):
        yield first
    yield from lines


class LineFeed:
    """Lines that can be put back, counted; remembers those taken for the current row."""

    def __init__(self, lines: Iterable[str]):
        self.lines = iter(lines)
        self.back: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else next(self.lines)
        self.number += 1
        self.taken.append(line)
        return line

    def start_row(self) -> int:
        """Forget the lines of the row before; returns the number of the line that comes next."""
        self.taken.clear()
        return self.number + 1

    @property
    def spans_lines(self) -> bool:
        """Whether more than one line was taken for the current row."""
        return len(self.taken) > 1

    def keep_first(self) -> str:
        """The first line taken for this row; the others will be given again."""
        first, *others = self.taken
        self.back.extendleft(reversed(others))
        self.number -= len(others)
        return first


def csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Rows of a delimited text, the header first; blank lines are passed over.

    A quote that is never closed swallows the lines after it. When such a row does not fit, only its
    first line is called broken and the others are parsed again, so one stray quote costs one row
    and not the rest of the file. After an error the csv module starts a fresh row; after a row that
    did not fit it stands at a row's start too.
    """
    feed = LineFeed(lines)
    parser = csv.reader(feed, delimiter=delimiter, strict=True)
    width = 0
    while True:
        start = feed.start_row()
        try:
            row = next(parser)
        except StopIteration:
            return
        except csv.Error as error:
            reason = reason_of(error, several=feed.spans_lines)
            yield start, BrokenRow(reason, feed.keep_first()[:KEPT])
            continue

        if not row:
            continue
        # The header says how wide a row is.
        width = width or len(row)
        if len(row) != width and feed.spans_lines:
            yield start, BrokenRow("quotes", feed.keep_first()[:KEPT])
        else:
            yield start, row


def reason_of(error: csv.Error, *, several: bool) -> str:
    """Too long is a single line only: over several lines it is a quote that does not close."""
    # The csv module has no error of its own for a cell beyond its limit, only this word.
    is_limit = "limit" in str(error)
    if is_limit and not several:
        return "too-long"
    return "quotes"


# --- workbooks ------------------------------------------------------------------------------------
def workbook_rows(path: Path) -> Iterator[Row]:
    """Rows of the first sheet, as the text a person sees in a cell without format.

    Raises Unreadable.
    """
    try:
        with path.open("rb") as file:
            for line, cells in enumerate(cells_of_first_sheet(file), start=1):
                if line > LAST_LINE:
                    raise ValueError(line)
                row = read_row(cells)
                if row:
                    yield line, row
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever the broken XML made it stumble over
        raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


def cells_of_first_sheet(file) -> Iterator[tuple]:
    """The values of each row, as the cells' formats and the last calculation left them."""
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # Some programs write a used range of one cell, or of the whole sheet; the rows themselves are
    # believed.
    sheet.reset_dimensions()
    return sheet.iter_rows(values_only=True)


def read_row(cells: tuple) -> list[str]:
    """The cells as text, without the empty ones at the row's end; empty for an empty row."""
    # A sheet may be a million rows of thousands of such cells.
    if cells.count(None) == len(cells):
        return []
    row = list(map(read_cell, cells))
    # A format laid over a whole column makes cells of nothing.
    while row and not row[-1]:
        row.pop()
    return row


def read_cell(value) -> str:
    """A cell's value as openpyxl gives it, as text that the fields' converters understand."""
    write = WRITTEN_AS.get(type(value), str)
    return write(value)


def nothing_text(_value: None) -> str:
    return ""


def truth_text(value: bool) -> str:
    """As CSV files write it, without Python's capital."""
    return str(value).lower()


def float_text(value: float) -> str:
    """A whole number without ".0": reader number 20245001.0 would be a second person."""
    if value.is_integer():
        return str(int(value))
    return str(value)


def moment_text(value: datetime) -> str:
    """A date alone where the time is midnight: a workbook knows no plain dates."""
    is_midnight = value.time() == datetime.min.time()
    if is_midnight:
        return value.date().isoformat()
    return value.isoformat(" ", "seconds")


#: How values of a workbook are written as text, by their type; all others as Python writes them.
WRITTEN_AS = {
    type(None): nothing_text,
    bool: truth_text,
    float: float_text,
    datetime: moment_text,
    date: date.isoformat,
}
