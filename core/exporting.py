"""What every table that leaves as a file goes through.

One rule says what a cell may hold, one writer makes CSV files and one makes workbooks. No cell of
ours runs as a formula in a spreadsheet.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from math import isfinite
from tempfile import SpooledTemporaryFile

import xlsxwriter
from django.http import StreamingHttpResponse

from core.characters import is_unseen
from core.disclosure import Count

#: A spreadsheet takes a cell that begins with one of these for a formula. The wide and small forms
#: count too: Excel with a Chinese or Japanese keyboard layout reads ＝ as =.
FORMULA_STARTS = tuple("=+-@＝＋－＠﹦﹢﹣﹫")
#: A tab or a line break at the start can push what follows into a cell of its own.
BREAKS = frozenset("\t\r\n")
NEVER_FIRST = BREAKS.union(FORMULA_STARTS)
#: Rows an Excel file of ours may have: more takes longer than a person waits, and CSV has no limit.
XLSX_ROWS = 100_000
#: Excel allows no longer name of a sheet.
SHEET_NAME_LENGTH = 31
#: CSV rows that travel in one piece: a piece for each row would be one write to the socket each.
ROWS_IN_A_PIECE = 500
#: A workbook up to this many bytes stays in memory.
MEMORY_BYTES = 8 << 20
BYTE_ORDER_MARK = "\ufeff"


def defused(value):
    """What a cell may hold: text that begins like a formula gets an apostrophe.

    White space and invisible characters before the formula do not hide it. Finite numbers stay
    numbers, None becomes an empty cell, a count what everybody may be told, the rest its text.
    """
    if value is None:
        return ""
    if isinstance(value, Count):
        return value.as_cell()
    if is_number(value):
        return value
    text = str(value)
    if begins_like_a_formula(text):
        return f"'{text}"
    return text


def is_number(value) -> bool:
    """True for finite numbers; True and False are words, and no cell can hold infinity.

    Decimals, too. A text of digits is none, and neither is an integer larger than every float.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    try:
        return isfinite(value)
    except (OverflowError, ValueError):
        return False


def begins_like_a_formula(text: str) -> bool:
    """True for a formula, and for a break that could put what follows into a cell of its own; what
    is not seen before either is passed over.
    """
    for character in text:
        if character in NEVER_FIRST:
            return True
        if not is_unseen(character):
            return False
    return False


def csv_lines(rows: Iterable[Sequence]) -> Iterator[str]:
    """CSV in pieces of whole lines, headings like any other row.

    The first piece is the mark that makes Excel read UTF-8.
    """
    yield BYTE_ORDER_MARK
    remaining = iter(rows)
    while piece := csv_piece(islice(remaining, ROWS_IN_A_PIECE)):
        yield piece


def csv_file(rows: Iterable[Sequence], name: str) -> StreamingHttpResponse:
    """The answer with these rows as a UTF-8 CSV file, to be saved as ``name``.

    It leaves in pieces as the rows come, and is never whole in memory. ``name`` is of ours: no
    quotes and no line breaks.
    """
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_piece(rows: Iterable[Sequence]) -> str:
    """The lines of ``rows``, every cell defused; "" where there are no more."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(list(map(defused, row)))
    return out.getvalue()


def csv_text(rows: Iterable[Sequence]) -> str:
    """The whole CSV file as one text, for tables of a few rows.

    With a byte order mark, as ``csv_lines`` writes it. A long table goes line by line by that
    function.
    """
    return "".join(csv_lines(rows))


def xlsx_file(sheets: Mapping[str, Iterable[Sequence]]) -> io.IOBase:
    """An open temporary workbook with the rows of each sheet, headings like any other row.

    ``sheets`` are rows by the sheet's name, in the order of the book. Nothing in it is a formula
    or a link. Whoever sends the file closes it.
    """
    file = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - the response closes it
    # constant_memory: a row is written out when the next one begins, or 100,000 would stay.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:SHEET_NAME_LENGTH])
            for line, row in enumerate(rows):
                write_row(sheet, line, row)
    file.seek(0)
    return file


def write_row(sheet: xlsxwriter.worksheet.Worksheet, line: int, row: Sequence) -> None:
    """Numbers as numbers, all else as text; an empty cell is not written at all.

    ``line`` counts from 0. Values are defused first, so that no text becomes a formula.
    """
    for column, value in enumerate(row):
        cell = defused(value)
        if is_number(cell):
            sheet.write_number(line, column, cell)
        elif cell:
            sheet.write_string(line, column, cell)
