"""Columns that say what somebody borrowed: told by what stands in them, and never stored.

What was borrowed is nobody's business but the reader's.
"""

import re
from collections.abc import Iterable, Iterator

from core.kinds import FileKind
from crm.imports.guessing import bare_name
from crm.imports.rows import BrokenRow, Row, by_column

#: A title in Chinese quotes, and thirteen digits that begin as those of books do.
QUOTED = re.compile(r"《[^》]+》")
ISBN = re.compile(r"97[89]\d{10}")


def columns_of_items(header: list[str], sample: list[list[str]], kind: FileKind) -> list[str]:
    """Names of such columns in a file of any kind, in its order: by a word of ``kind.never`` alone,
    or by their cells.

    ``sample``: rows of the file, each as wide as ``header``.
    """
    words = kind.never.split()
    found = []
    for name, cells in by_column(header, sample):
        if bare_name(name) in words or holds_items(cells):
            found.append(name)
    return found


def holds_items(cells: Iterable[str]) -> bool:
    """Whether most of what stands there is a title in quotes or the number of a book.

    False where nothing stands there.
    """
    filled = list(filter(None, map(str.strip, cells)))
    alike = list(filter(is_item, filled))
    return len(alike) * 2 > len(filled)


def is_item(cell: str) -> bool:
    """Whether a cell names a book: by a title in Chinese quotes or an ISBN, hyphens or not."""
    digits = cell.replace("-", "").replace(" ", "")
    return bool(QUOTED.search(cell)) or is_isbn(digits)


def is_isbn(digits: str) -> bool:
    """Thirteen digits whose last one fits the others: every second counts three times, and the sum
    ends in 0 (ISO 2108).
    """
    if not ISBN.fullmatch(digits):
        return False
    once = sum(map(int, digits[0::2]))
    thrice = sum(map(int, digits[1::2]))
    return (once + 3 * thrice) % 10 == 0


def emptied(rows: Iterator[Row], places: list[int]) -> Iterator[Row]:
    """The rows without what stands in these columns. Of a broken row nothing is left to keep.

    The cells are emptied in place: no copy of what stood there is left.
    """
    if not places:
        yield from rows
        return
    for line, row in rows:
        if isinstance(row, BrokenRow):
            yield line, BrokenRow(row.reason, "")
            continue
        for place in places:
            row[place] = ""
        yield line, row
