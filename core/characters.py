"""Characters that leave no mark on the page, and one normal form of short texts."""

import unicodedata

#: Unicode categories of white space, line separators, controls and formats (bidi marks, zero width
#: characters, the byte order mark).
UNSEEN_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
#: Characters of other categories that leave no mark either: the combining grapheme joiner, Hangul
#: fillers, Khmer inherent vowels, the blank Braille pattern and the variation selectors.
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)


def is_unseen(character: str) -> bool:
    """True for white space and for every character that leaves no mark."""
    return unicodedata.category(character) in UNSEEN_CATEGORIES or character in FILLERS


def without_formats(text: str) -> str:
    """The text without zero width and bidi characters and fillers; spaces and controls stay.

    Controls stay because a line break inside an address must be refused, not mended.
    """
    if text.isascii():
        return text
    return "".join(
        character
        for character in text
        if unicodedata.category(character) != "Cf" and character not in FILLERS
    )


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
