"""Where in a file the table begins: which sheet, and which line names the columns.

Titles stand over a table, covers and hidden lists before it, and some files name no columns at all.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import filterfalse, islice
from operator import attrgetter, itemgetter
from pathlib import Path

from core.addresses import is_address
from crm.imports.books import sheets_of
from crm.imports.opening import TableFormat, Unreadable
from crm.imports.rows import of_two_lines, raw_rows
from crm.imports.shapes import SheetInfo
from crm.imports.sniff import is_zip_of_tables, sniff
from crm.imports.unpacking import members_of

#: Rows in which the header is looked for, and sheets that are looked into.
LOOKED_AT, MOST_SHEETS = 40, 12
#: Characters of a text with a digit that is a value where the one below is built alike.
TELLING = 5

#: What a column's name means: a field, or "" for a name nobody knows.
Meaning = Callable[[str], str]


def locate(path: Path, form: TableFormat, meaning: Meaning, sheet: str = "") -> TableFormat:
    """``form`` with the sheet and the header that look most like a table; of a ``sheet`` that
    somebody chose only the header is looked for. Raises Unreadable.

    ``form``: as ``sniff`` tells it. The hidden sheets of a workbook are looked at only where all
    are hidden.
    """
    return best_place(path, form, meaning, sheet)[1]


def best_place(
    path: Path, form: TableFormat, meaning: Meaning, sheet: str = ""
) -> tuple[int, TableFormat]:
    """(how many columns have a name that is known, what ``locate`` gives). Raises Unreadable.

    Of sheets with equally many the first is taken; (-1, ``form`` as it was) where none has rows.
    """
    if form.kind == "csv":
        return with_header(path, form, meaning)
    found = sheets_of(path, form)
    if sheet in {one.name for one in found}:
        return with_header(path, replace(form, sheet=sheet), meaning)

    # A sheet without rows is refused by who asks for them.
    places = [(-1, form)]
    for one in worth_a_look(found):
        places.append(with_header(path, replace(form, sheet=one.name), meaning))
    return max(places, key=itemgetter(0))


def likeliest_member(path: Path, meaning: Meaning, beat: Callable[[], None]) -> str:
    """Which of several tables in a zip has most columns with a known name; empty for any other
    file, and where one is like another. Raises Unreadable.

    The first twelve are looked into. ``beat`` is called on the way.
    """
    names = members_of(path) if is_zip_of_tables(path) else []
    best, most = "", 0
    for name in names[:MOST_SHEETS]:
        # One that cannot be read is said to whoever chooses it.
        with suppress(Unreadable):
            known, _form = best_place(path, sniff(path, beat, name), meaning)
            if known > most:
                best, most = name, known
    return best


def sheets_alike(path: Path, form: TableFormat, meaning: Meaning) -> list[str]:
    """Names of the other sheets that look like the one of ``form``: on the screen, with rows, and
    with at least half as many columns whose name is known. A cover or a note is none of them.
    Raises Unreadable.
    """
    if form.kind == "csv":
        return []
    own, _form = with_header(path, form, meaning)
    found = []
    for sheet in worth_a_look(sheets_of(path, form)):
        known, _form = with_header(path, replace(form, sheet=sheet.name), meaning)
        if sheet.name != form.sheet and known >= 0 and 2 * known >= own:
            found.append(sheet.name)
    return found


def worth_a_look(sheets: list[SheetInfo]) -> list[SheetInfo]:
    """Those on the screen; hidden ones only where there is no other.

    Twelve at most.
    """
    visible = list(filterfalse(attrgetter("is_hidden"), sheets))
    return (visible or sheets)[:MOST_SHEETS]


def with_header(path: Path, form: TableFormat, meaning: Meaning) -> tuple[int, TableFormat]:
    """(how many columns have a name that is known, ``form`` with the header).

    -1 for a sheet without rows.

    Raises Unreadable.
    """
    rows = beginning(path, form)
    if not rows:
        return -1, form
    known, header, header_rows = find_header(rows, meaning)
    return known, replace(form, header=header, header_rows=header_rows)


def beginning(path: Path, form: TableFormat) -> list[tuple[int, list[str]]]:
    """The first rows of the file that can be read, each with its line.

    Among forty rows at most; blank and broken ones are left out. Raises Unreadable.
    """
    found = []
    for line, row in islice(raw_rows(path, form), LOOKED_AT):
        if isinstance(row, list) and filled(row):
            found.append((line, row))
    return found


def find_header(rows: list[tuple[int, list[str]]], meaning: Meaning) -> tuple[int, int, int]:
    """(known names, line of the header, its lines: 0 where no line names the columns).

    ``rows`` holds one row at least, each with its line. One known name alone is no header where the
    table has several columns: then the looks decide.
    """
    best = (0, 0, 1)
    # Below the last row nothing stands.
    below = [*rows[1:], (0, [])]
    for (line, row), (_line, lower) in zip(rows, below, strict=True):
        if holds_address(row):
            continue
        alone = (count_known(row, meaning), line, 1)
        both = (count_of_two(row, lower, meaning), line, 2)
        # Of equally many the first is taken.
        best = max(best, alone, both, key=itemgetter(0))

    is_told = best[0] >= min(2, width_of(rows))
    if is_told:
        return best
    return by_looks(rows, best)


def count_of_two(upper: list[str], lower: list[str], meaning: Meaning) -> int:
    """How many different fields two lines name together; 0 where the lower one holds values, or
    names as many by itself.
    """
    if holds_address(lower):
        return 0
    both = count_known(of_two_lines(upper, lower), meaning)
    if both > count_known(lower, meaning):
        return both
    return 0


def count_known(row: list[str], meaning: Meaning) -> int:
    """How many different fields the cells of a row name.

    Empty cells and names nobody knows count for nothing.
    """
    fields = set(map(meaning, filter(str.strip, row)))
    return len(fields - {""})


def by_looks(rows: list[tuple[int, list[str]]], best: tuple[int, int, int]) -> tuple[int, int, int]:
    """The first row as wide as the table, where its names are unknown, or almost all of them.

    Where that row looks like those below it, no line names the columns.

    What comes back is as of ``find_header``; of ``best``, which the names told, only the number of
    known ones stays. Where no row is wide enough, it is the first.
    """
    known = best[0]
    width = width_of(rows)
    for place, (line, row) in enumerate(rows):
        if 2 * filled(row) <= width:
            continue
        below = [further for _line, further in rows[place + 1 :]]
        if is_data(row, below):
            return known, line, 0
        return known, line, 1
    return known, rows[0][0], 1


def width_of(rows: list[tuple[int, list[str]]]) -> int:
    """How many cells most rows have, empty ones included.

    ``rows`` holds one at least.
    """
    widths = Counter(len(row) for _line, row in rows)
    return widths.most_common(1)[0][0]


def filled(row: list[str]) -> int:
    """How many cells hold something besides blanks."""
    return len(list(filter(str.strip, row)))


def is_data(row: list[str], below: list[list[str]]) -> bool:
    """Whether a row holds values and no names of columns: an address, or cells like those below.

    ``below``: the rows below it, which may be shorter.
    """
    if holds_address(row):
        return True
    columns = [column_at(place, below) for place in range(len(row))]
    return any(map(is_like_those_below, row, columns))


def column_at(place: int, rows: list[list[str]]) -> list[str]:
    """The cells at ``place``, from 0, of those rows that have one."""
    return [row[place] for row in rows if place < len(row)]


def holds_address(row: list[str]) -> bool:
    """Whether a cell is an e-mail address: no name of a column is one."""
    return any("@" in cell and is_address(cell) for cell in row)


def is_like_those_below(cell: str, below: list[str]) -> bool:
    """Whether the cell's value comes again in its column, or one built of digits as it is.

    An empty cell, and one below which nothing stands, is like no other.
    """
    text = cell.strip()
    if not text or not below:
        return False
    return text in below or is_built_alike(text, below[0].strip())


def is_built_alike(text: str, other: str) -> bool:
    """Whether a text of five characters and more, with a digit in it, is built as another is."""
    has_digit = any(map(str.isdigit, text))
    return has_digit and len(text) >= TELLING and shape(text) == shape(other)


def shape(text: str) -> str:
    """How a cell is built: 0 for each digit, A for each letter, all else as it is. A1001 and B2002
    are built alike: A0000.
    """
    return "".join(map(sign_of, text))


def sign_of(character: str) -> str:
    """0 for a digit, A for a letter, any other as it is."""
    if character.isdigit():
        return "0"
    if character.isalpha():
        return "A"
    return character
