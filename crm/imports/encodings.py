"""In which encoding a text is written, told from all of it.

Chinese systems write UTF-8, GB18030 and Big5, Western ones also Windows-1252. A few bytes may fit
several: "Müller" of a Western file reads as "M黮ler" in GB18030. A word for a column decides; else
what fits is weighed by how common its characters are, and where that does not decide, a person is
asked.
"""

import codecs
import re
from dataclasses import dataclass
from operator import itemgetter

from crm.imports.alphabets import CYRILLIC, LATIN, SELDOM, THAI, best_of, share_of_words
from crm.imports.header_words import are_korean_names, named_by_words

UTF8, GB, BIG5, WESTERN = "utf-8", "gb18030", "big5hkscs", "cp1252"
JAPANESE, JAPANESE_UNIX, KOREAN = "cp932", "euc_jp", "euc_kr"
#: Tried by decoding. Encodings of one byte a letter fit almost any bytes, and are weighed.
CANDIDATES = (UTF8, GB, BIG5, JAPANESE, JAPANESE_UNIX, KOREAN)
#: Marks at the beginning; that of UTF-32 begins like one of UTF-16.
BOMS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Bytes of lines with other characters than ASCII that are weighed.
WEIGHED = 256 << 10
#: Where fewer than this share of the characters that are no ASCII were lost, a text is UTF-8 with
#: damage, and nothing else.
DAMAGE = 0.34
#: An encoding whose share of common characters is this high, and so much above the next, is taken.
SURE, AHEAD = 0.75, 0.12
#: Of a text in Big5 two characters in five look common in GB18030 as well, and hardly ever all.
SURE_GB, LIKELY_GB = 0.9, 0.6
#: Texts in these read as common Chinese characters; each has something that no Chinese text has.
RIVALS_OF_GB = (JAPANESE_UNIX, KOREAN, *CYRILLIC)
#: Bytes beyond ASCII with the letters beside them, and those few that are letters of a word.
HIGH_RUN = re.compile(rb"[A-Za-z]?[\x80-\xff]+[A-Za-z]?")
ACCENTED = re.compile(
    rb"[A-Za-z]?[\x80-\xff][A-Za-z]?|[A-Za-z][\x80-\xff]{2,3}[A-Za-z]?|[\x80-\xff]{2,3}[A-Za-z]"
)
#: Characters in the middle of a Latin word are no Chinese ones.
IN_A_WORD = re.compile(r"(?<=[a-z])[^\x00-\x7f]+(?=[a-z])")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
PAIR = re.compile(r"[^\x00-\x7f]{2}")
#: Without the marks that are Chinese brackets and dots in GB18030.
KANA = re.compile("[\u3041-\u3096\u30a1-\u30f6]")
#: Shares of zeros on the two sides of UTF-16, and of characters that are in no text.
LEAST_ZEROS, MOST_ZEROS, MOST_STRANGE = 0.05, 0.02, 0.03
NO_TEXT = re.compile("[\x01-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\ufffe\uffff]")
HANGUL = re.compile("[\uac00-\ud7a3]")
#: Shares and numbers by which a text is Japanese, or Korean: one character in twenty is kana; and a
#: dozen syllables that are no Chinese characters by chance.
SHARE_OF_KANA, TELLING_SYLLABLES = 0.05, 12
# Lead bytes of the characters in daily use and of punctuation: GB 2312 level 1, Big5 level 1; kana
# and JIS level 1 in Shift-JIS.
GB_COMMON = (range(0xB0, 0xD8), range(0xA1, 0xA4))
BIG5_COMMON = (range(0xA4, 0xC7), range(0xA1, 0xA4))
JAPANESE_COMMON = (range(0x81, 0x84), range(0x88, 0x99))


