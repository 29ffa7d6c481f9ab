"""What an uploaded file is, told from its content and never from its name.

Packing, encoding, delimiter, length.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from crm.imports.encodings import (
    DecidedEncoding,
    EncodingGuesses,
    bare_utf16,
    encoding_named,
    encoding_of_mark,
)
from crm.imports.opening import (
    CHUNK,
    LONGEST_LINE,
    TableFormat,
    Unreadable,
    empty_file,
    in_silence,
    known_other,
    open_bytes,
    open_text,
    packed_twice,
    unpacked,
)
from crm.imports.unpacking import members_of
from crm.imports.workbooks import check_workbook, kind_of_zip, refuse_too_large

#: Bytes that tell what a file is, and lines that tell its delimiter.
HEAD, SAMPLE = 4096, 50
ZIP, GZIP, OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
#: What a file may be by the ending of its name. Many systems write a page or plain text and call it
#: .xls, since Excel opens that.
ENDINGS = {
    ".csv": {"csv"},
    ".tsv": {"csv"},
    ".txt": {"csv"},
    ".xlsx": {"xlsx"},
    ".xlsm": {"xlsx"},
    ".xls": {"xls", "html", "csv", "xlsx"},
    ".ods": {"ods"},
    ".htm": {"html"},
    ".html": {"html"},
    ".gz": {"packed"},
    ".zip": {"zip"},
}
#: Control characters that no text holds: all but tab, line feed, form feed and carriage return.
CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))
#: The last two are what an input method for Chinese writes.
DELIMITERS = (",", "\t", ";", "|", "^", "~", "，", "；")
#: How a page with a table begins, and in which encoding it says it is.
PAGE = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!doctype\s+html|html|head|meta|body|table)",
    re.IGNORECASE | re.DOTALL,
)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
#: Tables of Excel 2003 in XML.
XML_TABLE = "urn:schemas-microsoft-com:office:spreadsheet"
#: Files that people choose instead of a table, by their first bytes.
KNOWN_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3", "SQLite"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"MIME-Version:", "MHTML"),
    (b"{\\rtf", "RTF"),
)


def sniff(path: Path, beat: Callable[[], None] = in_silence, member: str = "") -> TableFormat:
    """Tell the format of ``path`` by going through it once, with a ``beat`` now and then.

    Of a zip of tables that of its ``member``, else of its first. Raises Unreadable with the reason
    in words.
    """
    head = head_of(path, packed=False)
    if not head:
        raise empty_file()
    if head.startswith(ZIP):
        return sniff_zip(path, beat, member)
    if head.startswith(OLE):
        refuse_too_large("xls", path.stat().st_size)
        return TableFormat("xls")

    packed = head.startswith(GZIP)
    if packed:
        head = head_of(path, packed=True)
    refuse_others(head)
    return sniff_text(path, packed, head, beat)


def is_zip_of_tables(path: Path) -> bool:
    """Whether it is a zip and no workbook. Raises Unreadable.

    Whether there is a table in it is not asked.
    """
    return head_of(path, packed=False).startswith(ZIP) and not kind_of_zip(path)


def sniff_zip(path: Path, beat: Callable[[], None], member: str) -> TableFormat:
    """A workbook, or the table packed in a zip.

    ``member``: its name in the zip; the first is taken where there is none of that name. Raises
    Unreadable.
    """
    kind = kind_of_zip(path)
    if kind:
        check_workbook(path, beat)
        return TableFormat(kind)

    names = members_of(path)
    if member not in names:
        member = names[0]
    with unpacked(path, member) as inner:
        is_packed = head_of(inner, packed=False).startswith(GZIP)
        if is_packed or is_zip_of_tables(inner):
            raise packed_twice()
        return replace(sniff(inner, beat), member=member)


def sniff_text(path: Path, packed: bool, head: bytes, beat: Callable[[], None]) -> TableFormat:
    """Delimited text, or a page with a table.

    ``head``: its first bytes, unpacked. Raises Unreadable for what is empty or no text.
    """
    told, lines = scan(path, packed, head, beat)
    found = TableFormat("csv", told.encoding, packed=packed, rows=lines, doubts=told.doubts)
    sample = first_lines(path, found)
    if not "".join(sample).strip():
        raise empty_file()

    beginning = "".join(sample)[:HEAD].removeprefix("\ufeff")
    if XML_TABLE in beginning:
        raise Unreadable(
            _("This is a table of Excel 2003 in XML. Open it in Excel and save it as .xlsx.")
        )
    if PAGE.match(beginning):
        return page_of(replace(found, kind="html", rows=None), head)
    return replace(found, delimiter=delimiter_of(sample))


def page_of(found: TableFormat, head: bytes) -> TableFormat:
    """The format of a page, in the encoding that it says itself.

    What a mark at the beginning says goes before that, and UTF-16 too; an encoding nobody knows
    says nothing.
    """
    if found.encoding.startswith(("utf-16", "utf-32")) or encoding_of_mark(head):
        return found
    said = CHARSET.search(head)
    encoding = said and encoding_named(said.group(1).decode("ascii", "replace"))
    if not encoding:
        return found
    return replace(found, encoding=encoding, doubts=())


def head_of(path: Path, *, packed: bool) -> bytes:
    """The first bytes, which tell most files apart. Raises Unreadable.

    4096 at most, unpacked where ``packed``.
    """
    with open_bytes(path, packed=packed) as file:
        return file.read(HEAD)


def first_lines(path: Path, form: TableFormat) -> list[str]:
    """Lines by which the delimiter is told. Raises Unreadable.

    Fifty at most.
    """
    with open_text(path, form) as text:
        lines = islice(text, SAMPLE)
        return list(lines)


def refuse_others(head: bytes) -> None:
    """Raises Unreadable for a file that is known and no table, with what to do instead.

    ``head``: its first bytes, unpacked.
    """
    for mark, name in KNOWN_OTHERS:
        if head.startswith(mark):
            raise known_other(name)
    if head.startswith((b"PK", GZIP)):
        raise packed_twice()


def check_ending(name: str, found: TableFormat) -> None:
    """Raises Unreadable where the name of a file says something else than its bytes.

    A name without an ending says nothing.

    Capitals in it do not matter; an ending that is not known is never right.
    """
    ending = Path(name).suffix.lower()
    if ending and told_by_bytes(found) not in ENDINGS.get(ending, ()):
        raise Unreadable(
            _("The name of the file ends in %(ending)s, but that is not what it is.")
            % {"ending": ending[:12]}
        )


def told_by_bytes(found: TableFormat) -> str:
    """What a file is, as ``ENDINGS`` calls it: packing around the table goes before its kind."""
    if found.packed:
        return "packed"
    if found.member:
        return "zip"
    return found.kind


# --- encoding -------------------------------------------------------------------------------------
def scan(
    path: Path, packed: bool, head: bytes, beat: Callable[[], None] = in_silence
) -> tuple[DecidedEncoding, int]:
    """(encoding, number of lines). Raises Unreadable for what is no text.

    The whole file is looked at: the first Chinese name may stand in row 300,000.
    """
    fixed = encoding_of_mark(head) or bare_utf16(head)
    guesses = EncodingGuesses()
    counter = LineCounter()
    with open_bytes(path, packed=packed) as raw:
        while chunk := raw.read(CHUNK):
            beat()
            counter.feed(chunk)
            if not fixed:
                guesses.feed(chunk)

    if fixed:
        return DecidedEncoding(fixed), counter.total
    if is_binary(head):
        raise Unreadable(_("This is not a text file. Save the table as CSV or .xlsx first."))
    return guesses.told(), counter.total


class LineCounter:
    """Counts the lines of what it is fed; raises Unreadable over one too long for a table's row."""

    def __init__(self):
        """Before the first byte. ``unbroken``: bytes since the last break of a line; ``ends_open``:
        whether the last line has none.
        """
        self.lines = 0
        self.unbroken = 0
        self.ends_open = False

    def feed(self, chunk: bytes) -> None:
        """Count the lines that end in the bytes that come next.

        Raises Unreadable for a line too long for any table.
        """
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
        self.ends_open = not chunk.endswith((b"\n", b"\r", b"\0"))

    @property
    def total(self) -> int:
        """The lines, one without a break at the file's end too."""
        return self.lines + self.ends_open


