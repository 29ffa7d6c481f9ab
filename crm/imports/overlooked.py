"""Columns of a file that nobody mapped although they hold something that would be missed: consents,
days, numbers of readers, and in files of counts figures.
"""

import re
from collections.abc import Callable
from itertools import filterfalse
from operator import methodcaller

from core.kinds import FileKind
from crm.imports.answers import is_answer
from crm.imports.dates import date_of
from crm.imports.describing import look_into
from crm.imports.fields import Refusal, is_blank
from crm.imports.found import Overlooked
from crm.imports.guessing import bare_name, layout_of, needed, words_in
from crm.imports.models import ImportBatch
from crm.imports.remarks import never_read_in
from crm.imports.rows import by_column
from crm.readers.models import NumberSystem

#: Names of columns in which people say what may be sent to them.
CONSENT = re.compile(
    r"同意|许可|授权|订阅|接收|愿意|consent|permission|subscri|agree|accept|allow|opt.?(in|out)"
    r"|newsletter|einwillig|zustimm|abonn"
    r"|退订|退訂|拒收|拒绝|勿扰|打扰|do.?not|don.?t|no.?(e.?)?mail|no.?contact|widerruf",
    re.IGNORECASE,
)
fold = methodcaller("casefold")
DAY = re.compile(r"日期|时间|\bdate\b|\bday\b|_date$", re.IGNORECASE)
#: A column of so many words at most, again and again, is one of answers; a longer one is no word.
FEW_WORDS, LONGEST_WORD = 5, 12
#: 1,204 or 3.5 or 12 %.
FIGURE = re.compile(r"[-+]?\d[\d.,  ]*%?")


def overlooked_in(batch: ImportBatch) -> list[Overlooked]:
    """Such columns of the batch's file, in its order. Raises Unreadable. Two statements at most.

    Three cells are shown of each, from the first rows. What is mapped, or a rule looks at, is left
    out, and what is never read, or what its known system has no use for.
    """
    header, sample = look_into(batch)
    passed = taken_in(batch) | left_in(header, batch.kind)
    number_words = names_of_numbers(batch.kind)
    found = []
    for column, texts in by_column(header, sample):
        cells = list(filterfalse(is_blank, map(str.strip, texts)))
        holds = what_it_holds(column, cells, batch.kind, number_words)
        if holds and column not in passed:
            shown = list(filter(SHOWN[holds], cells))
            found.append(Overlooked(column, holds, shown[:3]))
    return found


def taken_in(batch: ImportBatch) -> set[str]:
    """Columns that the batch speaks of: mapped, looked at, spread, or never read."""
    return needed(batch) | never_read_in(batch)


def left_in(header: list[str], kind: FileKind) -> set[str]:
    """Columns that the known system which wrote the file has, and that tell nothing, by their names
    in the file; empty for a file of no known system.
    """
    left = layout_of(header, kind).left.split()
    return {name for name in header if bare_name(name) in left}


def names_of_numbers(kind: FileKind) -> frozenset[str]:
    """What columns with numbers of readers are called; empty for files that name nobody. One
    statement.
    """
    said = [field.headers for field in kind.fields if field.code == "number"]
    if said:
        said += NumberSystem.objects.values_list("headers", flat=True)
    return frozenset(" ".join(said).split())


def what_it_holds(
    column: str, cells: list[str], kind: FileKind, number_words: frozenset[str]
) -> str:
    """ "consent", "day", "number", "figure", or nothing that would be missed; ``cells`` without the
    empty ones, ``number_words``: see ``names_of_numbers``.

    A column that is called a day counts as one whatever stands in it, also where it is empty.
    Figures are missed in files of counts alone.
    """
    is_of_counts = not (kind.does or number_words)
    told = {
        "consent": are_consents(column, cells),
        "day": are_days(column, cells),
        "number": are_numbers(column, cells, number_words),
        "figure": is_of_counts and are_figures(cells),
    }
    return next(filter(told.get, told), "")


def are_consents(column: str, cells: list[str]) -> bool:
    """Whether a column is called a consent and holds answers; an empty one is one by its name."""
    return CONSENT.search(column) is not None and are_answers(cells)


def are_numbers(column: str, cells: list[str], number_words: frozenset[str]) -> bool:
    """Whether a column is called like numbers of readers, and half of its cells have a digit."""
    is_called_so = not number_words.isdisjoint(words_in(column))
    return is_called_so and most(cells, has_digit)


def are_answers(cells: list[str]) -> bool:
    """Whether half of the cells are yes or no, or they say a few words again and again, whichever
    they are. No cells are answers as well.
    """
    if not cells or most(cells, is_answer):
        return True
    said = set(map(fold, cells))
    comes_again = len(said) <= FEW_WORDS and 2 * len(said) <= len(cells)
    return comes_again and all(map(is_short_word, said))


def is_short_word(text: str) -> bool:
    """Whether a text is of twelve characters at most and has no digit."""
    return len(text) <= LONGEST_WORD and not has_digit(text)


def are_days(column: str, cells: list[str]) -> bool:
    """Whether the column is called a day, or all of its cells, one at least, are days."""
    return DAY.search(column) is not None or every(cells, is_day)


def are_figures(cells: list[str]) -> bool:
    """Whether the cells, one at least, are all numbers and do not only count the rows."""
    return every(cells, is_figure) and not is_running(cells)


def most(cells: list[str], test: Callable[[str], bool]) -> bool:
    """Whether the test holds for half of the cells, and for one at least."""
    held = sum(map(test, cells))
    return held > 0 and 2 * held >= len(cells)


def every(cells: list[str], test: Callable[[str], bool]) -> bool:
    """Whether the test holds for all of the cells, and for one at least."""
    held = sum(map(test, cells))
    return held > 0 and held == len(cells)


def has_digit(cell: str) -> bool:
    """Whether there is a digit of any script in the cell, as a number has and a name has not."""
    return any(map(str.isdigit, cell))


def is_figure(cell: str) -> bool:
    """Whether the cell is a number, with commas, blanks, a fraction or a per cent sign perhaps."""
    return FIGURE.fullmatch(cell) is not None


def is_running(cells: list[str]) -> bool:
    """Whether the cells, one at least, are 1, 2, 3 … without a gap: such a column only counts the
    rows.
    """
    places = range(1, len(cells) + 1)
    return bool(cells) and cells == list(map(str, places))


def is_day(cell: str) -> bool:
    """Whether the cell is a day that is written with its parts apart: eight digits may be a number
    of anything. It is read with the day before the month.
    """
    if cell.isdigit():
        return False
    try:
        return date_of("day", "dmy")(cell) is not None
    except Refusal:
        return False


#: Which cells are shown of a column: nothing that it is not held to hold.
SHOWN = {
    "consent": lambda cell: len(cell) <= LONGEST_WORD,
    "day": is_day,
    "number": has_digit,
    "figure": is_figure,
}
