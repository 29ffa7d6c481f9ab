"""Values of a workbook's cells as the texts a person sees there.

Numbers are what spreadsheets spoil: zeros at the front live in the format of a cell alone, and of
more than fifteen digits the last are lost before the file is written.
"""

import operator
import re
from datetime import date, datetime, time
from itertools import filterfalse

#: The format of a cell that says nothing of how a number is shown.
GENERAL = "General"
#: Characters of a number format that Excel lets anybody write.
LONGEST_FORMAT = 255
#: Digits of a number that a spreadsheet keeps.
DIGITS_KEPT = 15
#: What Excel writes for a character that XML may not hold: _x000D_ is a carriage return.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: A literal of a number format: in quotes, or one character behind a backslash.
LITERAL = re.compile(r'"([^"]*)"|\\(.)')
#: Colours, conditions and locales of a format: [Red], [$-804].
IN_BRACKETS = re.compile(r"\[[^\]]*\]")
#: Room as wide as a sign, and a sign that fills the cell: Excel's own formats end in "_ ".
ROOM = re.compile(r"[_*].")
#: Between the parts of a format, not inside of quotes.
PARTS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
#: For which numbers a part holds: [<=99999].
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
#: A format of zeros with signs between them: 00000000, 000-0000, 0000#.
ZEROS = re.compile(r"[#0\-/ ()]*0{2}[#0\-/ ()]*|[0\-/ ()]*0[\-/ ()]+0[0\-/ ()]*")
#: Places for digits, and what they show where there is none.
PLACES = {"0": "0", "#": ""}
PLACE = re.compile("[0#]")
#: Stands for a literal while a format is looked at; no format holds it.
HELD = "\ue000"


def text_of_value(value, shape: str = GENERAL) -> str:
    """A cell's value as text that the fields' converters understand.

    ``shape``: the number format of the cell.

    Empty for None. Days come out as 2024-02-29, with the time where it is not midnight; true and
    false in small letters.
    """
    # Truth is a number to Python.
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number_text(value, shape)
    write = WRITTEN_AS.get(type(value), str)
    return write(value)


def nothing_text(_value: None) -> str:
    """Empty, of whichever cell without a value."""
    return ""


def plain_text(value: str) -> str:
    """Text without the escapes of a workbook; a carriage return is only half a line break."""
    if "_x" in value:
        value = ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), value)
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "")
    return value


def number_text(value: float, shape: str) -> str:
    """A whole number without ".0", with the zeros its format shows; one whose last digits are lost
    as a spreadsheet shows it: 3.20101199901011E+17.

    ``shape``: the number format of its cell. Numbers with a fraction come out as Python writes
    them.
    """
    is_whole = isinstance(value, int) or value.is_integer()
    if not is_whole:
        return str(value)
    if abs(value) >= 10**DIGITS_KEPT:
        return f"{value:.14E}"
    return with_zeros(int(value), shape)


def with_zeros(value: int, shape: str) -> str:
    """12345 in the format 00000000 is 00012345; any other format shows no further digits.

    Negative numbers have no further digits either. Text that the format sets around the number is
    shown as well.
    """
    digits = str(value)
    if not may_show_zeros(value, shape):
        return digits

    literals: list[str] = []
    part = ROOM.sub("", IN_BRACKETS.sub("", part_for(value, shape)))
    plain = LITERAL.sub(lambda match: hold(match, literals), part)
    if not ZEROS.fullmatch(plain.replace(HELD, "")):
        return digits
    return filled(plain, digits, literals)


def may_show_zeros(value: int, shape: str) -> bool:
    """Whether a format is worth a closer look: it has a place for zeros besides that of the number,
    and no more characters than Excel lets anybody write.
    """
    has_zeros = "0" in shape and shape != "0"
    return has_zeros and value >= 0 and len(shape) <= LONGEST_FORMAT


def part_for(value: int, shape: str) -> str:
    """The part of a format that shows a number from 0 on: the first, the one whose condition holds,
    or the third for zero.

    A third part without a place for a digit shows zero as a sign: the first counts then as well.
    """
    parts = PARTS.split(shape)
    for part in parts:
        if holds_for(value, part):
            return part
    # Where every part has a condition and none holds, the first is as good as any.
    free = list(filterfalse(CONDITION.search, parts)) or parts
    has_part_for_zero = len(parts) == len(free) > 2
    if value == 0 and has_part_for_zero and "0" in free[2]:
        return free[2]
    return free[0]


def holds_for(value: int, part: str) -> bool:
    """Whether a part of a format has a condition, as [<=99999], that holds for the number."""
    found = CONDITION.search(part)
    return found is not None and COMPARED[found[1]](value, float(found[2]))


def hold(match: re.Match, literals: list[str]) -> str:
    """Keep a literal of a format; a sign stands for it.

    ``literals`` gets what it shows, quotes and backslash left out.
    """
    quoted, escaped = match.groups()
    literals.append(quoted or escaped or "")
    return HELD


def filled(plain: str, digits: str, literals: list[str]) -> str:
    """The digits in the places of a format, from the right; the first place takes what is left, and
    only a zero shows where nothing is.

    ``plain``: the format with a sign for each of ``literals``, which are used up. It has one place
    for a digit at least.
    """
    left = list(digits)
    first = PLACE.search(plain).start()
    shown = []
    for place in range(len(plain) - 1, -1, -1):
        sign = plain[place]
        if sign == HELD:
            shown.append(literals.pop())
        elif place == first:
            shown.append("".join(left) or PLACES[sign])
        elif sign in PLACES:
            shown.append(last_digit(left, sign))
        else:
            shown.append(sign)
    return "".join(reversed(shown))


def last_digit(left: list[str], sign: str) -> str:
    """The last of the digits that are left, which is taken out of them; where none is, what the
    place shows by itself.
    """
    if left:
        return left.pop()
    return PLACES[sign]


def moment_text(value: datetime) -> str:
    """A date alone where the time is midnight: a workbook knows no plain dates.

    Seconds are shown, parts of them are not.
    """
    is_midnight = value.time() == datetime.min.time()
    if is_midnight:
        return value.date().isoformat()
    return value.isoformat(" ", "seconds")


#: How values of a workbook are written as text, by their type; all others as Python writes them.
WRITTEN_AS = {
    type(None): nothing_text,
    str: plain_text,
    datetime: moment_text,
    date: date.isoformat,
    time: time.isoformat,
}