#: Encodings between which a person chooses.
ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK"),
    ("big5hkscs", "Big5"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("utf-32-le", "UTF-32 LE"),
    ("utf-32-be", "UTF-32 BE"),
    ("cp1252", "Windows-1252"),
    ("iso8859-15", "ISO-8859-15"),
    ("cp1250", "Windows-1250"),
    ("iso8859-2", "ISO-8859-2"),
    ("cp1251", "Windows-1251"),
    ("koi8-r", "KOI8-R"),
    ("cp1254", "Windows-1254"),
    ("cp932", "Shift-JIS"),
    ("euc_jp", "EUC-JP"),
    ("euc_kr", "EUC-KR"),
    ("cp874", "Windows-874"),
    ("cp850", "DOS 850"),
    ("mac_roman", "Macintosh"),
]
#: How pages name encodings by others that hold more, as browsers read them.
AS_BROWSERS_READ = {
    "gb2312": GB,
    "gbk": GB,
    "big5": BIG5,
    "latin_1": WESTERN,
    "iso8859-1": WESTERN,
    "ascii": WESTERN,
    "shift_jis": JAPANESE,
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "cp949": KOREAN,
}
#: Names that Python does not know.
ALIASES = {"x-sjis": JAPANESE, "windows-31j": JAPANESE, "x-gbk": GB, "windows-874": "cp874"}


def encoding_named(said: str) -> str:
    """The encoding that a page says it is in; empty for one that is not read.

    Some are read as another that holds more, as browsers do: GB2312 as GB18030, Latin 1 as
    Windows-1252.
    """
    try:
        name = codecs.lookup(ALIASES.get(said.lower(), said)).name
    except LookupError:
        return ""
    name = AS_BROWSERS_READ.get(name, name)
    if name not in dict(ENCODINGS):
        return ""
    return name


@dataclass(frozen=True)
class DecidedEncoding:
    """The encoding to take, and those between which the bytes do not decide; none where they do."""

    encoding: str
    doubts: tuple[str, ...] = ()


class EncodingGuesses:
    """Encodings that fit everything fed so far, and the lines by which they are weighed."""

    def __init__(self):
        """Before anything was fed every candidate fits. ``sample``: bytes of whole lines."""
        self.decoders = {}
        for name in CANDIDATES:
            # Incremental, since a chunk may end inside a character.
            self.decoders[name] = codecs.getincrementaldecoder(name)()
        self.sample = bytearray()
        #: What stands behind the last break of a line; at the end of the file a line like others.
        self.end = b""

    def feed(self, chunk: bytes) -> None:
        """Give up the encodings in which these bytes are no text.

        Some 256 KB of lines that are not all ASCII are kept, to be weighed.
        """
        self.end = chunk.rpartition(b"\n")[2][:WEIGHED]
        # Every candidate reads ASCII the same.
        if chunk.isascii():
            return
        for name, decoder in list(self.decoders.items()):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                del self.decoders[name]
        if len(self.sample) < WEIGHED:
            self.keep_sample(chunk)

    def keep_sample(self, chunk: bytes) -> None:
        """Lines of the chunk that are not all ASCII; its last may be cut inside a character."""
        for line in chunk.split(b"\n")[:-1]:
            if not line.isascii():
                self.sample += line + b"\n"
            if len(self.sample) >= WEIGHED:
                return

    def told(self) -> DecidedEncoding:
        """The encoding that fits; UTF-8 for a text in ASCII, and where none fits.

        Call it once, after the whole file was fed. Doubts are named where the bytes do not decide.
        """
        self.sample += self.end
        sample = bytes(self.sample)
        if UTF8 in self.decoders and GB in self.decoders and is_gb_by_chance(sample):
            return DecidedEncoding(GB, doubts=(GB, UTF8))
        if UTF8 in self.decoders or is_damaged_utf8(sample):
            return DecidedEncoding(UTF8)
        return told_by_texts(sample, list(self.decoders)) or self.weighed(sample)

    def weighed(self, sample: bytes) -> DecidedEncoding:
        """The likeliest encoding of a text that is not UTF-8, by its characters and its words;
        UTF-8 where it is no text in any.
        """
        # Of equal shares the first is taken: those that are told by their characters.
        scores = {name: SCORES[name](sample) for name in self.decoders}
        scores |= scores_by_words(sample)
        if not scores:
            return DecidedEncoding(UTF8)
        return decide(scores)


