"""Whether a part of a workbook can be parsed in time and memory that its size allows.

The parser looks at an unfinished remark or tag from its beginning whenever more of it comes: one of
300 MB, packed to nothing, would keep a worker for hours. Tags in tags it keeps in memory.
"""

import re
from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate

from django.utils.translation import gettext as _

from crm.imports.opening import CHUNK, LONGEST_LINE, Unreadable

#: Bytes of one tag, remark or instruction, and of all that stands before the first element.
LONGEST_TOKEN = 1 << 20
#: Elements in elements; a drawing has some twenty.
DEEPEST = 200
#: Bytes of a part that is no sheet. openpyxl keeps all shared strings in memory, several times
#: their size on disk.
NO_SHEET_MAX = 64 << 20
ROW_START = re.compile(rb"<(?:\w+:)?row[ >/]")


def check_markup(part, name: str, beat: Callable[[], None]) -> None:
    """Raises Unreadable for a part over which openpyxl would sit too long.

    What is no XML is passed over: openpyxl stumbles where this parser does. Any part is looked at,
    since a workbook may have its sheets under any name. ``beat`` is called as it goes on.
    """
    walk = Walk()
    rows = RowLengths(is_sheet=name.startswith("xl/worksheets/"))
    try:
        while chunk := part.read(CHUNK):
            beat()
            walk.feed(chunk)
            rows.feed(chunk)
    except (ExpatError, ValueError, LookupError) as error:
        if name.endswith((".xml", ".rels")) and not walk.has_begun:
            raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


class Walk:
    """Feeds the parser and sees how far it comes.

    An entity may stand for another, and that for another: a few lines that fill the memory. The
    parser itself finds their declarations, in whichever encoding and after however long a remark.
    """

    def __init__(self):
        self.parser = ParserCreate()
        self.parser.StartDoctypeDeclHandler = refuse_declarations
        self.parser.StartElementHandler = self.open
        self.parser.EndElementHandler = self.close
        self.has_begun = False
        self.depth = self.fed = self.parsed = 0

    def open(self, _name, _attributes) -> None:
        self.has_begun = True
        self.depth += 1
        if self.depth > DEEPEST:
            raise not_made_by_a_program()

    def close(self, _name) -> None:
        self.depth -= 1

    def feed(self, chunk: bytes) -> None:
        """Raises Unreadable where the parser does not get on."""
        self.parser.Parse(chunk, False)
        self.fed += len(chunk)
        # Below zero where the parser says nothing.
        self.parsed = max(self.parsed, self.parser.CurrentByteIndex)
        since = self.parsed if self.has_begun else 0
        if self.fed - since > LONGEST_TOKEN:
            raise not_made_by_a_program()


class RowLengths:
    """How long the rows are: openpyxl holds a whole one."""

    def __init__(self, *, is_sheet: bool):
        self.longest = LONGEST_LINE if is_sheet else NO_SHEET_MAX
        self.since = 0

    def feed(self, chunk: bytes) -> None:
        """Raises Unreadable for a row that would fill the machine's memory."""
        starts = [found.start() for found in ROW_START.finditer(chunk)]
        # A row's start that lies across two chunks is missed; the row before only seems longer.
        if starts:
            self.since = len(chunk) - starts[-1]
        else:
            self.since += len(chunk)
        if self.since > self.longest:
            raise Unreadable(_("A row of this workbook is longer than any row of a table."))


def refuse_declarations(*_declared) -> None:
    raise Unreadable(_("This workbook holds XML entities and is not opened."))


def not_made_by_a_program() -> Unreadable:
    return Unreadable(
        _("This workbook holds what no program for tables writes. Save it anew, or as CSV.")
    )
