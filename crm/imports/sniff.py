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
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

CHUNK = 1 << 20
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
KNOWN_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Excel 97 (.xls)"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)


class Unreadable(Exception):
    """The file cannot be read as a table at all; the text is meant for the person who chose it."""


@dataclass(frozen=True)
class Format:
    """How to read a file.

    ``kind`` csv or xlsx, ``rows`` an estimate (lines of the file, or None).
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    packed: bool = False
    rows: int | None = None


class Capped(io.RawIOBase):
    """A reading stream that stops a decompression bomb at ``limit`` bytes."""

    def __init__(self, source, limit: int):
        self.source, self.left = source, limit

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
    source = gzip.open(path) if packed else path.open("rb", buffering=0)  # noqa: SIM115 - closed by the stream
    return io.BufferedReader(Capped(source, settings.IMPORT_MAX_BYTES), CHUNK)


def open_text(path: Path, form: Format) -> io.TextIOWrapper:
    """The table's text with any byte order mark.

    What cannot be decoded is U+FFFD, so that only its row is refused.
    """
    return io.TextIOWrapper(
        open_bytes(path, packed=form.packed), form.encoding, errors="replace", newline=""
    )


def sniff(path: Path) -> Format:
    """Tell the format of ``path`` by reading it once.

    Raises Unreadable with the reason in words.
    """
    with path.open("rb") as raw:
        head = raw.read(4096)
    if not head:
        raise Unreadable(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        check_workbook(path)
        return Format("xlsx")
    packed = head.startswith(b"\x1f\x8b")
    if packed:
        with open_bytes(path, packed=True) as unpacked:
            head = unpacked.read(4096)
    refuse_others(head)
    encoding, lines = read_through(path, packed, head)
    form = Format("csv", encoding, ",", packed, lines)
    with open_text(path, form) as text:
        sample = [line for _n, line in zip(range(50), text, strict=False)]
    if not any(line.strip() for line in sample):
        raise Unreadable(_("The file is empty."))
    return Format("csv", encoding, delimiter_of(sample), packed, lines)


def refuse_others(head: bytes) -> None:
    for mark, name in KNOWN_OTHERS:
        if head.startswith(mark):
            raise Unreadable(
                _("This is a %(kind)s file. Save it as CSV or .xlsx first.") % {"kind": name}
            )
    if head.startswith((b"PK", b"\x1f\x8b")):
        raise Unreadable(_("A packed file inside a packed file is not opened."))


def read_through(path: Path, packed: bool, head: bytes) -> tuple[str, int]:
    """(encoding, number of lines).

    The whole file is looked at: the first Chinese name may stand in row 300,000.
    """
    fixed = next((name for mark, name in BOMS if head.startswith(mark)), "") or bare_utf16(head)
    decoders = (
        {}
        if fixed
        else {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    )
    lines = run = 0
    with open_bytes(path, packed=packed) as raw:
        while chunk := raw.read(CHUNK):
            lines += chunk.count(b"\n") or chunk.count(b"\r")
            run = run + len(chunk) if b"\n" not in chunk and b"\r" not in chunk else 0
            if run > LONGEST_LINE:
                raise Unreadable(_("A line of the file is longer than 4 MB: this is no table."))
            for name in [name for name, decoder in decoders.items() if not decodes(decoder, chunk)]:
                del decoders[name]
    # A stray NUL spoils its row only; a picture or a program is full of such bytes.
    if not fixed and sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head) > len(head) / 50:
        raise Unreadable(_("This is not a text file. Save the table as CSV or .xlsx first."))
    # Neither fits wholly: GB18030 would turn the rest of the row into other characters, UTF-8 loses
    # only the bad ones.
    return fixed or next(iter(decoders), "utf-8"), lines


def decodes(decoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def bare_utf16(head: bytes) -> str:
    """UTF-16 without a byte order mark.

    Every second byte of ASCII text is zero. Empty when it is not.
    """
    pairs = max(len(head) // 2, 1)
    high, low = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if max(high, low) < 0.3 or min(high, low) > 0.05:
        return ""
    return "utf-16-le" if low > high else "utf-16-be"


def delimiter_of(sample: list[str]) -> str:
    """The delimiter under which the first lines agree best on more than one column.

    A comma when none does.
    """
    said = sample[0].lstrip("\ufeff").strip().lower()
    if said.startswith("sep=") and len(said) == 5:
        return said[4]

    def score(delimiter):
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return (0.0, 0)
        first = widths[0] if widths else 1
        agree = sum(width == first for width in widths) / max(len(widths), 1)
        return (agree if first > 1 else 0.0, first)

    return max(DELIMITERS, key=score)


def check_workbook(path: Path) -> None:
    """Refuse what only says it is a workbook: other zips, bombs, XML with entities."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = {part.filename: part for part in book.infolist()}
            if "xl/workbook.xml" not in parts:
                raise Unreadable(_("This packed file is not an Excel workbook."))
            if sum(part.file_size for part in parts.values()) > settings.IMPORT_MAX_BYTES:
                raise Unreadable(_("The unpacked file is larger than this site accepts."))
            strings = parts.get("xl/sharedStrings.xml")
            if strings and strings.file_size > SHARED_STRINGS_MAX:
                raise Unreadable(
                    _("This workbook is too large; save the table as CSV and import that.")
                )
            for name in parts:
                if name.endswith((".xml", ".rels")):
                    with book.open(name) as part:
                        start = part.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise Unreadable(_("This workbook holds XML entities and is not opened."))
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with book.open(name) as part:
                        refuse_endless_rows(part)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


def refuse_endless_rows(part) -> None:
    """openpyxl holds a whole row.

    One of hundreds of megabytes, packed to nothing, would fill the machine's memory.
    """
    since = 0
    while chunk := part.read(CHUNK):
        starts = [found.start() for found in ROW_START.finditer(chunk)]
        since = len(chunk) - starts[-1] if starts else since + len(chunk)
        if since > LONGEST_LINE:
            raise Unreadable(_("A row of this workbook is longer than any row of a table."))
