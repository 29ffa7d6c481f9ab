"""Encodings of one byte a letter, told by which of them makes words of a text.

ř, ø and ш are the same byte in three encodings; what else stands in a word says which is meant.
"""

import re
from itertools import filterfalse

#: Encodings of Latin letters, the commonest first: of those that fit equally it is taken.
LATIN = ("cp1252", "iso8859-15", "mac_roman", "cp850", "cp1250", "iso8859-2", "cp1254")
CYRILLIC = ("cp1251", "koi8-r")
THAI = ("cp874",)
#: Seen now and then; a person is asked, and a word of two letters says nothing of them.
SELDOM = ("mac_roman", "cp850")
#: Letters beyond ASCII of languages that are written in these encodings.
OF_THE_WEST = (
    "äöüß àâæçéèêëîïôœùûüÿ áéíñóúüªº áâãàçéêíóôõúü àèéìíîòóùú æøåäöéü äöåšž äöüõšž"
    " áàéèëïíóöüêç àçéèíïóòúü áéíóúâêîôûŵŷ ëéäöüè"
)
OF_THE_CENTRE = "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű čćđšž ăâîșşțţ äöüß"
OF_TURKEY = "çğıiöşüâîû i̇çğıöşü"
ALPHABETS = {
    "cp1252": OF_THE_WEST,
    "iso8859-15": OF_THE_WEST,
    "mac_roman": OF_THE_WEST,
    "cp850": OF_THE_WEST,
    "cp1250": OF_THE_CENTRE,
    "iso8859-2": OF_THE_CENTRE,
    "cp1254": OF_TURKEY,
}
LETTERS = {name: [set(one) for one in said.split()] for name, said in ALPHABETS.items()}
#: What Western texts hold besides letters: quotes, dashes, the euro, no-break space, ordinals.
SIGNS = re.compile("[‘’“”„‚–—…€\u00a0§°«»·¿¡™©®]")
WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]*[\x80-\U0010ffff][A-Za-z\x80-\U0010ffff]*")
#: A capital beyond ASCII behind a letter and before a small one, or behind a small one at the end;
#: any capital behind a small letter beyond ASCII.
CAPITAL, SMALL = "A-ZÀ-ÖØ-ÞĄĆČĎĘĚŁŃŇŐŒŘŚŞŠŤŮŰŸŹŻŽĞİ", "a-zß-öø-ÿąćčďęěłńňőœřśşšťůűźżžğı"
OUT_OF_CASE = re.compile(
    f"(?<=[{SMALL}{CAPITAL}])(?![A-Z])[{CAPITAL}](?=[{SMALL}])"
    f"|(?<=[{SMALL}])(?![A-Z])[{CAPITAL}]|(?<=[{SMALL}])(?<![a-z])[{CAPITAL}]"
)
#: A word as names are written in Cyrillic.
OF_RUSSIA = re.compile(r"[А-ЯЁЄІЇҐ]?[а-яёєіїґ]+")
#: A word in Thai, which begins with a consonant or a vowel that stands before one.
OF_THAILAND = re.compile("[\u0e01-\u0e2e\u0e40-\u0e44][\u0e01-\u0e5b]+")


def best_of(encodings: tuple[str, ...], sample: bytes) -> dict[str, float]:
    """{encoding: share of the words beyond ASCII that are words in it} of the best, the first of
    equal ones. Another stands beside it where as many are words in it, and more of one language.

    Empty for a sample in ASCII, which says nothing.
    """
    if sample.isascii():
        return {}
    found, shares = {}, {}
    for name in encodings:
        found[name] = words_in(sample, name)
        shares[name] = share(found[name], IS_WORD[name])

    best = max(shares, key=shares.get)
    kept = {best: shares[best]}
    for name in encodings:
        is_equal = shares[name] == shares[best] > 0
        if is_equal and share_of_one(found[name], name) > share_of_one(found[best], best):
            kept[name] = shares[name]
    return kept


def share_of_words(text: str) -> float:
    """The share of a text's words beyond ASCII that any language here may have written.

    From 0 to 1; 1 where there is no such word.
    """
    words = WORD.findall(SIGNS.sub(" ", text))
    return share(words, is_word_anywhere)


def is_word_anywhere(word: str) -> bool:
    """Whether one of the encodings here would call it a word."""
    return any(is_word(word) for is_word in IS_WORD.values())


def words_in(sample: bytes, encoding: str) -> list[str]:
    """The words with letters beyond ASCII.

    Bytes that the encoding does not know read as U+FFFD, which stands in no word of any language.
    """
    return WORD.findall(SIGNS.sub(" ", sample.decode(encoding, "replace")))


def share(words: list[str], is_word) -> float:
    """How many of the words are words; 1 where signs alone are beyond ASCII.

    ``is_word``: function from a word to whether it is one.
    """
    if not words:
        return 1.0
    return sum(map(is_word, words)) / len(words)


def share_of_one(words: list[str], encoding: str) -> float:
    """The share of the words that one language of the encoding may have written alone.

    No word counts in an encoding whose alphabets are not listed here, as those of Cyrillic and
    Thai.
    """
    return max(share(words, latin_words([one])) for one in LETTERS.get(encoding, [set()]))


def is_russian(word: str) -> bool:
    """Whether a word has four letters or more, all Cyrillic, and no capital but the first."""
    return len(word) > 3 and OF_RUSSIA.fullmatch(word) is not None


def is_thai(word: str) -> bool:
    """Whether a word has two letters or more, all of them Thai, and begins as words in Thai do."""
    return OF_THAILAND.fullmatch(word) is not None


def latin_words(alphabets: list[set[str]]):
    """Function that tells whether a word may be of one of the alphabets.

    Such a word has letters beyond ASCII of one alphabet only, and its capitals where capitals
    stand.
    """

    def is_word(word: str) -> bool:
        """Whether one alphabet holds all letters of the word beyond ASCII."""
        beyond = set(filterfalse(str.isascii, word.lower()))
        return is_cased(word) and any(map(beyond.issubset, alphabets))

    return is_word


def long_word(is_word):
    """Function like ``is_word`` for which words of one or two letters are none."""
    return lambda word: len(word) > 2 and is_word(word)


def is_cased(word: str) -> bool:
    """Whether no capital stands among small letters where one of them is beyond ASCII: M\u0178ller
    is Müller of another encoding.
    """
    return OUT_OF_CASE.search(word) is None


#: How a word of each encoding is told.
IS_WORD = {name: latin_words(letters) for name, letters in LETTERS.items()}
IS_WORD |= {name: long_word(IS_WORD[name]) for name in SELDOM}
IS_WORD |= dict.fromkeys(CYRILLIC, is_russian) | dict.fromkeys(THAI, is_thai)
