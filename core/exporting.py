"""What every table that leaves as a file goes through: no cell of ours runs in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

import xlsxwriter

from core.disclosure import Count

#: What a spreadsheet would take for a formula or a command at the start of a cell, spaces before it
#: or not.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
SPACES = " \u00a0\u3000"


def defused(value):
    """Text that begins like a formula gets an apostrophe.

    Numbers stay numbers, None becomes an empty cell, a count what everybody may be told.
    """
    if value is None:
        return ""
    if isinstance(value, Count):
        return value.as_cell()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(SPACES).startswith(RUNS) else text


#: Rows an Excel file of ours may have: more takes longer than a person waits, and CSV has no limit.
XLSX_ROWS = 100_000


class Line:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


def csv_lines(rows: Iterable[list]) -> Iterator[str]:
    """CSV line by line, with the mark that makes Excel read UTF-8."""
    writer = csv.writer(Line())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([defused(cell) for cell in row])


def xlsx_file(rows: Iterable[list]) -> io.IOBase:
    """An open temporary workbook with ``rows``; nothing in it is a formula or a link."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                safe = defused(cell)
                if isinstance(safe, int | float):
                    sheet.write_number(number, place, safe)
                else:
                    sheet.write_string(number, place, str(safe))
    file.seek(0)
    return file
