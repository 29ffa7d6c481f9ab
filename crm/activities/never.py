"""Columns that say which title it was: known by their name or by what stands in them, never read.

A loan leaves that there was one and when. What was borrowed is nobody's business but the reader's.
"""

from operator import itemgetter

from core.kinds import FileKind
from crm.imports.guessing import bare_name
from crm.imports.item_names import (
    folded_name,
    names_a_book,
    names_a_code,
    names_a_title,
    speaks_of_readers,
)
from crm.imports.items import holds_items, holds_numbers_of_items


def never_read(header: list[str], sample: list[list[str]], kind: FileKind) -> list[str]:
    """Names of the columns that are not read, in the order of the file, by their names or by what
    stands in ``sample``. None of a kind that has no such columns.
    """
    if not kind.never:
        return []
    words = set(kind.never.split())
    found = []
    for place, name in enumerate(header):
        cells = list(map(itemgetter(place), sample))
        if names_an_item(name, words, kind) or shows_items(name, cells, kind):
            found.append(name)
    return found


def names_an_item(name: str, words: set[str], kind: FileKind) -> bool:
    """Whether a column is called like a title or an item. A name that the kind takes as a field is
    none, and of those that speak of readers only such as name a title. ``words``: names that are
    never read, as they stand.
    """
    if is_of_a_field(name, kind):
        return False
    folded = folded_name(name)
    if names_a_title(folded) or names_a_book(folded):
        return True
    if speaks_of_readers(folded):
        return False
    return folded in words or names_a_code(folded)


def shows_items(name: str, cells: list[str], kind: FileKind) -> bool:
    """Whether titles or numbers of items stand in a column. Numbers that a reader might have as
    well tell nothing of a column that the kind takes as a field by its name.
    """
    return holds_items(cells) or (not is_of_a_field(name, kind) and holds_numbers_of_items(cells))


def is_of_a_field(name: str, kind: FileKind) -> bool:
    """Whether the name of a column is a word for a field of the kind."""
    return bare_name(name) in kind.field_of_header()


def title_column(header: list[str]) -> int | None:
    """Place of the column that tells titles apart best, the first being 0: the first one of titles,
    else the first of ISBN; None where there is neither.
    """
    names = list(map(folded_name, header))
    for is_such in (names_a_title, names_isbn):
        for place, name in enumerate(names):
            if is_such(name):
                return place
    return None


def names_isbn(name: str) -> bool:
    """Whether a column is called ISBN."""
    return "isbn" in name
