"""In which encoding a text is written, told from all of it.

Chinese systems write UTF-8, GB18030 and Big5, Western ones also Windows-1252. A few bytes may fit
several: "Müller" of a Western file reads as "M黮ler" in GB18030. What fits is weighed by how common
its characters are; where that does not decide, a person is asked.
"""

import codecs
import re
from dataclasses import dataclass

UTF8, GB, BIG5, WESTERN = "utf-8", "gb18030", "big5hkscs", "cp1252"
CANDIDATES = (UTF8, GB, BIG5, WESTERN)
#: UTF-16's marks are no beginning of UTF-8's, so the order does not matter.
BOMS = (
    (codecs.BOM_UTF8, UTF8),
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
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
#: A letter with an accent where Western names have one: beside letters, not before a capital one
#: unless it is capital itself.
IN_A_WORD = re.compile(r"[^\W\d_](?![A-Z])|[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŠŒŽ]")
#: What Western texts hold besides letters: quotes, dashes, the euro, no-break space, ordinals.
WESTERN_SIGNS = frozenset("‘’“”–—…€\u00a0§°«»·ªº¿¡")
# Lead bytes of the characters in daily use and of punctuation: GB 2312 level 1, Big5 level 1.
GB_COMMON = (range(0xB0, 0xD8), range(0xA1, 0xA4))
BIG5_COMMON = (range(0xA4, 0xC7), range(0xA1, 0xA4))


@dataclass(frozen=True)
class DecidedEncoding:
    """The encoding to take, and those between which the bytes do not decide; none where they do."""

    encoding: str
    doubts: tuple[str, ...] = ()


class EncodingGuesses:
    """Encodings that fit everything fed so far, and the lines by which they are weighed."""

    def __init__(self):
        self.decoders = {}
        for name in CANDIDATES:
            # Incremental, since a chunk may end inside a character.
            self.decoders[name] = codecs.getincrementaldecoder(name)()
        self.sample = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Give up the encodings in which these bytes are no text."""
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
        *lines, last = chunk.split(b"\n")
        # A small file is one chunk without a line break at its end.
        for line in lines or [last]:
            if not line.isascii():
                self.sample += line + b"\n"
            if len(self.sample) >= WEIGHED:
                return

    def told(self) -> DecidedEncoding:
        """The encoding that fits; UTF-8 for a text in ASCII, and where none fits."""
        if UTF8 in self.decoders or is_damaged_utf8(self.sample):
            return DecidedEncoding(UTF8)
        scores = {name: score(self.sample, name) for name in self.decoders}
        if not scores:
            return DecidedEncoding(UTF8)
        return decide(scores)


def decide(scores: dict[str, float]) -> DecidedEncoding:
    """The best of the encodings that fit, {name: share of its characters that are common}."""
    gb = scores.get(GB, 0.0)
    if gb >= SURE_GB:
        return DecidedEncoding(GB)
    if gb >= LIKELY_GB:
        # Of both Chinese ones the one that most files have; a person looks at it.
        scores = scores | {GB: 1.0}

    best, *others = sorted(scores, key=scores.get, reverse=True)
    next_score = max([scores[name] for name in others], default=0.0)
    is_sure = scores[best] >= SURE and scores[best] - next_score >= AHEAD
    if is_sure:
        return DecidedEncoding(best)
    return DecidedEncoding(best, doubts=(best, *others))


def is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is no ASCII is UTF-8: some letters were cut by a program that counts
    bytes.
    """
    found = NOT_ASCII.findall(sample.decode(UTF8, "replace"))
    return bool(found) and found.count("\ufffd") / len(found) < DAMAGE


def score(sample: bytes, encoding: str) -> float:
    """The share of characters beyond ASCII that are common in texts of this encoding."""
    text = bytes(sample).decode(encoding, "replace")
    weigh = {GB: share_of_common_gb, BIG5: share_of_common_big5, WESTERN: share_of_letters}
    return weigh[encoding](sample, text)


def share_of_common_gb(_sample: bytes, text: str) -> float:
    return share_with_leads(text, "gb2312", GB_COMMON)


def share_of_common_big5(_sample: bytes, text: str) -> float:
    return share_with_leads(text, "big5", BIG5_COMMON)


def share_with_leads(text: str, charset: str, leads: tuple[range, ...]) -> float:
    """The share of characters beyond ASCII whose first byte in the charset lies in ``leads``."""
    found = NOT_ASCII.findall(text)
    common = 0
    for character in found:
        first = character.encode(charset, "ignore")[:1]
        common += bool(first) and any(first[0] in lead for lead in leads)
    return common / max(len(found), 1)


def share_of_letters(sample: bytes, text: str) -> float:
    """The share of characters beyond ASCII that stand as accented letters do: alone among ASCII."""
    runs = HIGH_RUN.findall(sample)
    alone = sum(len(run) == 1 for run in runs) / max(len(runs), 1)
    good = total = 0
    for match in NOT_ASCII.finditer(text):
        total += 1
        is_letter = IN_A_WORD.match(text, match.start()) is not None
        good += is_letter or match.group() in WESTERN_SIGNS
    return alone * good / max(total, 1)


# --- UTF-16 ---------------------------------------------------------------------------------------
def encoding_of_mark(head: bytes) -> str:
    """What a byte order mark says; empty without one."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    return ""


def bare_utf16(head: bytes) -> str:
    """UTF-16 without a byte order mark; empty when it is not.

    Every second byte of ASCII text is zero, and delimiters, digits and line ends are ASCII also
    where the names are Chinese: three zeros in ten are enough on one side, where the other has next
    to none.
    """
    pairs = max(len(head) // 2, 1)
    even = head[0::2].count(0) / pairs
    odd = head[1::2].count(0) / pairs

    is_utf16 = max(even, odd) >= 0.3 and min(even, odd) <= 0.05
    if not is_utf16:
        return ""
    # The zero is the upper half of an ASCII character: it comes second where the lower comes first.
    if odd > even:
        return "utf-16-le"
    return "utf-16-be"
