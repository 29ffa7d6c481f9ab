"""Cell text → the text form of COPY, each value converted once."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from crm.imports.fields import OPTIONAL, Refusal

#: A cell's text is converted once and remembered; a column of ever new values forgets them again.
REMEMBERED = 20_000
#: In COPY's text form a tab ends a value and a line feed ends the row.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"
#: A row whose text was damaged on the way is refused, whichever cell it is.
DAMAGE = {"nul", "undecodable"}
TRUE, FALSE = "t", "f"


def copy_text(value) -> str:
    """One value in the text form of COPY: text, a number, a date, a truth or None.

    A tab, a line break and a backslash in a text are escaped, so that neither a value nor the row
    ends there. PostgreSQL takes True and False as Python writes them.
    """
    if isinstance(value, str):
        return escaped(value)
    if value is None:
        return NULL
    return escaped(str(value))


def escaped(text: str) -> str:
    """The text with COPY's own signs escaped; most texts have none, and need no closer look."""
    if text.isalnum():
        return text
    return text.translate(ESCAPES)


def copy_array(words: Iterable[str]) -> str:
    """An array of plain words, which need no quotes.

    Without words it is the empty array, not NULL.
    """
    return "{" + ",".join(words) + "}"


class CellTexts(dict):
    """{cell: COPY text}, filled by ``convert`` as cells come.

    A dict, so that a value seen before costs one look-up in C; refusals are not kept.
    """

    def __init__(self, convert: Callable):
        """``convert``: function from a cell, or several, to a value; it may raise Refusal."""
        super().__init__()
        self.convert = convert

    def __missing__(self, cell):
        """The text of a cell seen for the first time, remembered for the next ones. Raises what
        ``convert`` raises.
        """
        text = self.text_of(cell)
        if len(self) >= REMEMBERED:
            self.clear()
        self[cell] = text
        return text

    def text_of(self, cell) -> str:
        """The COPY text of a cell that is not remembered. Raises what ``convert`` raises."""
        return copy_text(self.convert(cell))


class ReadyTexts(CellTexts):
    """Like CellTexts, for a ``convert`` whose answer needs no further conversion."""

    def text_of(self, cell):
        """What ``convert`` makes of a cell, of whichever type. Raises what it raises."""
        return self.convert(cell)


class OptionalTexts(CellTexts):
    """Like CellTexts; a value that a row can do without (``OPTIONAL``) and nobody understands is
    left out. ``warned`` gets (field, reason) of each; whoever converts the row takes them out.
    """

    def __init__(self, convert: Callable, warned: list[tuple[str, str]]):
        """``warned``: the list that all columns of a plan share for the row at hand."""
        super().__init__(convert)
        self.warned = warned

    def __missing__(self, cell):
        """NULL for a value that is left out. Raises Refusal for one that the row needs."""
        try:
            return super().__missing__(cell)
        except Refusal as said:
            if said.field not in OPTIONAL or said.reason in DAMAGE:
                raise
            # Not remembered: each row with this cell is told of.
            self.warned.append((said.field, said.reason))
            return NULL


class CellSource(NamedTuple):
    """Where a value of a row comes from: ``texts[get(row)]``.

    ``get`` gives one cell, or a tuple of several.
    """

    texts: CellTexts
    get: Callable
