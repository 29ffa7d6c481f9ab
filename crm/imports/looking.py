"""What a whole file tells that its first rows do not: sheets, cells in error, styles of dates."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from crm.imports.books import sheets_of
from crm.imports.date_columns import BUDDHIST_YEARS, ColumnOfDates, columns_of_dates
from crm.imports.dates import FROM_1904, SERIAL, SERIALS, YEAR_FIRST, YEAR_LAST, says_no_day
from crm.imports.day_texts import plain_day
from crm.imports.findings import Findings
from crm.imports.opening import TableFormat
from crm.imports.rows import by_column, parse_table
from crm.imports.unpacking import members_of, readable_name

#: Rows in which the words of a column are looked for, and how many a list of codes has.
FIRST, MOST_WORDS = 5000, 60
#: Rows after which somebody who waits is told that the work goes on.
BEAT = 5000
#: How columns of days are called.
CALLED_A_DAY = re.compile(r"日期|时间|期限|有效期|\bdate|date\b|expir|enrol", re.IGNORECASE)


def look_through(
    path: Path,
    form: TableFormat,
    header: list[str],
    sample: list[list[str]],
    beat: Callable[[], None],
) -> dict:
    """What the page about the file's columns says of it, as an import stores it.

    ``sheets`` and ``members`` to choose from; ``hidden`` and ``cells``: see ``Findings``;
    ``dates``: {column: see ``style_to_json``}. Plain text is gone through only where its sample has
    dates that could be read two ways, or none in a column that is called a date. Raises Unreadable.
    """
    places = places_of_dates(header, sample)
    found = Findings()
    dates: dict[str, ColumnOfDates] = {}
    if form.is_sheet or places:
        _header, rows = parse_table(path, form, found)
        dates = columns_of_dates(with_beat(rows, beat), places)
    return {
        "sheets": [sheet.name for sheet in sheets_of(path, form)],
        "members": names_of_members(path, form),
        **found.to_json(header),
        "dates": {
            name: style_to_json(column, found.is_from_1904) for name, column in dates.items()
        },
    }


def with_beat(rows: Iterable, beat: Callable[[], None]) -> Iterator:
    """The rows as they are, with a ``beat`` before the first and after every 5000."""
    for number, row in enumerate(rows):
        if number % BEAT == 0:
            beat()
        yield row


def places_of_dates(header: list[str], sample: list[list[str]]) -> dict[str, int]:
    """{column: its place} of the columns whose first cells alone do not tell what day they mean."""
    found = {}
    for place, (name, cells) in enumerate(by_column(header, sample)):
        if leaves_open_days(name, list(map(plain_day, cells))):
            found[name] = place
    return found


def leaves_open_days(name: str, cells: list[str]) -> bool:
    """Whether one of a column's first cells could be read two ways; or none says a day and the
    column is called one, since its days may stand further down.

    ``cells``: as ``plain_day`` gives them.
    """
    if any(map(is_unclear, cells)):
        return True
    return CALLED_A_DAY.search(name) is not None and all(map(says_no_day, cells))


def is_unclear(text: str) -> bool:
    """Whether the order of day and month, or what a number counts, is a question.

    ``text``: as ``plain_day`` gives it. False for what is no date of numbers.
    """
    year_first = YEAR_FIRST.fullmatch(text)
    if year_first:
        year, second, _third = map(int, year_first.groups())
        return second > 12 or year in BUDDHIST_YEARS
    return bool(YEAR_LAST.fullmatch(text) or SERIAL.fullmatch(text))


def words_of_column(path: Path, form: TableFormat, header: list[str], name: str) -> list[str]:
    """The different values of a column in its first rows, in the order in which they come; a column
    of ever new ones has no words. Raises Unreadable.

    Words are looked for in the first 5000 rows; there are none where more than 60 differ.
    """
    place = header.index(name)
    found: dict[str, None] = {}
    _header, rows = parse_table(path, form)
    for _line, row in islice(rows, FIRST):
        if isinstance(row, list) and row[place].strip():
            found.setdefault(row[place].strip())
        if len(found) > MOST_WORDS:
            return []
    return list(found)


def style_to_json(column: ColumnOfDates, is_from_1904: bool) -> dict:
    """``style``; ``against``: two cells that contradict each other; ``unclear``: one that could be
    read two ways where nothing in the column tells which.

    A shift by the calendar of the Macintosh is told only where all days are numbers.
    """
    style = column.style
    if style == SERIALS and is_from_1904:
        style += FROM_1904
    return {
        "style": style,
        "against": column.against,
        "unclear": column.open_question if column.needs_an_order else "",
    }


def names_of_members(path: Path, form: TableFormat) -> list[list[str]]:
    """[name in the zip, name to be shown] of the tables in a zip; none for any other file."""
    if not form.member:
        return []
    return [[name, readable_name(path, name)] for name in members_of(path)]
