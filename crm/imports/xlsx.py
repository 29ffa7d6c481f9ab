"""Rows of a workbook of Excel (.xlsx), one after another.

openpyxl's own sheets for reading leave out what is needed here: which rows are hidden, which cells
are merged, and whether an empty cell is a formula that nobody calculated. Its parser sees all that.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from crm.imports.amounts import FilledRow
from crm.imports.findings import ERROR, FORMULA, Findings
from crm.imports.opening import CHUNK
from crm.imports.shapes import BookRow, Merged, SheetInfo, place_of
from crm.imports.values import GENERAL, text_of_value

#: Characters of a reference to merged cells, and how one is written.
LONGEST_REFERENCE = 200
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,300}?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
#: More merged cells than these are no table; the first are filled.
MOST_MERGED = 100_000
#: How the strict form of the standard calls what Excel and openpyxl call otherwise.
STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": (
        b"http://schemas.openxmlformats.org/drawingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/"
    ),
}
#: Kinds of cells, as openpyxl calls them, that count as empty, and what is noted of them.
EMPTY_KINDS = {"e": ERROR, "f": FORMULA}
#: How a workbook writes that something holds.
TRUE = {"1", "true"}
#: The first number of a format that a workbook declares itself.
FIRST_CUSTOM = 164
#: How every name of the strict form begins.
STRICT_MARK = b"http://purl.oclc.org/ooxml/"
#: No name of the strict form is longer.
OVERLAP = max(map(len, STRICT))


class SheetParser(WorkSheetParser):
    """openpyxl's parser of a sheet; of each row it also tells whether it is hidden."""

    def parse_row(self, row):
        """(line, cells, hidden)."""
        line, cells = super().parse_row(row)
        # It would keep something of every row of the sheet.
        self.row_dimensions.clear()
        return line, cells, row.get("hidden") in TRUE

    def parse_cell(self, element):
        """The cell as openpyxl gives it, with data_type "f" for a formula that was never
        calculated.
        """
        cell = super().parse_cell(element)
        # A formula whose answer is the empty text says that it is a text.
        is_number = element.get("t", "n") == "n"
        if cell["value"] is None and is_number and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


@contextmanager
def opened(path: Path) -> Iterator:
    """The workbook, without its rows; one of the strict form as openpyxl knows it.

    The file is closed when the block ends. Raises what openpyxl raises.
    """
    with as_transitional(path) as readable, readable.open("rb") as file:
        # Of a formula its stored answer is read: nothing here calculates.
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


def sheets(path: Path) -> list[SheetInfo]:
    """The sheets in their order, pages with nothing but a chart left out.

    A sheet that is not shown counts as hidden, however it was hidden.
    """
    with opened(path) as book:
        return [
            SheetInfo(sheet.title, is_hidden=sheet.sheet_state != "visible")
            for sheet in book.worksheets
        ]


def rows(path: Path, name: str, found: Findings) -> Iterator[BookRow]:
    """Rows of the sheet of that name, else of the first.

    Merged cells are filled. Columns that are not shown are noted in ``found`` after the last row.
    """
    with opened(path) as book:
        titles = [sheet.title for sheet in book.worksheets]
        sheet = book.worksheets[place_of(name, titles)]
        found.is_from_1904 = book.epoch == CALENDAR_MAC_1904
        merged = Merged(merged_ranges(sheet), found)
        with sheet._get_source() as source:
            parser = parser_of(book, sheet, source)
            write = CellWriter(book, found)
            for line, cells, is_hidden in parser.parse():
                yield BookRow(line, merged.filled(line, write.row(cells)), is_hidden)
            note_hidden_columns(parser, found)


