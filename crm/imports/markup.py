"""Whether a part of a workbook can be parsed in time and memory that its size allows.

The parser looks at an unfinished remark or tag from its beginning whenever more of it comes: one of
300 MB, packed to nothing, would keep a worker for hours. Tags in tags it keeps in memory.
"""

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
#: Bytes of a sheet that are in no row: merged cells, links, formats. They are kept as well.
NO_ROW_MAX = 16 << 20
#: How a workbook's own elements are called, as Excel writes it and as the standard wants it. Only
#: of these openpyxl lets a row go after it was read.
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
SHEETS = {f"{name} worksheet" for name in MAIN}
ROWS = {f"{name} row" for name in MAIN}
CELLS = {f"{name} c" for name in MAIN}
#: A row lies in the data of a sheet, and that in the sheet.
DEPTH_OF_ROWS = 3
#: Columns that a sheet can have, and elements in one row: a cell has four, with its text.
MOST_CELLS = 16_384
MOST_IN_ROW = 8 * MOST_CELLS


def check_markup(part, name: str, beat: Callable[[], None]) -> None:
    """Raises Unreadable for a part over which openpyxl would sit too long.

    What is no XML is passed over: openpyxl stumbles where this parser does. Any part is looked at,
    since a workbook may have its sheets under any name. ``beat`` is called as it goes on.
    """
    walk = Walk()
    try:
        while chunk := part.read(CHUNK):
            beat()
            walk.feed(chunk)
    except (ExpatError, ValueError, LookupError) as error:
        if name.endswith((".xml", ".rels")) and not walk.has_begun:
            raise Unreadable(_("This workbook is damaged or locked with a password.")) from error


class Walk:
    """Feeds the parser and sees how far it comes.

    An entity may stand for another, and that for another: a few lines that fill the memory. The
    parser itself finds their declarations, in whichever encoding and after however long a remark.
    """

    def __init__(self):
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = refuse_declarations
        self.parser.StartElementHandler = self.open
        self.parser.EndElementHandler = self.close
        self.has_begun = False
        self.depth = self.fed = self.parsed = 0
        self.rows = SheetRows()

    def open(self, name, _attributes) -> None:
        self.has_begun = True
        self.depth += 1
        if self.depth > DEEPEST:
            raise not_made_by_a_program()
        if self.depth == 1:
            self.rows.is_sheet = name in SHEETS
        if self.rows.in_row:
            self.rows.count(name)
        elif self.depth == DEPTH_OF_ROWS and name in ROWS:
            self.rows.begin(self.parser.CurrentByteIndex)

    def close(self, _name) -> None:
        if self.rows.in_row and self.depth == DEPTH_OF_ROWS:
            self.rows.end(self.parser.CurrentByteIndex)
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
        self.rows.reach(self.parsed)


class SheetRows:
    """How long the rows are, and how much stands outside of them: openpyxl holds a whole row, and
    all that is in none. Only a sheet has rows. Lengths and places are in bytes.
    """

    def __init__(self):
        self.is_sheet = self.in_row = False
        self.since = self.outside = 0
        self.elements = self.cells = 0

    def begin(self, at: int) -> None:
        """A row begins; in a part that is no sheet it is an element like others."""
        if not self.is_sheet:
            return
        self.outside += at - self.since
        self.in_row, self.since = True, at
        self.elements = self.cells = 0

    def count(self, name: str) -> None:
        """One more element of the open row. Raises Unreadable for more than a row can have."""
        self.elements += 1
        self.cells += name in CELLS
        if self.elements > MOST_IN_ROW or self.cells > MOST_CELLS:
            raise too_long_a_row()

    def end(self, at: int) -> None:
        self.in_row, self.since = False, at

    def reach(self, at: int) -> None:
        """Parsed as far as ``at``. Raises Unreadable for what would fill the machine's memory."""
        length = at - self.since
        if self.in_row:
            if length > LONGEST_LINE:
                raise too_long_a_row()
            return
        most = NO_ROW_MAX if self.is_sheet else NO_SHEET_MAX
        if self.outside + length > most:
            raise not_made_by_a_program()


def too_long_a_row() -> Unreadable:
    return Unreadable(_("A row of this workbook is longer than any row of a table."))


def refuse_declarations(*_declared) -> None:
    raise Unreadable(_("This workbook holds XML entities and is not opened."))


def not_made_by_a_program() -> Unreadable:
    return Unreadable(
        _("This workbook holds what no program for tables writes. Save it anew, or as CSV.")
    )
