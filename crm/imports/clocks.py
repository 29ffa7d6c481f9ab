"""Times of day as files write them, read in one place: 9:05, 12:05 AM, 下午 3:05, 15時20分, 24:00.

Pure. All doors read a time by these functions, so that no two of them understand one differently.
"""

import re
import unicodedata
from typing import NamedTuple

#: {hour as it is written of a part of the day: hour from 0 on}. 12 AM is midnight, 12 PM noon, and
#: 中午11:50 before it. 晚上12:00 ends a day or begins one, and 晚上1:00 is of the next: nobody says
#: which day is meant, so neither is there.
BEFORE_NOON = {hour: hour % 12 for hour in range(13)}
BEHIND_NOON = {hour: hour % 12 + 12 for hour in range(13)}
AROUND_NOON = BEHIND_NOON | {10: 10, 11: 11}
EVENING = {hour: hour + 12 for hour in range(5, 12)}
#: The parts of the day by the words that people and programs write of them.
PARTS = dict.fromkeys(["am", "上午", "早上", "早晨", "清晨", "凌晨", "午前", "오전"], BEFORE_NOON)
PARTS |= dict.fromkeys(["pm", "下午", "傍晚", "午后", "午後", "오후"], BEHIND_NOON)
PARTS |= dict.fromkeys(["晚上", "晚间", "夜间", "夜晚"], EVENING) | {"中午": AROUND_NOON}
#: Those words as they stand before a time or behind it.
PART_OF_DAY = "|".join(["[ap]\\.? ?m\\b\\.?", *(word for word in PARTS if not word.isascii())])
#: What stands between hour and minute where it is no dot.
SIGN = "[:时時点點시h]"
#: 9:05, 9:05:30, 9:05:30.123, 15时20分30秒, 15h20, 下午3点半.
WITH_SIGNS = re.compile(
    rf"(?P<before>{PART_OF_DAY})? ?(?P<hour>\d\d?) ?{SIGN} ?(?P<minute>\d\d?|半)"
    r"(?: ?[:分분] ?(?:(?P<second>\d\d?)(?:[.,:]\d+)?)?)?(?: ?[秒초])?"
    rf" ?(?P<after>{PART_OF_DAY})?(?: ?(?:uhr|hrs?|h|น\.?))?",
    re.IGNORECASE,
)
#: 3 PM, 下午3时, 15点整: an hour alone, of which something says that it is one.
HOUR_ALONE = re.compile(
    rf"(?P<before>{PART_OF_DAY})? ?(?P<hour>\d\d?)(?P<sign> ?[时時点點시h](?:整|正)?)?"
    rf" ?(?P<after>{PART_OF_DAY})?",
    re.IGNORECASE,
)
#: 15.20, 03.04.05 PM. Not 0.25, which a spreadsheet means as six in the morning.
WITH_DOTS = re.compile(
    rf"(?P<before>{PART_OF_DAY})? ?(?P<hour>[1-9]|\d\d|\d(?=\.\d\d\.\d\d))\.(?P<minute>\d\d)"
    rf"(?:\.(?P<second>\d\d)(?:[.,]\d+)?)? ?(?P<after>{PART_OF_DAY})?(?: ?uhr)?",
    re.IGNORECASE,
)
#: 1520, 152030, as systems without signs write them.
TOGETHER = re.compile(r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?")
SHAPES = (WITH_SIGNS, WITH_DOTS, TOGETHER)
#: A time anywhere behind or before a day, where dots may be those of the date.
WITHIN = re.compile(rf"(?<![\d:]){WITH_SIGNS.pattern}", re.IGNORECASE)
#: Fourteen digits in a row begin with a day.
BEHIND_DIGITS = re.compile(r"\d{8}[T ]?(\d{4}|\d{6})")
#: What holds of a part of a time that is not written, by the names in the shapes.
UNSAID = {"before": "", "after": "", "minute": "0", "second": "0"}
#: A time is short; the shapes take theirs over a long text.
LONGEST = 40


class Clock(NamedTuple):
    """A time of day by 24 hours. ``hour`` is 24 only at the very end of a day: 24:00:00."""

    hour: int
    minute: int = 0
    second: int = 0

    @property
    def is_end(self) -> bool:
        """Whether it is the end of its day, which is the midnight that begins the next one."""
        return self.hour == 24


def clock_of(text: str) -> Clock:
    """The time that a cell holds and nothing else. ValueError for what is none, for 25:00 and for
    one of which nobody knows the day it belongs to (晚上12:00).
    """
    text = plain(text)
    for shape in SHAPES:
        match = shape.fullmatch(text)
        if match:
            return clock_in(match)
    match = HOUR_ALONE.fullmatch(text)
    if match and any(match.group("before", "sign", "after")):
        return clock_in(match)
    raise ValueError(text)


def is_written_as_clock(text: str) -> bool:
    """Whether a cell is written like a time with a sign in it; that there is such a time is not
    asked. Digits alone may be any number.
    """
    return WITH_SIGNS.fullmatch(plain(text)) is not None


def clock_within(cell: str) -> Clock | None:
    """The time that stands in a cell behind or before a day; None where none does, and where it is
    no time.
    """
    text = " ".join(unicodedata.normalize("NFKC", cell).split())
    digits = BEHIND_DIGITS.fullmatch(text)
    found = TOGETHER.fullmatch(digits[1]) if digits else WITHIN.search(text)
    if found is None:
        return None
    try:
        return clock_in(found)
    except ValueError:
        return None


def plain(text: str) -> str:
    """The beginning of a cell, with plain digits, signs and single blanks."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    # One letter more than is allowed makes no time of what is too long.
    return text[: LONGEST + 1]


def clock_in(match: re.Match) -> Clock:
    """The time of a match of one of the shapes. ValueError where there is no such time."""
    said = UNSAID | {name: text for name, text in match.groupdict().items() if text}
    part = said["before"] or said["after"]
    hour = in_the_day(int(said["hour"]), re.sub(r"[. ]", "", part).casefold())
    minute = said["minute"].replace("半", "30")
    clock = Clock(hour, int(minute), int(said["second"]))
    if clock > Clock(24) or max(clock.minute, clock.second) > 59:
        raise ValueError(match[0])
    return clock


def in_the_day(hour: int, part: str) -> int:
    """The hour from 0 on. ``part``: what is written of the part of the day, one of PARTS, empty
    where nothing is. 15:00 PM is 15:00. ValueError where nobody says which day is meant.
    """
    if not part or hour > 12:
        return hour
    if hour not in PARTS[part]:
        raise ValueError(f"{part}{hour}")
    return PARTS[part][hour]