def told_by_texts(sample: bytes, fitting: list[str]) -> DecidedEncoding | None:
    """The one of the ``fitting`` encodings in which the sample has a word for a column, or names of
    Koreans, about which a person is asked; None where it has neither.
    """
    named = named_by_words(sample, fitting)
    if named:
        return DecidedEncoding(named)
    if {GB, KOREAN} <= set(fitting) and are_korean_names(sample):
        return DecidedEncoding(KOREAN, doubts=(KOREAN, GB))
    return None


def scores_by_words(sample: bytes) -> dict[str, float]:
    """{encoding: share of the words that are words in it} of the best of each family of encodings
    with one byte a letter. One word alone is no text in Russian or Thai.

    Shares in Latin encodings count only as far as letters with accents stand alone
    (``share_alone``).
    """
    of_words = 1.0 if len(HIGH_RUN.findall(sample)) > 1 else 0.5
    likely = {LATIN: share_alone(sample), CYRILLIC: of_words, THAI: of_words}
    scores = {}
    for family, factor in likely.items():
        for name, share in best_of(family, sample).items():
            scores[name] = share * factor
    return scores


def decide(scores: dict[str, float]) -> DecidedEncoding:
    """The best of the encodings that fit, {name: share of its characters that are common}.

    ``scores`` holds one at least. Doubts are named where a person has to look.
    """
    gb = scores.get(GB, 0.0)
    # What is sure to be one of these only reads as Chinese.
    if any(scores.get(name, 0.0) >= SURE for name in RIVALS_OF_GB):
        gb = 0.0
    if gb >= SURE_GB:
        return DecidedEncoding(GB)
    if gb >= LIKELY_GB:
        # Of both Chinese ones the one that most files have; a person looks at it.
        scores = scores | {GB: 1.0}
    return best_told(sorted(scores.items(), key=itemgetter(1), reverse=True))


def best_told(ranked: list[tuple[str, float]]) -> DecidedEncoding:
    """The first, with doubts where another comes close or it is seldom seen.

    ``ranked``: (encoding, share), the best first and one at least. The doubts begin with it, and
    leave out what has no share at all.
    """
    (best, share), *others = ranked
    rivals = {name: score for name, score in others if score > 0}
    next_share = max(rivals.values(), default=0.0)
    if best not in SELDOM and is_clear(share, next_share):
        return DecidedEncoding(best)
    return DecidedEncoding(best, doubts=(best, *rivals))


def is_clear(share: float, next_share: float) -> bool:
    """Whether a share of common characters is high by itself, and well above the next one; both
    from 0 to 1.
    """
    return share >= SURE and share - next_share >= AHEAD


