"""Whether a part of a workbook can be parsed in time and memory that its size allows.

The parser looks at an unfinished remark or tag from its beginning whenever more of it comes: one of
300 MB, packed to nothing, would keep a worker for hours. Tags in tags it keeps in memory.
"""

from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate

from django.utils.translation import gettext as _

from crm.imports.amounts import MOST_PLACES, not_made_by_a_program, too_long_a_row
from crm.imports.opening import CHUNK, LONGEST_LINE, Unreadable, damaged_workbook

#: Bytes of one tag, remark or instruction, and of all that stands before the first element.
LONGEST_TOKEN = 1 << 20
#: Elements in elements; a drawing has some twenty.
DEEPEST = 200
#: Bytes of a part that is no sheet. openpyxl keeps all shared strings in memory, several times
#: their size on disk.
NO_SHEET_MAX = 64 << 20
#: Bytes of a sheet that are in no row: merged cells, links, formats. They are kept as well.
NO_ROW_MAX = 16 << 20
#: Elements of a whole workbook that are in no row of a sheet, of the parts that are read: an object
#: is made of each, and kept. A sheet has at most some 65,000 links and styles.
MOST_KEPT = 200_000
#: Elements of texts that cells share, two for each; one takes openpyxl some 50 µs.
MOST_SHARED = 3_000_000
#: How a workbook's own elements are called, as Excel writes it and as the standard wants it. Only
#: of these openpyxl lets a row go after it was read.
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
SHEETS = {f"{name} worksheet" for name in MAIN}
ROWS = {f"{name} row" for name in MAIN}
CELLS = {f"{name} c" for name in MAIN}
SHARED = {f"{name} sst" for name in MAIN}
#: The same of LibreOffice. Its rows may lie in groups and in headers of a sheet.
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
DOCUMENTS = {f"{OASIS}:office:1.0 document-content"}
ROWS_ANYWHERE = {f"{OASIS}:table:1.0 table-row"}
CELLS_UNNAMED = {f"{OASIS}:table:1.0 {name}" for name in ("table-cell", "covered-table-cell")}
#: Elements of parts that are not read at all, by the root of the part: the order in which formulas
#: are calculated, what a pivot table remembers, other workbooks that formulas ask, remarks. Only by
#: these names: under a root of any name a part may be read as something else.
UNREAD = {
    "calcChain": {"c"},
    "pivotCacheRecords": {"r", "m", "n", "b", "e", "s", "d", "x"},
    "externalLink": {"sheetData", "row", "cell", "v"},
    "comments": {"comment", "text", "r", "rPr", "t", "rFont", "sz", "color", "family", "b", "i"},
}
#: A row lies in the data of a sheet, and that in the sheet.
DEPTH_OF_ROWS = 3
#: Columns that a sheet can have, and elements in one row: a cell has four, with its text.
MOST_CELLS = 16_384
MOST_IN_ROW = 8 * MOST_CELLS
#: Rows that a sheet can have, and characters of what stands at the beginning of one.
MOST_ROWS = 1 << 20
LONGEST_ROW_TAG = 1024


class ElementsKept:
    """How many elements of a workbook, in whichever part, are kept in memory."""

    def __init__(self, most: int = MOST_KEPT):
        """``most``: how many elements may be kept."""
        self.n = 0
        self.most = most

    def one_more(self) -> None:
        """Count one more element. Raises Unreadable for more than any program for tables writes."""
        self.n += 1
        if self.n > self.most:
            raise not_made_by_a_program()


def check_markup(part, name: str, kept: ElementsKept, beat: Callable[[], None]) -> None:
    """Raises Unreadable for a part over which openpyxl would sit too long.

    What is no XML is passed over: openpyxl stumbles where this parser does. Any part is looked at,
    since a workbook may have its sheets under any name. ``kept`` counts through all parts; ``beat``
    is called as it goes on.

    What is called XML, by the ending of ``name``, and has no element is damaged.
    """
    walk = Walk(kept)
    try:
        while chunk := part.read(CHUNK):
            beat()
            walk.feed(chunk)
    except (ExpatError, ValueError, LookupError) as error:
        if name.endswith((".xml", ".rels")) and not walk.has_begun:
            raise damaged_workbook() from error