def parser_of(book, sheet, source) -> SheetParser:
    """The parser of a sheet, whose part of the workbook ``source`` streams; texts and formats are
    those of the whole workbook.
    """
    return SheetParser(
        source,
        sheet._shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


def note_hidden_columns(parser: SheetParser, found: Findings) -> None:
    """Note in ``found`` the columns that are not shown; call it after the last row was parsed."""
    for columns in parser.column_dimensions.values():
        if columns.get("hidden") in TRUE:
            found.note_hidden(int(columns["min"]) - 1, int(columns["max"]))


class CellWriter:
    """Cells of a row as texts."""

    def __init__(self, book, found: Findings):
        """``book``: as openpyxl opens it; ``found`` counts cells that hold no value."""
        self.found = found
        #: {style: its number format}, looked up once each.
        self.formats: dict[int, str] = {}
        self.book = book
        #: Numbers of the formats, by the style.
        self.shapes = [style.numFmtId for style in book._cell_styles]

    def row(self, cells: list[dict]) -> list[str]:
        """The texts, each in its column; what no cell is written for is empty.

        ``cells``: as openpyxl gives them, each with its column from 1. Raises Unreadable where they
        all name one long text.
        """
        filled = FilledRow()
        for cell in cells:
            place = cell["column"] - 1
            filled.put_at(place, self.text(cell, place))
        return filled.cells

    def text(self, cell: dict, place: int) -> str:
        """The cell as text; empty for an error and for a formula without an answer, which are
        counted by the cell's ``place``, from 0.
        """
        value, kind = cell["value"], cell["data_type"]
        if kind in EMPTY_KINDS:
            self.found.note(EMPTY_KINDS[kind], place)
            return ""
        if kind == "n" and value is not None:
            return text_of_value(value, self.shape(cell["style_id"]))
        return text_of_value(value)

    def shape(self, style: int) -> str:
        """The number format of a style, as people write one; General for a style there is not.

        ``style``: the number that the cell has for it.
        """
        if style not in self.formats:
            self.formats[style] = self.find_shape(style)
        return self.formats[style]

    def find_shape(self, style: int) -> str:
        """The number format of a style from the workbook's lists; General where they do not name
        it.
        """
        # A damaged workbook may name a style that it does not declare.
        if style >= len(self.shapes):
            return GENERAL
        # Numbers below 164 are Excel's own formats, none of which shows zeros at the front.
        custom = self.shapes[style] - FIRST_CUSTOM
        if 0 <= custom < len(self.book._number_formats):
            return self.book._number_formats[custom]
        return GENERAL


def merged_ranges(sheet) -> list[tuple[int, int, int, int]]:
    """(first row, first column, last row, last column) from 1 of all merged cells.

    They stand behind the rows in the file, and are needed before. 100,000 at most.
    """
    found = []
    with sheet._get_source() as source:
        for left, top, right, bottom in islice(references(source), MOST_MERGED):
            found.append((int(top), column(left), int(bottom), column(right)))
    return found


def references(source) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """(column, row, column, row) of each range of merged cells, as the part of a sheet has them. It
    is searched as bytes, unparsed.
    """
    before = b""
    while chunk := source.read(CHUNK):
        text = before + chunk
        end = 0
        for match in MERGE.finditer(text):
            yield match.groups()
            end = match.end()
        # The chunk's end may cut a reference; one that was found must not come again.
        before = text[max(end, len(text) - LONGEST_REFERENCE) :]


def column(letters: bytes) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


# --- the strict form ------------------------------------------------------------------------------
@contextmanager
def as_transitional(path: Path) -> Iterator[Path]:
    """The workbook itself, or a temporary copy in which the names of the strict form are those
    that openpyxl knows.

    The copy is gone when the block ends.
    """
    if not is_strict(path):
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="book-", suffix=".xlsx") as copy:
        write_renamed(path, copy)
        # The copy is opened again by its path, which shows only what was written out.
        copy.flush()
        yield Path(copy.name)


def write_renamed(path: Path, copy) -> None:
    """Write the workbook anew into the open file ``copy``, each part with the names replaced."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as out:
        for part in book.infolist():
            with book.open(part) as source, out.open(part.filename, "w") as target:
                rename(source, target)


def is_strict(path: Path) -> bool:
    """Whether the list of the workbook's sheets is written in the strict form."""
    with zipfile.ZipFile(path) as book, book.open("xl/workbook.xml") as part:
        # Namespaces stand in the first element, so the beginning of the part is enough.
        return STRICT_MARK in part.read(CHUNK)


def rename(source, target) -> None:
    """Copy a part with the names of the strict form replaced.

    Both are streams of bytes. Names that a chunk cuts in two are found as well.
    """
    before = b""
    while chunk := source.read(CHUNK):
        text = before + chunk
        for name, known in STRICT.items():
            text = text.replace(name, known)
        # A name may be cut by the chunk's end.
        target.write(text[:-OVERLAP])
        before = text[-OVERLAP:]
    target.write(before)
