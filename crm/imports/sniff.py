"""What an uploaded file is, told from its content and never from its name.

Packing, encoding, delimiter, length.
"""

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

CHUNK = 1 << 20
#: Bytes that tell what a file is, and lines that tell its delimiter.
HEAD, SAMPLE = 4096, 50
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
#: A line longer than this is no row of a table; it also bounds the memory one row can take.
LONGEST_LINE = 4 << 20
#: openpyxl keeps all shared strings in memory, several times their size on disk.
SHARED_STRINGS_MAX = 64 << 20
ROW_START = re.compile(rb"<(?:\w+:)?row[ >/]")
DELIMITERS = (",", "\t", ";", "|")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "cp1252")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What zipfile raises over a file that is damaged, locked, or packed in a way it does not know.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
KNOWN_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Excel 97 (.xls)"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)


class Unreadable(Exception):
    """The file cannot be read as a table at all; the text is meant for the person who chose it.

    It is about the file, not about a step somebody asked for: what may not be done now is
    core.refusals.Refused.
    """


@dataclass(frozen=True)
class TableFormat:
    """How to read a file.

    ``kind`` csv or xlsx, ``rows`` an estimate (lines of the file, or None).
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    packed: bool = False
    rows: int | None = None


class CappedStream(io.RawIOBase):
    """A reading stream that stops a decompression bomb at ``limit`` bytes."""

    def __init__(self, source, limit: int):
        self.source = source
        self.left = limit

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            count = self.source.readinto(buffer)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(_("The compressed file is damaged.")) from error
        self.left -= count
        if self.left < 0:
            raise Unreadable(_("The unpacked file is larger than this site accepts."))
        return count

    def close(self):
        self.source.close()
        super().close()


def open_bytes(path: Path, *, packed: bool) -> io.BufferedReader:
    """The table's bytes, unpacked where ``packed`` (gzip), never more than ``IMPORT_MAX_BYTES`` of
    them.
    """
    # The stream that is returned closes it.
    source = gzip.open(path) if packed else path.open("rb", buffering=0)  # noqa: SIM115
    return io.BufferedReader(CappedStream(source, settings.IMPORT_MAX_BYTES), CHUNK)


def open_text(path: Path, form: TableFormat) -> io.TextIOWrapper:
    """The table's text with any byte order mark.

    What cannot be decoded is U+FFFD, so that only its row is refused.
    """
    return io.TextIOWrapper(
        open_bytes(path, packed=form.packed), form.encoding, errors="replace", newline=""
    )


def sniff(path: Path) -> TableFormat:
    """Tell the format of ``path`` by reading it once.

    Raises Unreadable with the reason in words.
    """
    head = head_of(path, packed=False)
    if not head:
        raise Unreadable(_("The file is empty."))
    if head.startswith(ZIP):
        check_workbook(path)
        return TableFormat("xlsx")
    packed = head.startswith(GZIP)
    if packed:
        head = head_of(path, packed=True)
    refuse_others(head)
    encoding, lines = read_through(path, packed, head)
    found = TableFormat("csv", encoding, packed=packed, rows=lines)
    sample = first_lines(path, found)
    if not any(line.strip() for line in sample):
        raise Unreadable(_("The file is empty."))
    return replace(found, delimiter=delimiter_of(sample))


def head_of(path: Path, *, packed: bool) -> bytes:
    with open_bytes(path, packed=packed) as file:
        return file.read(HEAD)


def first_lines(path: Path, form: TableFormat) -> list[str]:
    with open_text(path, form) as text:
        return list(islice(text, SAMPLE))


def refuse_others(head: bytes) -> None:
    for mark, name in KNOWN_OTHERS:
        if head.startswith(mark):
            raise Unreadable(
                _("This is a %(kind)s file. Save it as CSV or .xlsx first.") % {"kind": name}
            )
    if head.startswith((b"PK", GZIP)):
        raise Unreadable(_("A packed file inside a packed file is not opened."))


def read_through(path: Path, packed: bool, head: bytes) -> tuple[str, int]:
    """(encoding, number of lines).

    The whole file is looked at: the first Chinese name may stand in row 300,000.
    """
    fixed = encoding_of_mark(head) or bare_utf16(head)
    guesses = EncodingGuesses(() if fixed else ("utf-8", "gb18030"))
    lines = 0
    unbroken = 0
    with open_bytes(path, packed=packed) as raw:
        while chunk := raw.read(CHUNK):
            breaks = chunk.count(b"\n") or chunk.count(b"\r")
            lines += breaks
            unbroken = 0 if breaks else unbroken + len(chunk)
            if unbroken > LONGEST_LINE:
                raise Unreadable(_("A line of the file is longer than 4 MB: this is no table."))
            guesses.feed(chunk)
    if fixed:
        return fixed, lines
    if is_binary(head):
        raise Unreadable(_("This is not a text file. Save the table as CSV or .xlsx first."))
    return guesses.best(), lines


def encoding_of_mark(head: bytes) -> str:
    """What a byte order mark says; empty without one."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    return ""


