"""Columns that say which title it was: known by their name or by what stands in them, never read.

A loan leaves that there was one and when. What was borrowed is nobody's business but the reader's.
"""

from collections.abc import Iterable
from operator import itemgetter

from core.kinds import FileKind
from crm.imports.guessing import bare_name
from crm.imports.items import holds_items

#: Parts of a column's name that give it away, whatever stands around them: what a reader borrowed
#: is called by these, too.
TELLING = ("title", "isbn", "issn", "callnumber", "题名", "书名", "刊名", "篇名", "索书号")
#: Parts that do so unless the name speaks of readers: their cards have barcodes as books have.
CODES = ("barcode", "条码", "条形码")
#: Of whom a number is, not of what.
OF_READERS = ("reader", "patron", "borrower", "user", "person", "读者", "借阅证", "学生", "人员")


def never_read(header: list[str], sample: list[list[str]], kind: FileKind) -> list[str]:
    """Names of the columns that are not read, in the order of the file, by their names or by what
    stands in ``sample``. None of a kind that has no such columns.
    """
    if not kind.never:
        return []
    words = set(kind.never.split())
    found = []
    for place, name in enumerate(header):
        if names_an_item(name, words, kind) or holds_items(map(itemgetter(place), sample)):
            found.append(name)
    return found


def names_an_item(name: str, words: set[str], kind: FileKind) -> bool:
    """Whether a column is called like a title or an item. A name that the kind takes as a field is
    none, and of those that speak of readers only such as name a title. ``words``: names that are
    never read, as they stand.
    """
    bare = bare_name(name)
    if bare in kind.field_of_header():
        return False
    if has_part(bare, TELLING):
        return True
    if has_part(bare, OF_READERS):
        return False
    return bare in words or has_part(bare, CODES)


def title_column(header: list[str]) -> int | None:
    """Place of the column that tells titles apart best, the first being 0: the first one of titles,
    else the first of ISBN; None where there is neither.
    """
    names = list(map(bare_name, header))
    for parts in (("title", "题名", "书名"), ("isbn",)):
        for place, name in enumerate(names):
            if has_part(name, parts):
                return place
    return None


def has_part(name: str, parts: Iterable[str]) -> bool:
    """Whether one of ``parts`` stands anywhere in the name of a column."""
    return any(part in name for part in parts)
