"""A file's bytes and its text, and why it may be no table."""

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

#: Bytes that are taken from a file at once.
CHUNK = 1 << 20
#: A line longer than this is no row of a table; it also bounds the memory one row can take.
LONGEST_LINE = 4 << 20


def in_silence() -> None:
    """The sign of life of work that nobody waits for."""


class Unreadable(Exception):
    """The file cannot be read as a table at all; the text is meant for the person who chose it.

    It is about the file, not about a step somebody asked for: what may not be done now is
    core.refusals.Refused.
    """


# Faults that several steps find; each is for the caller to raise.
def empty_file() -> Unreadable:
    """Of a file in which nothing stands, or nothing but blanks."""
    return Unreadable(_("The file is empty."))


def damaged_packing() -> Unreadable:
    """Of a packed file that cannot be unpacked."""
    return Unreadable(_("The compressed file is damaged."))


def too_much_unpacked() -> Unreadable:
    """Of a packed file that holds more than IMPORT_MAX_BYTES."""
    return Unreadable(_("The unpacked file is larger than this site accepts."))


def packed_twice() -> Unreadable:
    """Of a packed file inside another one."""
    return Unreadable(_("A packed file inside a packed file is not opened."))


def damaged_workbook() -> Unreadable:
    """Of a workbook that its library cannot read."""
    return Unreadable(_("This workbook is damaged or locked with a password."))


def known_other(kind: str) -> Unreadable:
    """Of a file that is known and no table, with what to do instead; ``kind``: what it is called,
    as "PDF".
    """
    return Unreadable(_("This is a %(kind)s file. Save it as CSV or .xlsx first.") % {"kind": kind})


@dataclass(frozen=True)
class TableFormat:
    """How a file is parsed.

    ``kind`` csv, html, xlsx, xls or ods; ``packed`` where gzip lies around it, ``member`` its name
    in the zip around it. ``rows`` an estimate (lines of the file, or None). A workbook has neither
    encoding nor delimiter. ``doubts``: encodings between which the bytes do not decide.

    ``sheet``: of a workbook, or which table of a page; empty for the first. ``header``: the line
    whose cells name the columns, in ``header_rows`` lines; 0 for the first line there is, and no
    lines at all where the file names no columns. ``skip_hidden``: rows that the workbook hides stay
    out. ``take_totals``: rows that look like a total or a footer are rows like others.
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    packed: bool = False
    rows: int | None = None
    member: str = ""
    doubts: tuple[str, ...] = ()
    sheet: str = ""
    header: int = 0
    header_rows: int = 1
    skip_hidden: bool = False
    take_totals: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it has an encoding: delimited text or a page; workbooks say their own."""
        return self.kind in {"csv", "html"}

    @property
    def is_sheet(self) -> bool:
        """Whether rows of it may be hidden, and it may have several sheets."""
        return self.kind in {"xlsx", "xls", "ods"}


class CappedStream(io.RawIOBase):
    """A reading stream that stops a decompression bomb at ``limit`` bytes."""

    def __init__(self, source, limit: int):
        """``source``: an open stream of bytes; ``limit`` in bytes."""
        self.source = source
        self.left = limit

    def readable(self):
        """True: io asks before it reads."""
        return True

    def readinto(self, buffer):
        """Fill ``buffer`` with what comes next; returns how many bytes that were, 0 at the end.

        Raises Unreadable over damaged gzip, and once more than ``limit`` bytes came.
        """
        try:
            count = self.source.readinto(buffer)
        except (OSError, EOFError, zlib.error) as error:
            raise damaged_packing() from error

        self.left -= count
        if self.left < 0:
            raise too_much_unpacked()
        return count

    def close(self):
        """Close the stream below as well."""
        self.source.close()
        super().close()


def open_bytes(path: Path, *, packed: bool) -> io.BufferedReader:
    """The table's bytes, unpacked where ``packed``.

    After ``IMPORT_MAX_BYTES`` of them comes Unreadable.

    Whoever asks for it closes it, and the file with it. OSError where there is none at ``path``.
    """
    # The stream that is returned closes it.
    source = gzip.open(path) if packed else path.open("rb", buffering=0)  # noqa: SIM115
    capped = CappedStream(source, settings.IMPORT_MAX_BYTES)
    return io.BufferedReader(capped, CHUNK)


@contextmanager
def unpacked(path: Path, member: str) -> Iterator[Path]:
    """A temporary file with what lies in the zip under that name; the zip is checked already.

    Raises Unreadable over damage, and after ``IMPORT_MAX_BYTES``.

    The temporary file is gone when the block ends.
    """
    with tempfile.NamedTemporaryFile(prefix="table-") as copy:
        try:
            with zipfile.ZipFile(path) as packed, packed.open(member) as part:
                copy_capped(part, copy)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
            raise damaged_packing() from error
        copy.flush()
        yield Path(copy.name)


def copy_capped(source, target) -> None:
    """Copy a stream in pieces; raises Unreadable, with a part copied, where it is larger than
    IMPORT_MAX_BYTES.
    """
    capped = CappedStream(source, settings.IMPORT_MAX_BYTES)
    while chunk := capped.read(CHUNK):
        target.write(chunk)


@contextmanager
def plain_file(path: Path, form: TableFormat) -> Iterator[Path]:
    """Where the table itself lies: ``path``, or what it holds where that is a zip of tables."""
    if not form.member:
        yield path
        return
    with unpacked(path, form.member) as inner:
        yield inner


def open_text(path: Path, form: TableFormat) -> io.TextIOWrapper:
    """The table's text with any byte order mark.

    What cannot be decoded is U+FFFD, so that only its row is refused.

    Line ends are left as they are. Raises Unreadable on the way, as ``open_bytes``.
    """
    raw = open_bytes(path, packed=form.packed)
    # The csv module wants line ends as they are: one inside quotes belongs to its cell.
    return io.TextIOWrapper(raw, form.encoding, errors="replace", newline="")