def is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is no ASCII is UTF-8, and not all: some letters were cut by a program
    that counts bytes.

    False for a sample that is UTF-8 throughout.
    """
    found = NOT_ASCII.findall(sample.decode(UTF8, "replace"))
    lost = found.count("\ufffd")
    return lost > 0 and lost / len(found) < DAMAGE


def is_gb_by_chance(sample: bytes) -> bool:
    """Whether bytes that are UTF-8 are likelier common Chinese characters: 联通 and 陆墨平 come out
    as signs of Europe, with which nobody writes a word.

    False as soon as one character lies beyond U+07FF, as all Chinese ones do: so many bytes fit
    UTF-8 by no chance.
    """
    text = sample.decode(UTF8, "replace")
    if text.isascii() or max(text) >= "\u0800":
        return False
    return SCORES[GB](sample) >= SURE_GB and share_of_words(text) < SURE


def share_of_common(encoding: str, charset: str, leads: tuple[range, ...]):
    """Function from a sample to the share of its characters beyond ASCII whose first byte in the
    charset lies in ``leads``.

    Characters in the middle of a Latin word are never common ones. 0 for a sample in ASCII.
    """

    def share(sample: bytes) -> float:
        """Which part of the letters beyond ASCII is common, 0 to 1; 0 where there are none."""
        text = sample.decode(encoding, "replace")
        found = NOT_ASCII.findall(text)
        common = 0
        for character in NOT_ASCII.findall(IN_A_WORD.sub(" ", text)):
            # What the encoding holds beyond the charset has no first byte, and is not common.
            first = character.encode(charset, "ignore")[:1]
            common += bool(first) and any(first[0] in lead for lead in leads)
        return common / max(len(found), 1)

    return share


def share_of_shift_jis(sample: bytes) -> float:
    """As ``share_of_common``; half of it where every character stands alone, which is likelier a
    letter with an accent and the one behind it.
    """
    share = share_of_common(JAPANESE, "shift_jis", JAPANESE_COMMON)(sample)
    stands_alone = PAIR.search(sample.decode(JAPANESE, "replace")) is None
    if stands_alone:
        return share / 2
    return share


def share_of_japanese(sample: bytes) -> float:
    """1 where kana stand among the characters, as in every Japanese text.

    0 else, and where some bytes are no characters. One in twenty has to be kana.
    """
    text = sample.decode(JAPANESE_UNIX, "replace")
    share = len(KANA.findall(text)) / max(len(NOT_ASCII.findall(text)), 1)
    return float(share >= SHARE_OF_KANA and "\ufffd" not in text)


def share_of_korean(sample: bytes) -> float:
    """1 where all characters are syllables of Korean, and many.

    0 else. Many are twelve different ones.
    """
    found = NOT_ASCII.findall(sample.decode(KOREAN, "replace"))
    is_korean = len(set(found)) >= TELLING_SYLLABLES and all(map(HANGUL.fullmatch, found))
    return float(is_korean)


def no_share(_sample: bytes) -> float:
    """0: UTF-8 is told by fitting at all, before anything is weighed."""
    return 0.0


#: How well each encoding fits that is told by its characters.
SCORES = {
    UTF8: no_share,
    GB: share_of_common(GB, "gb2312", GB_COMMON),
    BIG5: share_of_common(BIG5, "big5", BIG5_COMMON),
    JAPANESE: share_of_shift_jis,
    JAPANESE_UNIX: share_of_japanese,
    KOREAN: share_of_korean,
}


def share_alone(sample: bytes) -> float:
    """The share of places beyond ASCII where letters with accents may stand: one byte, or few of
    them beside a letter.

    0 for a sample in ASCII.
    """
    runs = HIGH_RUN.findall(sample)
    accented = list(filter(ACCENTED.fullmatch, runs))
    return len(accented) / max(len(runs), 1)


# --- UTF-16 ---------------------------------------------------------------------------------------
def encoding_of_mark(head: bytes) -> str:
    """The name of the encoding that a byte order mark at the beginning of ``head`` says, as Python
    names it; empty without one.
    """
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    return ""


def bare_utf16(head: bytes) -> str:
    """UTF-16 without a byte order mark; empty when it is not.

    Every second byte of ASCII is zero, and delimiters, digits and line ends are ASCII also where
    all else is Chinese: a few zeros on one side are enough where the other has next to none, and
    what comes out is text.
    """
    pairs = max(len(head) // 2, 1)
    even = head[0::2].count(0) / pairs
    odd = head[1::2].count(0) / pairs
    # The zero is the upper half of an ASCII character: it comes second where the lower comes first.
    name = "utf-16-le" if odd > even else "utf-16-be"

    is_likely = max(even, odd) >= LEAST_ZEROS and min(even, odd) <= MOST_ZEROS
    if not is_likely:
        return ""
    text = head[: pairs * 2].decode(name, "replace")
    strange = len(NO_TEXT.findall(text))
    if strange > MOST_STRANGE * len(text):
        return ""
    return name
