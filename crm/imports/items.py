"""Columns that say what somebody borrowed: told by what stands in them, and never stored.

What was borrowed is nobody's business but the reader's.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from core.kinds import FileKind
from crm.imports.item_names import folded_name, names_a_book
from crm.imports.rows import BrokenRow, Row, by_column

#: A title in Chinese quotes, and thirteen digits that begin as those of books do.
QUOTED = re.compile(r"《[^》]+》")
ISBN = re.compile(r"97[89]\d{10}")
#: A title and who answers for it, as catalogues write both: 活着 / 余华著.
WITH_AUTHOR = re.compile(r".+[/／].*\w(?:著|编|編|译|譯|撰|지음|옮김)")
#: Ten digits of older books, and eight of journals.
ISBN_10 = re.compile(r"\d{9}[\dX]", re.IGNORECASE)
ISSN = re.compile(r"\d{4}-\d{3}[\dX]", re.IGNORECASE)
#: Item barcodes of fourteen digits begin with 3, those of readers with 2.
BARCODE = re.compile(r"3\d{13}")
#: Call numbers: I247.5/123 of the Chinese classification, QA76.73 .P98 L88 2020 of the Library of
#: Congress, 823.914 ROW or 913.6/ム of the decimal ones.
CALL_NUMBERS = (
    re.compile(
        r"[A-KN-VXZ](?:[A-Z]\d{1,3}|\d{1,3}(?=[.=-])|\d{3})(?:\.\d+)?"
        r"(?:[-=(\"A-Z][-=().\d\"A-Z]{0,8})?\s?[/／]\s?\w[\w.:()=-]*"
    ),
    re.compile(r"[A-Z]{1,3}\d{1,4}(?:\.\d+)?\s?\.\s?[A-Z]\d+.{0,30}"),
    re.compile(r"\d{3}\.\d+\s?(?:\|\||[ /])\s?[^\W\d]\w*.{0,20}"),
)
#: One number in eleven passes the check of ten digits, one in ten the others: so many different
#: ones in a column are no chance.
TELLING = 4


def columns_of_items(header: list[str], sample: list[list[str]], kind: FileKind) -> list[str]:
    """Names of such columns in a file of any kind, in its order: by a word of ``kind.never``, by
    what they are called in any language, or by their cells.

    ``sample``: rows of the file, each as wide as ``header``.
    """
    words = kind.never.split()
    found = []
    for name, cells in by_column(header, sample):
        folded = folded_name(name)
        if folded in words or names_a_book(folded) or holds_items(cells):
            found.append(name)
    return found


def holds_items(cells: Iterable[str]) -> bool:
    """Whether most of what stands there is a title in quotes or the number of a book.

    False where nothing stands there.
    """
    filled = list(filter(None, map(str.strip, cells)))
    alike = list(filter(is_item, filled))
    return len(alike) * 2 > len(filled)


def holds_numbers_of_items(cells: Iterable[str]) -> bool:
    """Whether most of what stands there is a call number, or all of it numbers of books, journals
    or items that fit their own check, TELLING different ones at least. Such a number by itself may
    be any other.
    """
    filled = list(filter(None, map(str.strip, cells)))
    called = list(filter(is_call_number, filled))
    if len(called) * 2 > len(filled):
        return True
    return len(set(filled)) >= TELLING and any(all(map(fits, filled)) for fits in CHECKED)


def is_item(cell: str) -> bool:
    """Whether a cell names a book: by a title in Chinese quotes or with its author, or by an ISBN,
    hyphens or not.
    """
    text = cell.strip()
    has_title = QUOTED.search(text) or WITH_AUTHOR.fullmatch(text)
    return bool(has_title) or is_isbn(bare_digits(text))


def is_call_number(cell: str) -> bool:
    """Whether a cell is written as the place of a book on its shelf."""
    return any(shape.fullmatch(cell.strip()) for shape in CALL_NUMBERS)


def bare_digits(cell: str) -> str:
    """A number without the hyphens and blanks that people set into it."""
    return cell.replace("-", "").replace(" ", "")


def is_isbn(digits: str) -> bool:
    """Thirteen digits whose last one fits the others: every second counts three times, and the sum
    ends in 0 (ISO 2108).
    """
    if not ISBN.fullmatch(digits):
        return False
    once = sum(map(int, digits[0::2]))
    thrice = sum(map(int, digits[1::2]))
    return (once + 3 * thrice) % 10 == 0


def is_isbn_10(cell: str) -> bool:
    """Ten digits whose last one, X for ten, fits the others: the first counts ten times, the next
    nine times, and the sum is a multiple of 11 (ISO 2108 of 1972).
    """
    digits = bare_digits(cell)
    return bool(ISBN_10.fullmatch(digits)) and weighs(digits) % 11 == 0


def is_issn(cell: str) -> bool:
    """Eight digits with a hyphen between, of which the last one fits the others (ISO 3297)."""
    return bool(ISSN.fullmatch(cell)) and weighs(bare_digits(cell)) % 11 == 0


def weighs(digits: str) -> int:
    """The sum of the digits, the last one counting once, the one before it twice, and so on; X is
    ten.
    """
    total = 0
    for times, digit in enumerate(reversed(digits.upper()), start=1):
        total += times * (10 if digit == "X" else int(digit))
    return total


def is_barcode(cell: str) -> bool:
    """Fourteen digits as libraries print them on items, the last of which fits the others (every
    second counts twice, with its digits added up, and the sum ends in 0).
    """
    if not BARCODE.fullmatch(cell):
        return False
    digits = list(map(int, cell))
    twice = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(twice)) % 10 == 0


#: Numbers that fit a check of their own.
CHECKED: tuple[Callable[[str], bool], ...] = (is_isbn_10, is_issn, is_barcode)


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
