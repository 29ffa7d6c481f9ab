"""Columns that say which title it was: known by their name or by what stands in them, never read.

A loan leaves that there was one and when. What was borrowed is nobody's business but the reader's.
"""

from core.kinds import FileKind
from crm.imports.guessing import bare_name
from crm.imports.items import holds_items

#: Parts of a column's name that give it away, whatever stands around them.
TELLING = (
    "title",
    "isbn",
    "issn",
    "barcode",
    "callnumber",
    "题名",
    "书名",
    "条码",
    "条形码",
    "索书号",
)
#: Of whom a number is, not of what.
OF_READERS = ("reader", "patron", "borrower", "user", "person", "读者", "借阅证", "学生", "人员")


def never_read(header: list[str], sample: list[list[str]], kind: FileKind) -> list[str]:
    """Names of the columns that are not read, in the order of the file."""
    if not kind.never:
        return []
    words = set(kind.never.split())
    found = []
    for place, name in enumerate(header):
        cells = [row[place] for row in sample]
        if names_an_item(name, words, kind) or holds_items(cells):
            found.append(name)
    return found


def names_an_item(name: str, words: set[str], kind: FileKind) -> bool:
    bare = bare_name(name)
    if bare in kind.field_of_header():
        return False
    if any(word in bare for word in OF_READERS):
        return False
    return bare in words or any(word in bare for word in TELLING)
