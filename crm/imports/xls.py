"""Rows of a workbook of Excel 97 to 2003 (.xls)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import xlrd
from xlrd import xldate

from crm.imports.amounts import FilledRow
from crm.imports.findings import ERROR, FORMULA, Findings
from crm.imports.shapes import BookRow, Merged, SheetInfo, place_of
from crm.imports.values import GENERAL, text_of_value


@contextmanager
def opened(path: Path) -> Iterator[xlrd.Book]:
    """The workbook, each sheet read when it is asked for, with formats and hidden rows.

    Raises what xlrd raises over a damaged or locked file.
    """
    with open(os.devnull, "w") as silence:
        # xlrd writes what it finds strange to a log of its own.
        book = xlrd.open_workbook(
            str(path), formatting_info=True, on_demand=True, ragged_rows=True, logfile=silence
        )
        with book:
            yield book


def sheets(path: Path) -> list[SheetInfo]:
    """The sheets in their order.

    Each is read for that, and let go.
    """
    with opened(path) as book:
        found = []
        for place, name in enumerate(book.sheet_names()):
            found.append(SheetInfo(name, is_hidden=book.sheet_by_index(place).visibility != 0))
            # A sheet that was asked for stays in memory until it is unloaded.
            book.unload_sheet(place)
        return found


def rows(path: Path, name: str, found: Findings) -> Iterator[BookRow]:
    """Rows of the sheet of that name, else of the first.

    Merged cells are filled, columns that are not shown are noted in ``found``. The sheet is in
    memory as a whole.
    """
    with opened(path) as book:
        sheet = book.sheet_by_index(place_of(name, book.sheet_names()))
        merged = Merged(merged_ranges(sheet), found)
        # xlrd says 1 for workbooks that count their days from 1904.
        found.is_from_1904 = book.datemode == 1
        note_hidden_columns(sheet, found)
        for row in range(sheet.nrows):
            cells = texts_of(book, sheet.row(row), found)
            yield BookRow(row + 1, merged.filled(row + 1, cells), is_hidden(sheet, row))


def merged_ranges(sheet) -> list[tuple[int, int, int, int]]:
    """(first row, first column, last row, last column) from 1 of all merged cells."""
    found = []
    # xlrd counts from 0 and gives the first row and column behind the merged cells.
    for top, below, left, right in sheet.merged_cells:
        found.append((top + 1, left + 1, below, right))
    return found


def note_hidden_columns(sheet, found: Findings) -> None:
    """Note in ``found`` the columns that are not shown."""
    for place, column in sheet.colinfo_map.items():
        if column.hidden:
            found.note_hidden(place, place + 1)


def is_hidden(sheet, row: int) -> bool:
    """Whether a row, counted from 0, is hidden or filtered out."""
    # Rows of which the file says nothing have no entry.
    info = sheet.rowinfo_map.get(row)
    return info is not None and bool(info.hidden)


def texts_of(book: xlrd.Book, cells: list, found: Findings) -> list[str]:
    """The cells of a row as texts. Raises Unreadable where they stand for more than a row may."""
    filled = FilledRow()
    for place, cell in enumerate(cells):
        filled.put(text_of_cell(book, cell, place, found))
    return filled.cells


def text_of_cell(book: xlrd.Book, cell, place: int, found: Findings) -> str:
    """The cell as text; empty for an error and for a formula without an answer, which are counted
    by the cell's ``place``, from 0.
    """
    if cell.ctype == xlrd.XL_CELL_ERROR:
        found.note(ERROR, place)
        return ""
    if cell.ctype == xlrd.XL_CELL_TEXT and not cell.value:
        # An empty text is written for formulas alone.
        found.note(FORMULA, place)
    return text_of_value(value_of(book, cell), shape_of(book, cell))


def value_of(book: xlrd.Book, cell) -> str | float | bool | datetime:
    """The value of a cell as Python has it; a number that is shown as a day is a moment."""
    if cell.ctype == xlrd.XL_CELL_DATE:
        return moment_of(cell.value, book.datemode)
    # xlrd gives truth values as 0 and 1, which would be read as numbers.
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return cell.value


def moment_of(value: float, datemode: int) -> datetime | float:
    """The moment of a cell that is shown as one; a number that stands for no day stays a number.

    ``datemode``: from which day the workbook counts, 0 for 1900 and 1 for 1904.
    """
    try:
        return xldate.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return value


def shape_of(book: xlrd.Book, cell) -> str:
    """The number format of a cell as people write one.

    "General" for a cell without a style, for one that is no number, and where its style names no
    format.
    """
    if cell.ctype != xlrd.XL_CELL_NUMBER or cell.xf_index is None:
        return GENERAL
    form = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return getattr(form, "format_str", GENERAL)
