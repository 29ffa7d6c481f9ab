"""Characters that cannot be stored or leave no mark on the page, and one form of short texts."""

import re
import unicodedata

#: Unicode categories of white space, line separators, controls, formats (bidi marks, zero width
#: characters, the byte order mark), and of code points that are private or not assigned.
UNSEEN_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cn"})
#: Characters of other categories that leave no mark either: the combining grapheme joiner, Hangul
#: fillers, Khmer inherent vowels, Mongolian and other variation selectors, the blank Braille
#: pattern, the empty note head, and what Unicode keeps free for more of the kind.
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\U0001d159").union(
    map(chr, range(0x180B, 0x1810)),
    map(chr, range(0xFE00, 0xFE10)),
    map(chr, range(0xFFF0, 0xFFF9)),
    map(chr, range(0xE0000, 0xE1000)),
)
#: Letters, numbers, punctuation and signs. What is of no such category says nothing by itself:
#: white space, controls, combining marks without a letter, private and unassigned code points.
SEEN_CATEGORIES = frozenset("LNPS")
#: Of a category that is seen, and yet without a mark: the fillers, and what stands in the place of
#: an object that did not come along.
NO_MARK = FILLERS | {"\ufffc"}
#: Places that hold pictures, and ideographs, and nothing else. Phones and registers of names use
#: some that a newer Unicode than Python's assigns, so every place of these counts as read.
ALWAYS_READ = (range(0x1F000, 0x1FB00), range(0x20000, 0x2FFFE), range(0x30000, 0x3FFFE))
#: NUL and half of a surrogate pair PostgreSQL does not store: a statement with one fails as a
#: whole. U+FFFD is what Django puts in place of bytes that are no UTF-8: the text was lost already.
UNSTORABLE = re.compile("[\0\ufffd\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """False for a text that the database refuses, or that was damaged on its way here.

    PostgreSQL takes no NUL and no half of a surrogate pair. Ask before a text from outside reaches
    a statement.
    """
    return UNSTORABLE.search(text) is None


def category_of(character: str) -> str:
    """The Unicode category; of what Python's Unicode does not know yet, that of a letter where
    letters and pictures alone will stand.

    Two letters, as "Lu". "Cn" (not assigned) of a character inside ``ALWAYS_READ`` becomes "Lo", as
    its later Unicode will say.
    """
    category = unicodedata.category(character)
    if category == "Cn" and any(ord(character) in places for places in ALWAYS_READ):
        return "Lo"
    return category


def is_unseen(character: str) -> bool:
    """True for white space and for every character that leaves no mark.

    One character at a time: a combining mark alone counts by its own category.
    """
    return category_of(character) in UNSEEN_CATEGORIES or character in FILLERS


def leaves_a_mark(character: str) -> bool:
    """True for what people read, by its Unicode category.

    Not simply the opposite of ``is_unseen``: controls and what is not assigned are neither.
    """
    return category_of(character)[0] in SEEN_CATEGORIES and character not in NO_MARK


def is_blank(text: str) -> bool:
    """True where nobody would read anything: for the empty text, white space of any kind, code
    points that mean nothing, and accents without a letter.
    """
    return not any(map(leaves_a_mark, text))


def without_formats(text: str) -> str:
    """The text without zero width and bidi characters and fillers; spaces and controls stay.

    Controls stay because a line break inside an address must be refused, not mended.
    """
    if text.isascii():
        return text
    kept = []
    for character in text:
        is_format = unicodedata.category(character) == "Cf"
        if not is_format and character not in FILLERS:
            kept.append(character)
    return "".join(kept)


def tidy(text: str) -> str:
    """The text as people mean it: no invisible characters, NFKC (Ａ１ → A1), trimmed."""
    if text.isascii():
        return text.strip()
    return without_formats(unicodedata.normalize("NFKC", without_formats(text))).strip()


def folded(text: str) -> str:
    """What is the same for every way to write ``text``: tidy, without upper and lower case.

    Unicode's toNFKC_Casefold; folding the result again changes nothing.
    """
    if text.isascii():
        return text.strip().lower()
    once = tidy(unicodedata.normalize("NFD", without_formats(text)).casefold())
    return tidy(once.casefold())
