"""What programs do to letters on the way into a file, undone once."""

import re

from core.exporting import begins_like_a_formula

#: Letters that GB18030 had in Unicode's private use area before 2005 and 2022, by their place there
#: (GB18030-2022, annex; Python's codec is of 2000): vertical punctuation, fourteen ideographs, ḿ.
RARE = {
    **dict(zip(range(0xE78D, 0xE797), map(chr, [
        0xFE10, 0xFE12, 0xFE11, 0xFE13, 0xFE14, 0xFE15, 0xFE16, 0xFE17, 0xFE18, 0xFE19,
    ]), strict=True)),
    0xE7C7: "\u1e3f",
    0xE816: "\U00020087",
    0xE817: "\U00020089",
    0xE818: "\U000200cc",
    0xE81E: "\u9fb4",
    0xE826: "\u9fb5",
    0xE82B: "\u9fb6",
    0xE82C: "\u9fb7",
    0xE831: "\U000215d7",
    0xE832: "\u9fb8",
    0xE83B: "\U0002298f",
    0xE843: "\u9fb9",
    0xE854: "\u9fba",
    0xE855: "\U000241fe",
    0xE864: "\u9fbb",
}  # fmt: skip
#: What turns a line of text round or is seen by nobody. The joiners stay where they stand inside a
#: word: Persian and Indian names are written with them.
UNSEEN = dict.fromkeys(
    [0x061C, 0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF]
    + list(range(0x202A, 0x202F))
    + list(range(0x2066, 0x206A))
)
REPAIRED = RARE | UNSEEN
JOINERS = "\u200c\u200d"
#: A line break in a name: nothing between Chinese letters, a blank elsewhere.
BREAK = re.compile(r"\s*[\r\n]+\s*")
BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s*[\r\n]+\s*(?=[\u3400-\u9fff])")


def repaired(cell: str) -> str:
    """The cell trimmed, without invisible marks and what was set before a text for spreadsheets,
    and with letters for the private ones of old GB18030.
    """
    text = cell.strip()
    if not text.isascii():
        text = text.translate(REPAIRED).strip().strip(JOINERS)
    # How programs keep a spreadsheet from making a number of a text: ="00012345".
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    # An export writes it before what a spreadsheet would take for a formula.
    if text.startswith("'") and begins_like_a_formula(text[1:]):
        return text[1:]
    return text


def in_one_line(text: str) -> str:
    """A name without the line breaks of a narrow column."""
    if "\n" not in text and "\r" not in text:
        return text
    return BREAK.sub(" ", BETWEEN_CHINESE.sub("", text))
