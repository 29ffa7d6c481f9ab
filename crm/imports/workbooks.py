"""Whether a packed file is a workbook that openpyxl may be given.

openpyxl believes what it opens: a file of a few kilobytes can be made that fills the machine's
memory.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from crm.imports.markup import NO_SHEET_MAX, check_markup
from crm.imports.opening import Unreadable, in_silence

#: Parts of a workbook; one with a hundred sheets, each with a drawing, has some four hundred.
MOST_PARTS = 5000
#: Bytes of the list of parts at a file's end: each entry has 46 and a name.
LONGEST_LIST = MOST_PARTS * 256
#: The record at the end of a zip: its mark, eight bytes, the length of the list, and the length of
#: the remarks that may follow. Another may stand before it, for lists that it cannot describe.
END = struct.Struct("<4s8xL4xH")
END_MARK, LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
LONGEST_END = 20 + END.size + 0xFFFF
#: What zipfile raises over a file that is damaged, locked, or packed in a way it does not know.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def check_workbook(path: Path, beat: Callable[[], None] = in_silence) -> None:
    """Refuse what only says it is a workbook: other zips, bombs, XML with entities.

    ``beat`` is called as the check goes on. Raises Unreadable.
    """
    check_list(path)
    try:
        with zipfile.ZipFile(path) as book:
            check_sizes(book)
            for name in book.namelist():
                with book.open(name) as part:
                    check_markup(part, name, beat)
    except DAMAGED as error:
        raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


# --- the archive ----------------------------------------------------------------------------------
def check_list(path: Path) -> None:
    """Refuse a list of millions of parts before zipfile reads it into memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_END))
        tail = file.read()
    at = place_of_end(tail)
    if at < 0 or len(tail) < at + END.size:
        return  # no zip, which is said by who opens it
    _mark, length, _remarks = END.unpack_from(tail, at)
    if length > LONGEST_LIST or LARGE_MARK in tail[max(0, at - 20) : at]:
        raise too_large()


def place_of_end(tail: bytes) -> int:
    """Where zipfile finds the record at the end; below 0 where there is none."""
    at = len(tail) - END.size
    if at >= 0 and tail.startswith(END_MARK, at) and tail.endswith(b"\0\0"):
        return at
    return tail.rfind(END_MARK)


def check_sizes(book: zipfile.ZipFile) -> None:
    """By what the archive says of itself; zipfile gives no more of a part than is said here."""
    sizes = {part.filename: part.file_size for part in book.infolist()}
    if "xl/workbook.xml" not in sizes:
        raise Unreadable(_("This packed file is not an Excel workbook."))
    if sum(sizes.values()) > settings.IMPORT_MAX_BYTES:
        raise Unreadable(_("The unpacked file is larger than this site accepts."))
    if len(book.infolist()) > MOST_PARTS:
        raise too_large()
    if sizes.get("xl/sharedStrings.xml", 0) > NO_SHEET_MAX:
        raise too_large()


def too_large() -> Unreadable:
    return Unreadable(_("This workbook is too large; save the table as CSV and import that."))
