"""Lines that somebody pastes from a table: read into rows, or refused with the line's number."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from core.days import FIRST_DAY, LAST_DAY

#: Year, month, day with one or two signs between: 2026-9-1, 2026/9/1, 2026年9月1日.
DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?")
#: What stands in a table where nothing was told.
NOTHING = {"", "-", "–", "—", "/", "x", "未测", "无"}


class WrongLine(Exception):
    """A line that cannot be read; the message says which, and why."""


def rows_of(text: str, read: Callable[[list[str]], dict]) -> list[dict]:
    """What ``read`` makes of the cells of every line that says something; empty where none does.

    WrongLine for the first line of which ``read`` raises ValueError: nothing is taken in then. Its
    message has the line's number, counted from 1 as the person sees the lines.
    """
    rows = []
    for number, cells in numbered_cells(text):
        try:
            rows.append(read(cells))
        except ValueError as error:
            raise WrongLine(_("Line %(n)s: %(reason)s") % {"n": number, "reason": error}) from error
    return rows


def numbered_cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, its cells without blanks around them); tabs where there are any, else
    commas, Chinese ones too. Lines are counted from 1, those that are passed over among them.

    A line without any digit is a header, or empty, and is passed over. A text in quotation marks
    may hold the sign between cells.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not re.search(r"\d", line):
            continue
        # Spreadsheets copy cells with tabs: a comma then belongs to a number or a text.
        delimiter = "\t"
        if "\t" not in line:
            delimiter, line = ",", line.replace("，", ",")
        (cells,) = csv.reader([line], delimiter=delimiter)
        yield number, [cell.strip() for cell in cells]


def day_of(text: str) -> date:
    """2026-09-01, 2026/9/1, 2026年9月1日; ValueError with the sentence for the person for anything
    else, and for a day before FIRST_DAY or after LAST_DAY (``core.days``).
    """
    found = DAY.fullmatch(text)
    if found is None:
        raise ValueError(_("“%(text)s” is no day.") % {"text": text})
    try:
        day = date(*map(int, found.groups()))
    except ValueError as error:
        raise ValueError(_("“%(text)s” is no day.") % {"text": text}) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(_("“%(text)s” cannot be meant.") % {"text": text})
    return day


def number_of(text: str) -> int | None:
    """A count, with or without commas between thousands; None where nothing is told. ValueError for
    anything else, and for more than nine digits.
    """
    if text.lower() in NOTHING:
        return None
    digits = text.replace(",", "")
    # Figures of other scripts are digits to Python too, but not to a database.
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise ValueError(_("“%(text)s” is no number.") % {"text": text})
    return int(digits)


def cells_from(cells: list[str], least: int, most: int) -> list[str]:
    """The cells, filled up with empty ones to ``most``; ValueError for fewer than ``least`` or more
    than ``most``.
    """
    if not least <= len(cells) <= most:
        raise ValueError(
            _("%(n)s columns, and %(least)s to %(most)s are needed.")
            % {"n": len(cells), "least": least, "most": most}
        )
    return cells + [""] * (most - len(cells))
