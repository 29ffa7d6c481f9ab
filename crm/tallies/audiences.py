"""Whom a row of counts is about, where a cell names several audiences at once. Pure.

Labels hold commas themselves ("Adults, 18 and older"), so a comma alone tells nothing: what never
stands apart is one label.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from operator import itemgetter

from crm.imports.fields import KINDS, words

#: Commas that stand in no brackets, and other signs between labels.
BETWEEN = re.compile(r"\s*[,，;；、|]\s*(?![^(（]*[)）])")
#: Between two parts of one label.
JOINED = ", "
#: Kinds of readers as heads of columns have them; who is nobody's kind ("visitors", "other") says
#: nothing at the top of a column.
KINDS_OF_READERS = frozenset(words(KINDS)) - {
    *("visitor", "guest", "unsaid", "unknown", "other", "未知", "不详", "未填写", "未说明", "其他"),
    *("其它", "public", "staff"),
}
KINDS_OF_READERS |= {"staff member", "staff", "general public", "teen", "child", "children", "kid"}
KINDS_OF_READERS |= {"儿童", "成人", "青少年", "老年人", "老人", "本专科生", "教职员", "师生"}
KINDS_OF_READERS |= {"undergraduate student", "graduate student", "postgraduate student"}
#: Behind a kind of readers in the head of a column: 本科生人次, 教师（人）.
COUNTED = re.compile(r"\s*([(（][^)）]*[)）]|人[次数]|次数|visits?|counts?)\s*$", re.IGNORECASE)


def audience_of_head(name: str) -> str:
    """The audience that the head of a column names, as it is written there and without a word for
    what is counted; empty where it is called like no kind of readers.
    """
    written = COUNTED.sub("", name.strip())
    plain = written.casefold()
    if plain in KINDS_OF_READERS or plain.removesuffix("s") in KINDS_OF_READERS:
        return written
    return ""


def labels_of(cells: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """{cell: its labels}, decided by all cells of the column; an empty cell has none. Two parts
    that stand side by side wherever one of them stands are one label.

    ``cells``: each text once. In "Adults, 18 and older" the comma stays where neither part ever
    stands without the other.
    """
    parts = {cell: parts_of(cell) for cell in cells}
    glued = never_apart(parts.values())
    return {cell: joined(split, glued) for cell, split in parts.items()}


def parts_of(cell: str) -> list[str]:
    """What stands between commas, semicolons or bars outside of brackets, in the order of the cell
    and without surrounding spaces; empty parts are left out. An empty list for an empty cell.
    """
    return list(filter(None, BETWEEN.split(cell.strip())))


def joined(parts: list[str], glued: set[tuple[str, str]]) -> tuple[str, ...]:
    """The labels of one cell in its order: its parts, each pair in ``glued`` as one, with ", "
    between the two. Three parts of which both pairs are glued are one label.
    """
    labels: list[str] = []
    for before, part in pairwise(["", *parts]):
        if (before, part) in glued:
            labels[-1] += JOINED + part
        else:
            labels.append(part)
    return tuple(labels)


def never_apart(rows: Iterable[list[str]]) -> set[tuple[str, str]]:
    """Pairs of neighbours of which neither part ever stands without the other beside it, in this
    order, in any of ``rows``, each the parts of one cell. At either end of a cell stands nothing,
    which is the empty text; a part that ever ends a cell is glued to no part behind it.
    """
    pairs: set[tuple[str, str]] = set()
    for row in rows:
        pairs.update(pairwise(["", *row, ""]))
    # Beside how many different parts each one stands.
    after = Counter(map(itemgetter(0), pairs))
    before = Counter(map(itemgetter(1), pairs))

    found = set()
    for one, other in pairs:
        is_only_pair = after[one] == before[other] == 1
        if is_only_pair and "" not in (one, other):
            found.add((one, other))
    return found
