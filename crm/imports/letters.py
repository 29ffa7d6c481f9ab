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
    [
        0x061C,
        0x00AD,
        0x034F,
        0x115F,
        0x1160,
        0x180E,
        0x3164,
        0xFFA0,
        0x200B,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        0xFFFC,
    ]
    + list(range(0x202A, 0x202F))
    + list(range(0x2061, 0x2070))
    + list(range(0xE0000, 0xE0080))
    # Controls but tab and the breaks of a line.
    + sorted({*range(0x00, 0x20), *range(0x7F, 0xA0)} - {0x00, 0x09, 0x0A, 0x0D, 0x85})
)
#: Breaks of a line that no keyboard makes.
BREAKS = dict.fromkeys([0x85, 0x2028, 0x2029, 0x0B, 0x0C], "\n")
REPAIRED = RARE | UNSEEN | BREAKS
JOINERS = "\u200c\u200d"
AS_SET = frozenset(JOINERS)
#: Between Chinese letters they join nothing.
JOINED_CHINESE = re.compile("(?<=[\u3400-\u9fff])[\u200c\u200d]+(?=[\u3400-\u9fff])")
#: How a text begins that programs wrote so that a spreadsheet leaves it alone.
SET_BEFORE = frozenset("='")
LINE_BREAK = re.compile(r"[\r\n]+")
#: The first and the last of the Chinese letters.
FIRST_CHINESE, LAST_CHINESE = "\u3400", "\u9fff"


def repaired(cell: str) -> str:
    """The cell trimmed, without invisible marks and what was set before a text for spreadsheets,
    and with letters for the private ones of old GB18030.

    Empty for a cell of blanks. Nothing is refused here.
    """
    text = cell.strip()
    if not (text.isascii() and text.isprintable()):
        text = with_known_letters(text)
    # Few texts begin so, and every cell of a file passes here.
    if text[:1] in SET_BEFORE:
        return unwrapped(text)
    return text


def with_known_letters(text: str) -> str:
    """The text with the letters of ``REPAIRED``; joiners are left out where they join nothing."""
    text = text.translate(REPAIRED).strip().strip(JOINERS)
    if AS_SET.isdisjoint(text):
        return text
    return JOINED_CHINESE.sub("", text)


def unwrapped(text: str) -> str:
    """The text without what programs set around it: ="00012345" keeps a spreadsheet from making a
    number of it, and an apostrophe stands before what would be a formula.
    """
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    if text.startswith("'") and begins_like_a_formula(text[1:]):
        return text[1:]
    return text


def in_one_line(text: str) -> str:
    """A name, trimmed already, without the line breaks of a narrow column.

    A break between Chinese letters leaves nothing, any other a blank.
    """
    # A break of a line is no sign that is printed; most texts hold none.
    if text.isprintable():
        return text
    # Taken apart and not replaced by a pattern, which would look at a run of blanks again from each
    # of them.
    whole = ""
    for line in filter(None, map(str.strip, LINE_BREAK.split(text))):
        whole += gap(whole, line) + line
    return whole


def gap(before: str, line: str) -> str:
    """What stands for the break between a text and its next line, which is not empty."""
    is_chinese_name = is_chinese(before[-1:]) and is_chinese(line[0])
    if is_chinese_name or not before:
        return ""
    return " "


def is_chinese(letter: str) -> bool:
    """Whether it is a Chinese letter; no letter is none."""
    return FIRST_CHINESE <= letter <= LAST_CHINESE