class Walk:
    """Feeds the parser and sees how far it comes.

    An entity may stand for another, and that for another: a few lines that fill the memory. The
    parser itself finds their declarations, in whichever encoding and after however long a remark.
    """

    def __init__(self, kept: ElementsKept):
        """``kept``: counts the elements that are in no row through all parts of a workbook. Places
        (``fed``, ``parsed``) are in bytes; ``depth``: how many elements are open.
        """
        self.kept = kept
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = refuse_declarations
        self.parser.StartElementHandler = self.open
        self.parser.EndElementHandler = self.close
        self.has_begun = False
        self.depth = self.fed = self.parsed = self.shared = 0
        self.has_shared = self.has_rows_anywhere = False
        self.depth_of_row = 0
        self.unread: set[str] = set()
        self.rows = SheetRows()

    def open(self, name, attributes) -> None:
        """An element begins. Raises Unreadable where there are more than anybody writes."""
        self.has_begun = True
        self.depth += 1
        if self.depth > DEEPEST:
            raise not_made_by_a_program()
        if self.depth == 1:
            self.open_root(name)
        self.take(name, attributes)

    def open_root(self, name: str) -> None:
        """The outermost element of a part begins, which says what the part is."""
        self.rows.is_sheet = name in SHEETS | DOCUMENTS
        self.has_rows_anywhere = name in DOCUMENTS
        self.has_shared = name in SHARED
        self.unread = UNREAD.get(local_name(name), set())

    def take(self, name: str, attributes: dict[str, str]) -> None:
        """Count the element where it stands: in a row, as one, among shared texts, or elsewhere;
        those that are not read count for nothing. Raises Unreadable for too many.
        """
        if self.rows.in_row:
            self.rows.count(name, attributes)
        elif self.is_row(name):
            self.depth_of_row = self.depth
            self.rows.begin(self.parser.CurrentByteIndex, attributes)
        elif self.has_shared:
            self.count_shared()
        elif local_name(name) not in self.unread:
            self.kept.one_more()

    def is_row(self, name: str) -> bool:
        """Whether an element that begins is a row that its reader lets go once it was read."""
        if self.has_rows_anywhere:
            return name in ROWS_ANYWHERE
        return self.depth == DEPTH_OF_ROWS and self.rows.is_sheet and name in ROWS

    def count_shared(self) -> None:
        """One more element of texts that cells share.

        Raises Unreadable after three million.
        """
        self.shared += 1
        if self.shared > MOST_SHARED:
            raise not_made_by_a_program()

    def close(self, _name) -> None:
        """An element ends, and with it maybe a row."""
        if self.rows.in_row and self.depth == self.depth_of_row:
            self.rows.end(self.parser.CurrentByteIndex)
        self.depth -= 1

    def feed(self, chunk: bytes) -> None:
        """Parse some bytes more. Raises Unreadable where the parser does not get on, and for
        whatever is longer or deeper than a program for tables writes it; ExpatError for what is no
        XML.
        """
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
        """Before the first row. ``since``: the byte from which the open row, or what stands between
        two rows, is measured.
        """
        self.is_sheet = self.in_row = False
        self.since = self.outside = 0
        self.elements = self.cells = self.width = 0
        self.line = self.begun = self.places = 0

    def begin(self, at: int, attributes: dict[str, str]) -> None:
        """A row begins. Raises Unreadable where it stands before the one above it, where there are
        more than a sheet can have, or where its tag alone is longer than any program writes.

        ``at``: where it begins, in bytes; ``attributes`` of its tag, among which ``r`` is its line.
        """
        self.begun += 1
        line = attributes.get("r", "")
        number = int(line) if line.isdecimal() else self.line + 1
        is_long = sum(map(len, attributes.values())) > LONGEST_ROW_TAG
        if is_long or self.begun > MOST_ROWS or not self.line < number:
            raise not_made_by_a_program()

        self.line = number
        self.outside += at - self.since
        self.in_row, self.since = True, at
        self.elements = self.cells = self.width = 0

    def count(self, name: str, attributes: dict[str, str]) -> None:
        """One more element of the open row. Raises Unreadable for more than a row can have.

        An element that is a cell makes the row as wide as the column it names, or one wider. Of
        LibreOffice the places are counted as the rows are read: a cell may say how often it stands
        there.
        """
        self.elements += 1
        self.cells += name in CELLS_UNNAMED
        if name in CELLS:
            self.cells += 1
            self.width = max(self.width + 1, column_of(attributes.get("r", "")))
        if self.elements > MOST_IN_ROW or self.cells > MOST_CELLS:
            raise too_long_a_row()

    def end(self, at: int) -> None:
        """A row ends at the byte ``at``. Raises Unreadable where the rows so far are wider than a
        machine has time for.
        """
        self.in_row, self.since = False, at
        self.places += self.width
        if self.places > MOST_PLACES:
            raise not_made_by_a_program()

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


def local_name(name: str) -> str:
    """The name of an element without its namespace.

    ``name`` as the parser gives it, with a blank between the two.
    """
    return name.rpartition(" ")[2]


def column_of(reference: str) -> int:
    """The number of a cell's column, from 1: "C7" is 3; 0 where the reference names none.

    Three letters are read at most, as no sheet has a column of four.
    """
    number = 0
    for letter in reference[:3]:
        if not (letter.isascii() and letter.isalpha()):
            break
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number


def refuse_declarations(*_declared) -> None:
    """Raises Unreadable; the parser calls it at a document type, in which alone entities are
    declared.
    """
    raise Unreadable(_("This workbook holds XML entities and is not opened."))
