"""Rows of a table in a page (HTML), which many systems call .xls."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lxml import etree

from crm.imports.amounts import Amount, not_made_by_a_program
from crm.imports.opening import TableFormat, Unreadable, open_text
from crm.imports.shapes import BookRow, SheetInfo
from crm.imports.values import text_of_value

#: Characters that are parsed at once: all rows that begin in them are held, each as wide as the
#: cells that reach down into it.
PIECE = 1 << 13
#: Cells of one row, and rows that a cell may reach over.
WIDEST, LONGEST_SPAN = 1024, 1 << 16
#: Characters of one cell; a longer text is no cell of a table.
LONGEST_CELL = 1 << 20
#: Places that cells above fill in a whole page: five columns of a page of 100,000 rows.
MOST_FILLED = 500_000
#: Tables of a page that are offered; pages lay out with many.
MOST_TABLES = 50
BLANKS = re.compile(r"[ \t\r\n\f]+")
HIDING = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
IGNORED = {"script", "style", "head", "title"}
#: Tags of cells, and those that break a line inside of one.
OF_CELLS, BREAKS = {"td", "th"}, {"br", "p", "div"}


class RowsOfPage:
    """What lxml tells while it goes through a page: rows of all tables as they end.

    ``ready`` holds (number of the table, row); whoever feeds the parser takes them out.
    """

    def __init__(self):
        """Before the first tag. ``row`` and ``cell``: the open ones, None where none is.

        ``reach``: (columns, rows) that the open cell reaches over; ``ignored``: how many tags are
        open in which no text counts.
        """
        self.ready: list[tuple[int, BookRow]] = []
        #: Numbers of the tables that are open, the innermost last: pages lay out with tables.
        self.tables: list[int] = []
        self.count = 0
        self.lines: dict[int, int] = {}
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.is_hidden = False
        self.ignored = 0
        #: {place: (rows still to fill, text)} of cells that reach over several rows.
        self.spans: dict[int, tuple[int, str]] = {}
        self.reach = (1, 1)
        #: How many places cells above have filled so far.
        self.filled = 0

    # --- what the parser calls --------------------------------------------------------------------
    def start(self, tag, attributes) -> None:
        """A tag opens: of a table, a row or a cell, or a line break in a cell. Others say nothing.

        A row or a cell that was never closed ends here, as browsers read it.
        """
        if tag in IGNORED:
            self.ignored += 1
        elif tag == "table":
            self.begin_table()
        elif tag == "tr":
            self.begin_row(attributes)
        elif tag in OF_CELLS:
            self.begin_cell(attributes)
        elif tag in BREAKS and self.cell:
            self.cell.append("\n")

    def end(self, tag) -> None:
        """A tag closes, and with a table or a row what was left open in it; one that was never open
        says nothing.
        """
        if tag in IGNORED:
            self.ignored = max(0, self.ignored - 1)
        elif tag == "table":
            self.end_table()
        elif tag == "tr":
            self.end_row()
        elif tag in OF_CELLS:
            self.end_cell()

    def data(self, text: str) -> None:
        """Text between tags: it belongs to the open cell, and is left out where there is none, or
        in scripts and styles.

        Blanks in a row become one; a text that grows too long for a cell is cut.
        """
        if self.cell is None or self.ignored:
            return
        self.cell.append(BLANKS.sub(" ", text))
        # Measured only once there are many pieces: to add them up for each would take for ever.
        if len(self.cell) > WIDEST:
            self.cut_cell()

    def close(self) -> None:
        """The page is over: a row that was left open ends."""
        self.end_row()

    # --- rows -------------------------------------------------------------------------------------
    def cut_cell(self) -> None:
        """Keep of the open cell what a cell may hold, once it holds more."""
        if sum(map(len, self.cell)) > LONGEST_CELL:
            self.cell = ["".join(self.cell)[:LONGEST_CELL]]

    def begin_table(self) -> None:
        """A table opens, the innermost from now on; tables are numbered from 0 as they come."""
        # A table in a cell: the row around it was made for the looks alone.
        self.row = self.cell = None
        self.tables.append(self.count)
        self.count += 1

    def end_table(self) -> None:
        """The innermost table closes; nothing where none is open."""
        if not self.tables:
            return
        self.end_row()
        self.tables.pop()
        self.spans.clear()

    def begin_row(self, attributes) -> None:
        """A row opens in the innermost table; nothing outside of any."""
        if not self.tables:
            return
        self.end_row()
        self.row = []
        self.is_hidden = HIDING.search(attributes.get("style", "")) is not None

    def begin_cell(self, attributes) -> None:
        """A cell opens in the open row; nothing outside of any."""
        if self.row is None:
            return
        self.end_cell()
        self.cell = []
        self.reach = (
            span(attributes, "colspan", WIDEST),
            span(attributes, "rowspan", LONGEST_SPAN),
        )

    def end_cell(self) -> None:
        """Put the open cell into the row, with empty ones behind it where it reaches over several
        columns; nothing where none is open.

        At most 1024 cells are kept of a row.
        """
        cell, self.cell = self.cell, None
        if None in (cell, self.row):
            return
        self.fill_spans(self.row)
        text = "".join(cell).replace("\xa0", " ").strip()
        across, down = self.reach
        if down > 1 and text:
            self.spans[len(self.row)] = (down, text)
        room = max(0, WIDEST - len(self.row))
        self.row.extend([text_of_value(text), *[""] * (across - 1)][:room])

    def fill_spans(self, row: list[str]) -> None:
        """Cells that come down from rows above stand before the next cell of ``row``."""
        while len(row) in self.spans:
            _left, text = self.spans[len(row)]
            row.append(text)
            self.filled += 1

    def end_row(self) -> None:
        """Put the open row, if there is one, into ``ready`` with the number of its table."""
        self.end_cell()
        row, self.row = self.row, None
        if row is None or not self.tables:
            return
        self.fill_spans(row)
        table = self.tables[-1]
        line = self.lines.get(table, 0) + 1
        self.lines[table] = line
        self.ready.append((table, BookRow(line, row, self.is_hidden)))
        self.shorten_spans()

    def shorten_spans(self) -> None:
        """Cells that reach down have filled one row more; those that have filled all go."""
        for place, (left, text) in list(self.spans.items()):
            if left <= 1:
                del self.spans[place]
            else:
                self.spans[place] = (left - 1, text)


def span(attributes, name: str, most: int) -> int:
    """How many columns or rows a cell reaches over; 1 for what is no such number.

    ``name``: "colspan" or "rowspan"; never more than ``most``.
    """
    said = attributes.get(name, "")
    if not said.isdecimal() or len(said) > 9:
        return 1
    return max(1, min(int(said), most))


def all_rows(path: Path, form: TableFormat) -> Iterator[tuple[int, BookRow]]:
    """(number of the table, row) of every table of the page. Raises Unreadable.

    The page is parsed piece by piece. What all tables stand for together is bounded: a cell may
    reach down into rows that are four letters each.
    """
    amount = Amount()
    target = RowsOfPage()
    parser = etree.HTMLParser(target=target, no_network=True)
    with open_text(path, form) as text:
        while piece := text.read(PIECE):
            feed(parser, piece)
            if target.filled > MOST_FILLED:
                raise not_made_by_a_program()
            for table, row in target.ready:
                amount.add(row)
                yield table, row
            target.ready.clear()
    # A page that ends in the middle of a tag: its rows are there already.
    with suppress(etree.LxmlError):
        parser.close()
    target.close()
    yield from target.ready


def feed(parser: etree.HTMLParser, piece: str) -> None:
    """Parse a piece of a page more. Raises Unreadable for what lxml makes nothing of."""
    try:
        parser.feed(piece)
    except etree.LxmlError as error:
        raise Unreadable(str(error)) from error


def sheets(path: Path, form: TableFormat) -> list[SheetInfo]:
    """The tables of the page that have rows, called by their number.

    Numbers count from 1, fifty at most. The whole page is gone through.
    """
    numbers = sorted({table for table, _row in all_rows(path, form)})
    return [SheetInfo(str(number + 1)) for number in numbers[:MOST_TABLES]]


def rows(path: Path, form: TableFormat) -> Iterator[BookRow]:
    """Rows of the table of that number, else of the first that has rows.

    Without a row where there is no such table. Raises Unreadable.
    """
    found = all_rows(path, form)
    if form.sheet.isdecimal():
        yield from rows_of(int(form.sheet) - 1, found)
        return
    first = next(found, None)
    if first:
        table, row = first
        yield row
        yield from rows_of(table, found)


def rows_of(wanted: int, rows: Iterator[tuple[int, BookRow]]) -> Iterator[BookRow]:
    """The rows of one table among (number of the table, row) of all; ``rows`` are used up."""
    for table, row in rows:
        if table == wanted:
            yield row