def is_binary(head: bytes) -> bool:
    """A stray NUL spoils its row only; a picture or a program is full of such bytes.

    More than one such byte in fifty makes no text.
    """
    text = head.translate(None, delete=CONTROLS)
    strange = len(head) - len(text)
    return strange > len(head) / 50


# --- delimiter ------------------------------------------------------------------------------------
def delimiter_of(sample: list[str]) -> str:
    """The delimiter under which the first lines agree best on more than one column.

    A comma when none does. ``sample`` holds one line at least.

    A first line ``sep=;``, as Excel writes it, says it for certain.
    """
    said = sample[0].lstrip("\ufeff").strip().lower()
    says_delimiter = said.startswith("sep=") and len(said) == len("sep=;")
    if says_delimiter:
        return said[-1]
    # Of delimiters that agree equally well max() takes the first, which is the comma.
    return max(DELIMITERS, key=partial(agreement, sample))


def agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    """(share of rows of the most common width, that width); a share of 0 for a single column.

    The first row may be a title, and the last a remark: neither says how wide the table is.

    (0, 0) where the lines cannot be parsed so. The pair with the larger share is the better one, of
    equal shares the wider.
    """
    widths = Counter()
    try:
        for row in csv.reader(sample, delimiter=delimiter):
            if row:
                widths[len(row)] += 1
    except csv.Error:
        return 0.0, 0

    total = widths.total()
    del widths[1]
    if not widths:
        return 0.0, 1
    width, times = widths.most_common(1)[0]
    return times / total, width
