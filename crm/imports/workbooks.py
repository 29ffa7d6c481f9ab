"""Whether a packed file is a workbook that openpyxl may be given.

openpyxl believes what it opens: a file of a few kilobytes can be made that fills the machine's
memory.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from crm.imports.markup import NO_SHEET_MAX, ElementsKept, check_markup
from crm.imports.opening import (
    Unreadable,
    damaged_workbook,
    in_silence,
    known_other,
    too_much_unpacked,
)

#: Parts of a workbook; one with a hundred sheets, each with a drawing, has some four hundred.
MOST_PARTS = 5000
#: Bytes of the list of parts at a file's end: each entry has 46 and a name.
LONGEST_LIST = MOST_PARTS * 256
#: The record at the end of a zip: its mark, eight bytes, the length of the list of parts, four
#: bytes, and the length of the remark that may follow.
END = struct.Struct("<4s8xL4xH")
END_MARK = b"PK\x05\x06"
LONGEST_REMARK = 0xFFFF
#: What stands just before that record where it cannot describe the list, which is longer then.
LARGE_MARK, LARGE_SIZE = b"PK\x06\x07", 20
#: Bytes at the end of a file among which all of this stands.
LONGEST_END = LARGE_SIZE + END.size + LONGEST_REMARK
#: What zipfile raises over a file that is damaged, locked, or packed in a way it does not know.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
#: What a zip says of one of its parts.
SIZE, NAME_AND_SIZE = attrgetter("file_size"), attrgetter("filename", "file_size")

#: What lies in a zip that is a workbook, and in those that are not read.
KINDS = {"xl/workbook.xml": "xlsx", "content.xml": "ods"}
BINARY = "xl/workbook.bin"
#: Bytes of the workbooks that are not streamed but held in memory: a full sheet of Excel 97 has
#: half of that.
HELD_MAX = {"xls": 32 << 20, "ods": NO_SHEET_MAX}


def kind_of_zip(path: Path) -> str:
    """xlsx or ods; empty for a zip that is no workbook. Raises Unreadable.

    Told by the parts in it, never by its name; one of Excel in binary form (.xlsb) is refused.
    """
    check_list(path)
    with opened_zip(path, damaged_workbook) as book:
        names = set(book.namelist())
    if BINARY in names:
        raise known_other("Excel (.xlsb)")
    for name, kind in KINDS.items():
        if name in names:
            return kind
    return ""


@contextmanager
def opened_zip(path: Path, fault: Callable[[], Unreadable]) -> Iterator[zipfile.ZipFile]:
    """A zip, open as long as the block runs. Whatever zipfile stumbles over, also in the block, is
    raised as the ``fault``.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except DAMAGED as error:
        raise fault() from error


def refuse_too_large(kind: str, size: int) -> None:
    """Raises Unreadable for a workbook that is held in memory and too large for that.

    ``size`` in bytes; ``kind``: "xls" or "ods".
    """
    if size > HELD_MAX[kind]:
        raise too_large()


def check_workbook(path: Path, beat: Callable[[], None] = in_silence) -> None:
    """Refuse what only says it is a workbook: other zips, bombs, XML with entities.

    ``beat`` is called as the check goes on. Raises Unreadable.

    All parts are unpacked and parsed once, and nothing is kept of them.
    """
    check_list(path)
    with opened_zip(path, damaged_workbook) as book:
        check_sizes(book.infolist())
        kept = ElementsKept()
        for name in book.namelist():
            with book.open(name) as part:
                check_markup(part, name, kept, beat)


# --- the archive ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class EndRecord:
    """What the end of a zip says of its list of parts: the length in bytes, and whether that stands
    elsewhere because it is larger than this record can say.
    """

    length: int
    is_larger: bool


def check_list(path: Path) -> None:
    """Refuse a list of millions of parts before zipfile reads it into memory.

    Raises Unreadable. Only the end of the file is read.
    """
    end = read_end(path)
    # What is no zip is refused by who opens it.
    if end is None:
        return
    if end.is_larger or end.length > LONGEST_LIST:
        raise too_large()


def read_end(path: Path) -> EndRecord | None:
    """The record at the end of a file; None for what is no zip.

    At most some 64 KB at its end are read; a file that is cut has none either.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_END))
        tail = file.read()

    at = place_of_end(tail)
    is_whole = at >= 0 and at + END.size <= len(tail)
    if not is_whole:
        return None
    _mark, length, _remark = END.unpack_from(tail, at)
    just_before = tail[max(0, at - LARGE_SIZE) : at]
    return EndRecord(length, is_larger=LARGE_MARK in just_before)


def place_of_end(tail: bytes) -> int:
    """Where zipfile finds the record at the end; below 0 where there is none.

    ``tail``: the last bytes of the file.
    """
    without_remark = len(tail) - END.size
    ends_with_no_remark = tail.endswith(b"\0\0")
    if without_remark >= 0 and ends_with_no_remark and tail.startswith(END_MARK, without_remark):
        return without_remark
    return tail.rfind(END_MARK)


def check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself; zipfile gives no more of a part than is said here.

    Every part counts, also one whose name stands there twice: each of them is opened.

    Raises Unreadable. Nothing is unpacked for it.
    """
    if sum(map(SIZE, parts)) > settings.IMPORT_MAX_BYTES:
        raise too_much_unpacked()
    if len(parts) > MOST_PARTS:
        raise too_large()
    sizes = dict(map(NAME_AND_SIZE, parts))
    if sizes.get("xl/sharedStrings.xml", 0) > NO_SHEET_MAX:
        raise too_large()
    refuse_too_large("ods", sizes.get("content.xml", 0))


def too_large() -> Unreadable:
    """The refusal of a workbook that this site has no memory or time for, in words."""
    return Unreadable(_("This workbook is too large; save the table as CSV and import that."))
