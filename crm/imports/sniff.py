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
#: Control characters that no text holds: all but tab, line feed, form feed and carriage return.
CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))
ROW_START = re.compile(rb"<(?:\w+:)?row[ >/]")
DELIMITERS = (",", "\t", ";", "|")
#: UTF-16's marks are no beginning of UTF-8's, so the order does not matter.
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
#: Files that people choose instead of a table, by their first bytes.
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
    """How a file is parsed.

    ``kind`` csv or xlsx, ``packed`` where gzip lies around it, ``rows`` an estimate (lines of the
    file, or None). A workbook has neither encoding nor delimiter.
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    packed: bool = False
    rows: int | None = None


def sniff(path: Path) -> TableFormat:
    """Tell the format of ``path`` by going through it once.

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

    encoding, lines = scan(path, packed, head)
    found = TableFormat("csv", encoding, packed=packed, rows=lines)
    sample = first_lines(path, found)
    if not "".join(sample).strip():
        raise Unreadable(_("The file is empty."))
    return replace(found, delimiter=delimiter_of(sample))


# --- bytes and text -------------------------------------------------------------------------------
class CappedStream(io.RawIOBase):
    """A reading stream that stops a decompression bomb at ``limit`` bytes."""

    def __init__(self, source, limit: int):
        self.source = source
        self.left = limit

    def readable(self):
        return True

    def readinto(self, buffer):
        """Raises Unreadable over damaged gzip, and once more than ``limit`` bytes came."""
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
    """The table's bytes, unpacked where ``packed``.

    After ``IMPORT_MAX_BYTES`` of them comes Unreadable.
    """
    # The stream that is returned closes it.
    source = gzip.open(path) if packed else path.open("rb", buffering=0)  # noqa: SIM115
    capped = CappedStream(source, settings.IMPORT_MAX_BYTES)
    return io.BufferedReader(capped, CHUNK)


def open_text(path: Path, form: TableFormat) -> io.TextIOWrapper:
    """The table's text with any byte order mark.

    What cannot be decoded is U+FFFD, so that only its row is refused.
    """
    raw = open_bytes(path, packed=form.packed)
    # The csv module wants line ends as they are: one inside quotes belongs to its cell.
    return io.TextIOWrapper(raw, form.encoding, errors="replace", newline="")


def head_of(path: Path, *, packed: bool) -> bytes:
    """The first bytes, which tell most files apart. Raises Unreadable."""
    with open_bytes(path, packed=packed) as file:
        return file.read(HEAD)


def first_lines(path: Path, form: TableFormat) -> list[str]:
    """Lines by which the delimiter is told. Raises Unreadable."""
    with open_text(path, form) as text:
        lines = islice(text, SAMPLE)
        return list(lines)


def refuse_others(head: bytes) -> None:
    """Raises Unreadable for a file that is known and no table, with what to do instead."""
    for mark, name in KNOWN_OTHERS:
        if head.startswith(mark):
            raise Unreadable(
                _("This is a %(kind)s file. Save it as CSV or .xlsx first.") % {"kind": name}
            )
    if head.startswith((b"PK", GZIP)):
        raise Unreadable(_("A packed file inside a packed file is not opened."))


# --- encoding -------------------------------------------------------------------------------------
def scan(path: Path, packed: bool, head: bytes) -> tuple[str, int]:
    """(encoding, number of lines). Raises Unreadable for what is no text.

    The whole file is looked at: the first Chinese name may stand in row 300,000.
    """
    fixed = encoding_of_mark(head) or bare_utf16(head)
    candidates = () if fixed else ("utf-8", "gb18030")
    guesses = EncodingGuesses(candidates)
    counter = LineCounter()
    with open_bytes(path, packed=packed) as raw:
        while chunk := raw.read(CHUNK):
            counter.feed(chunk)
            guesses.feed(chunk)

    if fixed:
        return fixed, counter.lines
    if is_binary(head):
        raise Unreadable(_("This is not a text file. Save the table as CSV or .xlsx first."))
    return guesses.best(), counter.lines


class LineCounter:
    """Counts the lines of what it is fed; raises Unreadable over one too long for a table's row."""

    def __init__(self):
        self.lines = 0
        self.unbroken = 0

    def feed(self, chunk: bytes) -> None:
        breaks = chunk.count(b"\n")
        if not breaks:
            # Old programs of the Macintosh end lines by a carriage return alone.
            breaks = chunk.count(b"\r")

        if breaks:
            self.lines += breaks
            self.unbroken = 0
        else:
            self.unbroken += len(chunk)
        if self.unbroken > LONGEST_LINE:
            raise Unreadable(_("A line of the file is longer than 4 MB: this is no table."))


class EncodingGuesses:
    """Encodings that fit everything fed so far, the likelier first."""

    def __init__(self, names: tuple[str, ...]):
        self.decoders = {}
        for name in names:
            # Incremental, since a chunk may end inside a character.
            self.decoders[name] = codecs.getincrementaldecoder(name)()

    def feed(self, chunk: bytes) -> None:
        """Give up the encodings in which these bytes are no text."""
        for name, decoder in list(self.decoders.items()):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                del self.decoders[name]

    def best(self) -> str:
        """The likeliest that fits; UTF-8 where none does."""
        # Where none fits wholly, GB18030 would turn the rest of a row into other characters,
        # UTF-8 loses only the bad ones.
        return next(iter(self.decoders), "utf-8")


def encoding_of_mark(head: bytes) -> str:
    """What a byte order mark says; empty without one."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    return ""


def bare_utf16(head: bytes) -> str:
    """UTF-16 without a byte order mark; empty when it is not.

    Every second byte of ASCII text is zero, and delimiters, digits and line ends are ASCII also
    where the names are Chinese: three zeros in ten are enough on one side, where the other has next
    to none.
    """
    pairs = max(len(head) // 2, 1)
    even = head[0::2].count(0) / pairs
    odd = head[1::2].count(0) / pairs

    is_utf16 = max(even, odd) >= 0.3 and min(even, odd) <= 0.05
    if not is_utf16:
        return ""
    # The zero is the upper half of an ASCII character: it comes second where the lower comes first.
    if odd > even:
        return "utf-16-le"
    return "utf-16-be"


def is_binary(head: bytes) -> bool:
    """A stray NUL spoils its row only; a picture or a program is full of such bytes."""
    text = head.translate(None, delete=CONTROLS)
    strange = len(head) - len(text)
    return strange > len(head) / 50


# --- delimiter ------------------------------------------------------------------------------------
def delimiter_of(sample: list[str]) -> str:
    """The delimiter under which the first lines agree best on more than one column.

    A comma when none does. ``sample`` holds one line at least.
    """
    said = sample[0].lstrip("\ufeff").strip().lower()
    says_delimiter = said.startswith("sep=") and len(said) == len("sep=;")
    if says_delimiter:
        return said[-1]
    # Of delimiters that agree equally well max() takes the first, which is the comma.
    return max(DELIMITERS, key=lambda delimiter: agreement(sample, delimiter))


def agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    """(share of rows as wide as the first, that width); a share of 0 for a single column."""
    rows = csv.reader(sample, delimiter=delimiter)
    try:
        widths = [len(row) for row in rows if row]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 1

    first = widths[0]
    if first == 1:
        return 0.0, first
    share = widths.count(first) / len(widths)
    return share, first


# --- workbooks ------------------------------------------------------------------------------------
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
