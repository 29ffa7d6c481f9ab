"""Sheets and rows of a workbook of any kind, and of the tables of a page."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from crm.imports import ods, pages, xls, xlsx
from crm.imports.amounts import Amount
from crm.imports.findings import Findings
from crm.imports.opening import TableFormat, Unreadable, damaged_workbook, plain_file
from crm.imports.shapes import BookRow, SheetInfo, drop_empty_end

READERS = {"xlsx": xlsx, "xls": xls, "ods": ods}
#: No sheet has more rows. A row may say of itself that it is the two thousand millionth.
LAST_LINE = 1 << 20


def sheets_of(path: Path, form: TableFormat) -> list[SheetInfo]:
    """Sheets of a workbook, tables of a page; none for delimited text.

    Raises Unreadable for a file that is damaged, and for one without any sheet or table.
    """
    if form.kind == "csv":
        return []
    with plain_file(path, form) as inner:
        found = sheets_in(inner, form)
    if not found:
        raise Unreadable(_("The file holds no table."))
    return found


def sheets_in(inner: Path, form: TableFormat) -> list[SheetInfo]:
    """Sheets of the workbook, or tables of the page, that lies at ``inner``; empty where there is
    none. Raises Unreadable.
    """
    if form.kind == "html":
        return pages.sheets(inner, form)
    return in_words(READERS[form.kind].sheets, inner)


def in_words(read, *arguments):
    """What ``read`` gives; whatever a broken workbook made it stumble over is Unreadable.

    The libraries for workbooks raise whatever a made-up file leads them into. MemoryError stays
    what it is: the file is not to blame for a machine that is full.
    """
    try:
        return read(*arguments)
    except (MemoryError, Unreadable):
        raise
    except Exception as error:
        raise damaged_workbook() from error


def book_rows(path: Path, form: TableFormat, found: Findings) -> Iterator[BookRow]:
    """Rows of the sheet that ``form`` names, empty ones left out, and hidden ones where it says so.

    ``found`` counts what was seen. Raises Unreadable.

    Rows come as they are asked for: damage further down is raised when it is reached, and so is
    what stands for more than a file may hold.
    """
    amount = Amount()
    with plain_file(path, form) as inner:
        for row in undamaged(rows_in(inner, form, found)):
            amount.add(row)
            if is_wanted(row, form, found):
                yield row


def rows_in(inner: Path, form: TableFormat, found: Findings) -> Iterator[BookRow]:
    """All rows of that sheet, or of that table of the page, at ``inner``, as its reader gives them.
    Of a damaged workbook it raises whatever its library does.
    """
    if form.kind == "html":
        return pages.rows(inner, form)
    return READERS[form.kind].rows(inner, form.sheet, found)


def undamaged(rows: Iterator[BookRow]) -> Iterator[BookRow]:
    """The rows as they come. Raises Unreadable where the next one cannot be read, and for one that
    says it lies beyond line 1,048,576.
    """
    while row := in_words(next, rows, None):
        if row.line > LAST_LINE:
            raise damaged_workbook()
        yield row


def is_wanted(row: BookRow, form: TableFormat, found: Findings) -> bool:
    """Whether a row holds something and may come in; counts the hidden ones that do hold.

    Empty cells at its end are taken out of ``row``. Rows over the header are not counted as hidden,
    and stay.
    """
    drop_empty_end(row.cells)
    if not row.cells:
        return False
    is_body = row.line > form.header
    if row.is_hidden and is_body:
        found.hidden += 1
        return not form.skip_hidden
    return True
