"""What an uploaded file is, told from its content and never from its name.

Packing, encoding, delimiter, length.
"""

import codecs
import csv
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from crm.imports.opening import (
    CHUNK,
    LONGEST_LINE,
    TableFormat,
    Unreadable,
    in_silence,
    open_bytes,
    open_text,
)
from crm.imports.workbooks import check_workbook

#: Bytes that tell what a file is, and lines that tell its delimiter.
HEAD, SAMPLE = 4096, 50
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
#: What a file is by the ending of its name.
ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".gz": "packed"}
#: Control characters that no text holds: all but tab, line feed, form feed and carriage return.
CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))
DELIMITERS = (",", "\t", ";", "|")
#: UTF-16's marks are no beginning of UTF-8's, so the order does not matter.
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Files that people choose instead of a table, by their first bytes.
KNOWN_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Excel 97 (.xls)"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)


def sniff(path: Path, beat: Callable[[], None] = in_silence) -> TableFormat:
    """Tell the format of ``path`` by going through it once, with a ``beat`` now and then.

    Raises Unreadable with the reason in words.
    """
    head = head_of(path, packed=False)
    if not head:
        raise Unreadable(_("The file is empty."))
    if head.startswith(ZIP):
        check_workbook(path, beat)
        return TableFormat("xlsx")

    packed = head.startswith(GZIP)
    if packed:
        head = head_of(path, packed=True)
    refuse_others(head)

    encoding, lines = scan(path, packed, head, beat)
    found = TableFormat("csv", encoding, packed=packed, rows=lines)
    sample = first_lines(path, found)
    if not "".join(sample).strip():
        raise Unreadable(_("The file is empty."))
    return replace(found, delimiter=delimiter_of(sample))


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


def check_ending(name: str, found: TableFormat) -> None:
    """Raises Unreadable where the name of a file says something else than its bytes.

    A name without an ending says nothing.
    """
    ending = Path(name).suffix.lower()
    told = "packed" if found.packed else found.kind
    if ending and ENDINGS.get(ending) != told:
        raise Unreadable(
            _("The name of the file ends in %(ending)s, but that is not what it is.")
            % {"ending": ending[:12]}
        )


# --- encoding -------------------------------------------------------------------------------------
def scan(
    path: Path, packed: bool, head: bytes, beat: Callable[[], None] = in_silence
) -> tuple[str, int]:
    """(encoding, number of lines). Raises Unreadable for what is no text.

    The whole file is looked at: the first Chinese name may stand in row 300,000.
    """
    fixed = encoding_of_mark(head) or bare_utf16(head)
    candidates = ("utf-8", "gb18030")
    if fixed:
        candidates = ()
    guesses = EncodingGuesses(candidates)
    counter = LineCounter()
    with open_bytes(path, packed=packed) as raw:
        while chunk := raw.read(CHUNK):
            beat()
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
        """Raises Unreadable for a line too long for any table."""
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
    return max(DELIMITERS, key=partial(agreement, sample))


def agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    """(share of rows as wide as the first, that width); a share of 0 for a single column."""
    widths = []
    try:
        for row in csv.reader(sample, delimiter=delimiter):
            if row:
                widths.append(len(row))
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 1

    first = widths[0]
    if first == 1:
        return 0.0, first
    share = widths.count(first) / len(widths)
    return share, first
