"""Rows of a workbook of LibreOffice (.ods), one after another.

Read as XML and not by a library for workbooks: those give the value of a cell, and the zeros at the
front of a number and the rows that are filtered out stand beside it.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from crm.imports.amounts import FilledRow
from crm.imports.findings import ERROR, FORMULA, WIDEST, Findings
from crm.imports.shapes import BookRow, Merged, SheetInfo, drop_empty_end
from crm.imports.values import text_of_value

OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT = f"{OASIS}table:1.0}}", f"{OASIS}office:1.0}}", f"{OASIS}text:1.0}}"
STYLE = f"{OASIS}style:1.0}}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
SHEET, ROW, COLUMN = f"{TABLE}table", f"{TABLE}table-row", f"{TABLE}table-column"
CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}
#: The element that declares a style.
DECLARED = f"{STYLE}style"
#: What stands in a cell's text for several blanks, and remarks that are no text of the cell.
BLANKS, REMARK = f"{TEXT}s", f"{OFFICE}annotation"
#: What stands in it for one character.
SIGNS = {f"{TEXT}line-break": "\n", f"{TEXT}tab": "\t"}
#: A row says how often it is repeated; empty ones to the end of the sheet.
MOST_REPEATED = 1 << 20
VISIBLE = "visible"
#: One text of which all runs of blanks are cut, none of them longer.
BLANK_RUN = " " * WIDEST


@contextmanager
def content(path: Path) -> Iterator:
    """A stream of the part in which all sheets stand, open as long as the block runs."""
    with zipfile.ZipFile(path) as book, book.open("content.xml") as part:
        yield part


def parsed(part, tags: list[str], events=("end",)) -> Iterator:
    """(event, element) of the elements with these tags; no entity is followed.

    ``events``: "start" and "end" of an element; at its start what stands in it is not there yet.
    """
    # An uploaded file could name entities that read files of the server.
    return etree.iterparse(
        part, events=events, tag=tags, resolve_entities=False, no_network=True, huge_tree=False
    )


def sheets(path: Path) -> list[SheetInfo]:
    """The sheets in their order.

    The rows are let go unread on the way.
    """
    # Styles stand before the sheets that name them, so one pass is enough.
    hidden_styles = set()
    found = []
    with content(path) as part:
        for event, element in parsed(part, [DECLARED, SHEET, ROW], ("start", "end")):
            if (event, element.tag) == ("start", SHEET):
                found.append(sheet_of(element, hidden_styles))
            elif event == "end":
                note_style(element, hidden_styles)
                forget_row(element)
    return found


def sheet_of(element, hidden_styles: set[str]) -> SheetInfo:
    """A sheet as its element begins: its name, and whether its style takes it off the screen."""
    is_hidden = element.get(f"{TABLE}style-name") in hidden_styles
    return SheetInfo(element.get(f"{TABLE}name", ""), is_hidden)


def note_style(element, hidden_styles: set[str]) -> None:
    """Add the name of a style that takes a sheet off the screen; any other element says nothing."""
    if element.tag == DECLARED and hides(element):
        hidden_styles.add(element.get(f"{STYLE}name"))


def hides(style) -> bool:
    """Whether a style takes a sheet off the screen.

    ``style``: the element that declares it.
    """
    return any(child.get(f"{TABLE}display") == "false" for child in style)


def forget_row(element) -> None:
    """Let a row go, with what stands before it: the file may have a million. Other elements stay.

    Rows of sheets that are not read would fill the memory as well.
    """
    if element.tag != ROW:
        return
    element.clear(keep_tail=False)
    while element.getprevious() is not None:
        del element.getparent()[0]


def rows(path: Path, name: str, found: Findings) -> Iterator[BookRow]:
    """Rows of the sheet of that name, else of the first.

    Merged cells are filled, columns that are not shown are noted in ``found``. Rows repeat as often
    as they say, empty ones once; what fails on a damaged file is raised as it comes.
    """
    with content(path) as part:
        line = place = 0
        merged = SpanningCells(found)
        for element in elements_of(part, name):
            if element.tag == COLUMN:
                place = note_column(element, place, found)
                continue
            yield from repeated(element, line, found, merged)
            line += times(element, "rows", MOST_REPEATED)


def elements_of(part, name: str) -> Iterator:
    """Columns and rows of the sheet of that name, of the first for an empty name, as they end. Each
    row is let go when the next is asked for.
    """
    is_in_sheet = False
    for event, element in parsed(part, [SHEET, COLUMN, ROW], ("start", "end")):
        if element.tag == SHEET:
            if is_in_sheet:
                return
            is_in_sheet = event == "start" and is_called(element, name)
        # Columns and rows are whole when they end.
        elif event == "end":
            if is_in_sheet:
                yield element
            forget_row(element)


def is_called(sheet, name: str) -> bool:
    """Whether a sheet has that name; every sheet has the empty one."""
    return name in ("", sheet.get(f"{TABLE}name"))


def note_column(element, place: int, found: Findings) -> int:
    """Note columns that are not shown; returns the place of the next ones.

    Places count from 0; one element may stand for many columns.
    """
    behind = place + times(element, "columns", MOST_REPEATED)
    if element.get(f"{TABLE}visibility", VISIBLE) != VISIBLE:
        found.note_hidden(place, behind)
    return behind


def repeated(element, line: int, found: Findings, merged: "SpanningCells") -> Iterator[BookRow]:
    """The row as often as it says; an empty one once.

    ``line``: how many lines stand above it. A repeated row has a line for each time.
    """
    cells = texts_of(element, line + 1, found, merged)
    is_hidden = element.get(f"{TABLE}visibility", VISIBLE) != VISIBLE
    most = MOST_REPEATED if any(cells) else 1
    for at in range(line + 1, line + 1 + times(element, "rows", most)):
        yield BookRow(at, merged.filled(at, list(cells)), is_hidden)


def texts_of(row, line: int, found: Findings, merged: "SpanningCells") -> list[str]:
    """The row's cells as texts, without the empty ones at its end.

    ``line``: its own, from 1. At most 1024 cells; ``merged`` is told of those that reach down.
    """
    filled = FilledRow()
    for cell in row.iterchildren(*CELLS):
        place = len(filled.cells)
        text = text_of_cell(cell, place, found)
        merged.add(place, line, int(cell.get(f"{TABLE}number-rows-spanned", "1")), text)
        filled.put(text, times(cell, "columns", WIDEST - place))
        if len(filled.cells) >= WIDEST:
            break
    drop_empty_end(filled.cells)
    return filled.cells


def times(element, what: str, most: int) -> int:
    """How often a row or a cell is repeated, once at least.

    ``what``: "rows" or "columns"; never more than ``most``.
    """
    said = element.get(f"{TABLE}number-{what}-repeated", "1")
    return max(1, min(int(said), most))


def text_of_cell(cell, place: int, found: Findings) -> str:
    """The cell as text; empty for an error and for a formula without an answer, which ``found``
    counts by the cell's ``place``, from 0.
    """
    if cell.get(f"{CALC}value-type") == "error":
        found.note(ERROR, place)
        return ""
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind in TYPED:
        return TYPED[kind](cell)

    shown = shown_text(cell)
    if not (shown or kind) and cell.get(f"{TABLE}formula"):
        found.note(FORMULA, place)
    return text_of_value(shown)


def number_text(cell) -> str:
    """A number with the zeros at its front that the cell shows.

    A cell without a value gives "nan", which counts as blank.
    """
    value = float(cell.get(f"{OFFICE}value", "nan"))
    text = text_of_value(value)
    shown = shown_text(cell).strip()
    # The value has lost the zeros at its front; only the shown text still has them.
    if shown.isdecimal() and shown.lstrip("0") == text.lstrip("0"):
        return shown
    return text


def date_text(cell) -> str:
    """2024-02-29, with the time where it is not midnight; empty where the cell tells no date."""
    said = cell.get(f"{OFFICE}date-value", "")
    return said.replace("T", " ").removesuffix(" 00:00:00")


def truth_text(cell) -> str:
    """ "true" or "false"; empty where the cell tells neither."""
    return cell.get(f"{OFFICE}boolean-value", "")


#: How cells are read whose value is no text, by the type of the value.
TYPED = {
    "float": number_text,
    "currency": number_text,
    "percentage": number_text,
    "date": date_text,
    "boolean": truth_text,
}


def shown_text(cell) -> str:
    """What a person sees in the cell: its paragraphs, one a line.

    Empty where there is none. What a remark at the cell says is left out. Raises Unreadable for
    more than a row may hold: a short element may stand for a thousand blanks.
    """
    # Bounded as they come: together they may be too many already.
    filled = FilledRow()
    lines = []
    for paragraph in cell.iterchildren(f"{TEXT}p"):
        begin = len(filled.cells)
        for piece in pieces(paragraph):
            filled.put(piece)
        lines.append("".join(filled.cells[begin:]))
    return "\n".join(lines)


def pieces(paragraph) -> Iterator[str]:
    """The texts of a paragraph, remarks left out.

    Several blanks are one element that says how many; line breaks and tabs are elements as well.
    """
    yield paragraph.text or ""
    for child in paragraph:
        yield from pieces_inside(child)
        yield child.tail or ""


def pieces_inside(element) -> Iterator[str]:
    """The texts that an element of a paragraph stands for; none for a remark."""
    if element.tag == BLANKS:
        yield BLANK_RUN[: int(element.get(f"{TEXT}c", "1"))]
    elif element.tag in SIGNS:
        yield SIGNS[element.tag]
    elif element.tag != REMARK:
        yield from pieces(element)


class SpanningCells(Merged):
    """Merged cells that are told by the cell itself, as the rows come."""

    def __init__(self, found: Findings):
        """``found`` counts the cells that are filled. No range is known beforehand."""
        super().__init__([], found)

    def add(self, place: int, line: int, below: int, text: str) -> None:
        """The cell at ``place`` reaches over ``below`` rows, its own among them; one that reaches
        over its own alone, or in which nothing stands, hands nothing down.
        """
        if below > 1 and text:
            self.open[place] = (line + below - 1, text)
