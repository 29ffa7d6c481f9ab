"""Whether a packed file is a workbook that openpyxl may be given.

openpyxl believes what it opens: a file of a few kilobytes can be made that fills the machine's
memory.
"""

import re
import zipfile
import zlib
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from crm.imports.opening import CHUNK, LONGEST_LINE, Unreadable

#: An XML file declares its entities at its beginning.
HEAD = 4096
#: openpyxl keeps all shared strings in memory, several times their size on disk.
SHARED_STRINGS_MAX = 64 << 20
ROW_START = re.compile(rb"<(?:\w+:)?row[ >/]")
#: What zipfile raises over a file that is damaged, locked, or packed in a way it does not know.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def check_workbook(path: Path) -> None:
    """Refuse what only says it is a workbook: other zips, bombs, XML with entities.

    Raises Unreadable.
    """
    try:
        with zipfile.ZipFile(path) as book:
            check_sizes(book)
            for name in book.namelist():
                check_part(book, name)
    except DAMAGED as error:
        raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


def check_sizes(book: zipfile.ZipFile) -> None:
    """By what the archive says of itself; zipfile gives no more of a part than is said here."""
    sizes = {part.filename: part.file_size for part in book.infolist()}
    if "xl/workbook.xml" not in sizes:
        raise Unreadable(_("This packed file is not an Excel workbook."))
    if sum(sizes.values()) > settings.IMPORT_MAX_BYTES:
        raise Unreadable(_("The unpacked file is larger than this site accepts."))
    if sizes.get("xl/sharedStrings.xml", 0) > SHARED_STRINGS_MAX:
        raise Unreadable(_("This workbook is too large; save the table as CSV and import that."))


def check_part(book: zipfile.ZipFile, name: str) -> None:
    """Raises Unreadable for XML that openpyxl would choke on."""
    if name.endswith((".xml", ".rels")):
        with book.open(name) as part:
            refuse_entities(part.read(HEAD))

    is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
    if is_sheet:
        with book.open(name) as part:
            refuse_endless_rows(part)


def refuse_entities(start: bytes) -> None:
    """An entity may stand for another, and that for another: a few lines that fill the memory."""
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise Unreadable(_("This workbook holds XML entities and is not opened."))


def refuse_endless_rows(part) -> None:
    """openpyxl holds a whole row.

    One of hundreds of megabytes, packed to nothing, would fill the machine's memory.
    """
    since = 0
    while chunk := part.read(CHUNK):
        starts = [found.start() for found in ROW_START.finditer(chunk)]
        # A row's start that lies across two chunks is missed; the row before only seems longer.
        if starts:
            since = len(chunk) - starts[-1]
        else:
            since += len(chunk)
        if since > LONGEST_LINE:
            raise Unreadable(_("A row of this workbook is longer than any row of a table."))
