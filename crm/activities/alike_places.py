"""Places of a file that are called like a campus which is known: 鼓楼馆 beside 鼓楼校区.

Whether they are one no name tells, so somebody is asked, once for all files of these columns.
"""

import re
from collections.abc import Iterable
from itertools import chain, filterfalse
from pathlib import Path

from crm.activities.naming import LONG_KINDS, QUALIFIED, SHORT_KINDS, WORDS, may_be_a_place
from crm.activities.options import ActivityOptions
from crm.imports.describing import format_of
from crm.imports.looking import words_of_column
from crm.imports.models import ImportBatch
from crm.staff.models import Campus

#: What the names of places have in common: kinds of places at their end, and words of that meaning.
ENDINGS = re.compile(
    r"(?:图书分?馆|分馆|总馆|馆|校区|校园|分校|院区|园区|区|流通部|借阅部|部)$"
    r"|\b(?:library|campus|branch|lib)\b"
)
IDEOGRAPH = re.compile("[\u3400-\u9fff]")
WORD = re.compile(r"\w+")
SIGNS = re.compile(r"[\s\-_·•—（）()【】\[\]]+")
#: Whose place it is, before its name: 南京大学, 南京市.
OWNER = re.compile(r"(?:\w{2,6}?(?:大学|省|市|县))?")
#: Kinds of places, each with what tells it from others: 校区图书馆, 东区自习室2. Of the short ones
#: two say it alone, the others do so behind what tells them apart: 大观园 may be a title.
LONG = rf"{QUALIFIED}{{0,4}}(?:图书分?馆|{LONG_KINDS}|[馆区]|流通部|校园|分校)"
SHORT = rf"{QUALIFIED}{{1,4}}{SHORT_KINDS}"
KINDS = re.compile(rf"(?:(?:{LONG}|{SHORT})[a-z0-9]{{0,2}}){{1,3}}", re.IGNORECASE)
#: Words for kinds of places that do not make a place of any name.
FURTHER_KINDS = frozenset(
    ["lib", "bookmobile", "kiosk", "college", "school", "university", "annex"]
)
#: Words that tell two places of one kind from each other.
TELLING_WORDS = frozenset(
    [
        "main",
        "central",
        "city",
        "public",
        "mobile",
        "new",
        "old",
        "north",
        "south",
        "east",
        "west",
        "upper",
        "lower",
        "inner",
        "outer",
    ]
)
#: So many letters of a stem say which place it is, where another name has more.
TELLING = 2
#: More names than that are no places of one library.
MOST = 20


def stem_of(name: str) -> str:
    """What tells a place from others in its name: 鼓楼 of 鼓楼校区图书馆, "east" of East Library;
    the whole name where nothing else is in it.
    """
    rest = name.casefold().strip()
    while True:
        shorter = ENDINGS.sub("", rest).strip(" -_·（）()")
        if not shorter or shorter == rest:
            return rest
        rest = shorter


def is_alike(name: str, known: str) -> bool:
    """Whether two names have one stem, or one of them has that of the other in its own.

    The latter only of a ``name`` that says of what kind the place is, and nothing else: whatever
    has another word beside the stem may be a title, and no title is kept.
    """
    first, second = sorted((stem_of(name), stem_of(known)), key=len)
    if first == second:
        return True
    if len(first) < TELLING or first not in second or not may_be_a_place(name):
        return False
    if IDEOGRAPH.search(name):
        return says_its_kind(name.casefold(), first)
    return says_its_kind_in_words(WORD.findall(name.casefold()), WORD.findall(first))


def says_its_kind(name: str, stem: str) -> bool:
    """Whether a Chinese name has beside the ``stem`` kinds of places alone, at least one, and
    before it at most whose place it is: 南京大学鼓楼校区自习室, and not 鼓楼钟声.
    """
    before, _stem, after = map(without_signs, name.partition(stem))
    owner = OWNER.match(before)
    kinds = list(filter(None, [before[owner.end() :], after]))
    return bool(kinds) and all(map(KINDS.fullmatch, kinds))


def without_signs(part: str) -> str:
    """Without blanks, brackets and dashes."""
    return SIGNS.sub("", part)


def says_its_kind_in_words(words: list[str], stem: list[str]) -> bool:
    """Whether the words of a name are those of the ``stem``, in a row, and beside them such as
    tell kinds of places from each other, one kind at least: Mission Bay Branch, and not Mission Bay
    Murders.
    """
    named = list(filterfalse(is_kind, words))
    asked = list(filterfalse(is_kind, stem))
    says_a_kind = len(words) - len(named) > len(stem) - len(asked)
    beside = words_beside(named, asked)
    return says_a_kind and beside is not None and all(map(tells_places_apart, beside))


def words_beside(words: list[str], stem: list[str]) -> list[str] | None:
    """The words before and behind those of the ``stem``; None where these do not stand in a row."""
    n = len(stem)
    for start in range(len(words) - n + 1):
        if words[start : start + n] == stem:
            return words[:start] + words[start + n :]
    return None


def is_kind(word: str) -> bool:
    """Whether the word is one for a kind of place."""
    return word in FURTHER_KINDS or WORDS.fullmatch(word) is not None


def tells_places_apart(word: str) -> bool:
    """Whether the word, or the number, tells two places of one kind from each other."""
    return word in TELLING_WORDS or word.isdigit()


def alike_places(names: Iterable[str], campuses: Iterable[Campus]) -> dict[str, list[str]]:
    """{name: codes of the campuses that are called like it}, of names that are none of theirs; at
    most MOST, in the order of ``names``.
    """
    campuses = list(campuses)
    known = set(map(str.casefold, chain.from_iterable(map(names_of, campuses))))
    found: dict[str, list[str]] = {}
    for name in names:
        if name.casefold() in known or len(found) == MOST:
            continue
        codes = [campus.code for campus in campuses if is_called_like(campus, name)]
        if codes:
            found[name] = codes
    return found


def names_of(campus: Campus) -> list[str]:
    """The names of a campus in both languages and its code, those that it has."""
    return list(filter(None, (campus.name_zh, campus.name_en, campus.code)))


def is_called_like(campus: Campus, name: str) -> bool:
    """Whether the name is like one of the two names of the campus."""
    said = filter(None, (campus.name_zh, campus.name_en))
    return any(is_alike(name, one) for one in said)


def open_places(batch: ImportBatch, header: list[str], column: str) -> dict[str, list[str]]:
    """What ``alike_places`` finds among the first rows of the column, but for those of which
    somebody has said what they are; empty for a column that the file does not have.

    Reads the column; one statement. Raises Unreadable.
    """
    if column not in header:
        return {}
    said = ActivityOptions.from_json(batch.options).place_words
    names = words_of_column(Path(batch.file.path), format_of(batch), header, column)
    strange = filterfalse(said.__contains__, names)
    return alike_places(strange, Campus.objects.order_by("pk"))