def is_binary(head: bytes) -> bool:
    """A stray NUL spoils its row only; a picture or a program is full of such bytes."""
    strange = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    return strange > len(head) / 50


class EncodingGuesses:
    """Encodings that fit everything fed so far, the likelier first."""

    def __init__(self, names: tuple[str, ...]):
        self.decoders = {name: codecs.getincrementaldecoder(name)() for name in names}

    def feed(self, chunk: bytes) -> None:
        for name, decoder in list(self.decoders.items()):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                del self.decoders[name]

    def best(self) -> str:
        # Where none fits wholly, GB18030 would turn the rest of a row into other characters,
        # UTF-8 loses only the bad ones.
        return next(iter(self.decoders), "utf-8")


def bare_utf16(head: bytes) -> str:
    """UTF-16 without a byte order mark.

    Every second byte of ASCII text is zero. Empty when it is not.
    """
    pairs = max(len(head) // 2, 1)
    even = head[0::2].count(0) / pairs
    odd = head[1::2].count(0) / pairs
    if max(even, odd) < 0.3 or min(even, odd) > 0.05:
        return ""
    if odd > even:
        return "utf-16-le"
    return "utf-16-be"


def delimiter_of(sample: list[str]) -> str:
    """The delimiter under which the first lines agree best on more than one column.

    A comma when none does.
    """
    said = sample[0].lstrip("\ufeff").strip().lower()
    if said.startswith("sep=") and len(said) == len("sep=;"):
        return said[-1]
    return max(DELIMITERS, key=lambda delimiter: agreement(sample, delimiter))


def agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    """(share of rows as wide as the first, that width); 0 for a single column."""
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 1
    first = widths[0]
    if first == 1:
        return 0.0, first
    return widths.count(first) / len(widths), first


def check_workbook(path: Path) -> None:
    """Refuse what only says it is a workbook: other zips, bombs, XML with entities."""
    try:
        with zipfile.ZipFile(path) as book:
            check_sizes(book)
            for name in book.namelist():
                check_part(book, name)
    except DAMAGED as error:
        raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


def check_sizes(book: zipfile.ZipFile) -> None:
    sizes = {part.filename: part.file_size for part in book.infolist()}
    if "xl/workbook.xml" not in sizes:
        raise Unreadable(_("This packed file is not an Excel workbook."))
    if sum(sizes.values()) > settings.IMPORT_MAX_BYTES:
        raise Unreadable(_("The unpacked file is larger than this site accepts."))
    if sizes.get("xl/sharedStrings.xml", 0) > SHARED_STRINGS_MAX:
        raise Unreadable(_("This workbook is too large; save the table as CSV and import that."))


def check_part(book: zipfile.ZipFile, name: str) -> None:
    if name.endswith((".xml", ".rels")):
        with book.open(name) as part:
            refuse_entities(part.read(HEAD))
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
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
        if starts:
            since = len(chunk) - starts[-1]
        else:
            since += len(chunk)
        if since > LONGEST_LINE:
            raise Unreadable(_("A row of this workbook is longer than any row of a table."))
