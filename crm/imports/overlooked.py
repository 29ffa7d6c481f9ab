"""Columns of a file that nobody mapped although they seem to hold consents or days."""

import re
from dataclasses import dataclass
from itertools import filterfalse
from operator import methodcaller

from crm.imports.dates import date_of
from crm.imports.describing import look_into
from crm.imports.fields import ANSWERS, Refusal, is_blank, words
from crm.imports.guessing import needed
from crm.imports.models import ImportBatch

#: Names of columns in which people say what may be sent to them.
CONSENT = re.compile(
    r"同意|许可|授权|订阅|接收|consent|permission|subscri|agree|accept|opt.?(in|out)|newsletter",
    re.IGNORECASE,
)
fold = methodcaller("casefold")
DAY = re.compile(r"日期|时间|\bdate\b|\bday\b|_date$", re.IGNORECASE)
YES_OR_NO = frozenset(words(ANSWERS))


@dataclass(frozen=True)
class Overlooked:
    """A column that is left out. ``holds``: "consent" or "day"; ``cells``: what stands in it."""

    column: str
    holds: str
    cells: list[str]


def overlooked_in(batch: ImportBatch) -> list[Overlooked]:
    """Such columns of the batch's file, in its order. Raises Unreadable.

    Three cells are shown of each, from the first rows. What is mapped, or a rule looks at, is left
    out.
    """
    header, sample = look_into(batch)
    taken = needed(batch)
    found = []
    for place, column in enumerate(header):
        if column in taken:
            continue
        texts = [row[place].strip() for row in sample]
        cells = list(filterfalse(is_blank, texts))
        holds = what_it_holds(column, cells)
        if holds:
            found.append(Overlooked(column, holds, cells[:3]))
    return found


def what_it_holds(column: str, cells: list[str]) -> str:
    """ "consent", "day" or nothing that would be missed; ``cells`` without the empty ones.

    A column that is called consent and holds something else than yes and no says no consent.

    A column that is called a day counts as one whatever stands in it, also where it is empty.
    """
    if CONSENT.search(column) and YES_OR_NO.issuperset(map(fold, cells)):
        return "consent"
    if cells and all(map(is_day, cells)):
        return "day"
    if DAY.search(column):
        return "day"
    return ""


def is_day(cell: str) -> bool:
    """A day that is written with its parts apart: eight digits may be a number of anything.

    It is read with the day before the month.
    """
    if cell.isdigit():
        return False
    try:
        return date_of("day", "dmy")(cell) is not None
    except Refusal:
        return False
