"""What a cell of a table of counts may say: a number, that nobody knows it, a place, an hour. Pure.

What is not known is never zero: a blank and an X are told from 0.
"""

import re
from decimal import Decimal

from crm.imports.clocks import clock_of
from crm.imports.fields import Refusal, clean
from crm.imports.letters import in_one_line
from crm.imports.rows import TOTAL_SIGNS, TOTALS, is_word_for_sums

#: How files write that nobody counted, or that the number is kept back.
UNKNOWN = frozenset(
    ["", "x", "xx", "-", "--", "–", "—", "*", "**", "..", "...", "…", "?", "？", "/", "#n/a"]
    + ["n/a", "na", "n.a.", "nan", "null", "unknown", "not recorded", "not counted"]
    + ["未知", "不详", "缺", "缺失", "未统计", "未测", "未记录", "无数据", "暂无"]
)
#: Words that one library writes for 0, and another for a day on which nobody counted.
NOTHING = frozenset(["nil", "none", "无", "無"])
#: What they mean, once somebody has said it, and the cell that says the same.
ZERO, NOT_KNOWN = "zero", "unknown"
SAID_OF_NOTHING = {ZERO: "0", NOT_KNOWN: ""}
#: "<5": kept back by whoever published it.
KEPT_BACK = re.compile(r"[<＜≤]\s*\d+")
#: 56660, 56,660, 56 660, 56660.0.
WHOLE = re.compile(r"(\d{1,3}(?:[,，'’\u00a0\u202f ]\d{3})+|\d+)(?:\.0+)?")
#: 1.5万.
MYRIADS = re.compile(r"(\d+(?:\.\d+)?)\s*万")
BETWEEN_DIGITS = re.compile(r"\D")
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
#: The largest number: more people than there are do not come through a door.
MOST = 10**12
#: In a column of hours a number alone is one.
HOUR_NUMBER = re.compile(r"\d{1,2}")
#: 9:00-10:00, 9时至10时: the end of an hour, which its beginning says already.
UNTIL = re.compile(r"\s*[-–—~～至到].*")
#: The whole library, where it is no sum of what stands above it.
EVERYWHERE = frozenset(
    ["all locations", "whole library", "library-wide", "system-wide", "systemwide", "全馆", "本馆"]
)
#: In any name: a sum, a mean or a share of what stands beside it.
TOTAL_WORDS = re.compile(
    r"\b(grand |sub)?totals?\b|\bsum\b|\b(average|avg|median|percent(age)?|yoy)\b|[%％]"
    r"|year[- ]on[- ]year|month[- ]on[- ]month"
    r"|合\s*计|总\s*[计数和量]|小\s*计|共\s*计|累\s*计|汇\s*总|[日周月年人馆]均|平均|均值|[同环]比|占比|比例|比重|百分|增长|增幅|增减|总人[数次]",
    re.IGNORECASE,
)
#: A whole cell that is a sum of rows, with what it sums before it: 三楼小计, 3月合计, March total.
SUM_OF_ROWS = re.compile(
    r"(\w{1,8}\s*)?(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|汇\s*总|[日周月年]均|平均值?|均值)"
    r"|(\w+ ){0,2}((sub|grand )?totals?|sum|average|mean|median)",
    re.IGNORECASE,
)
#: Behind such a name: a remark, a colon.
TOTAL_REMARKS = re.compile(r"[(（][^)）]*[)）]?|[:：.*]+")
#: As a whole name: everybody, or everything that has a name beside it.
ALL_OF_THEM = re.compile(
    r"all|overall|every(body|one|thing)|altogether|combined|mean|change|growth|share|ratio"
    r"|all( the)? (branches|libraries|sites|gates|doors|entrances|exits|places|campuses|buildings"
    r"|readers|users|patrons|visitors|people|types|categories|groups|audiences)"
    r"|(全部|所有|全体|全校)的?(闸机|大?门|通道|(出|入|出入)口|设备|计数器|分?馆|馆舍|图书馆|校区|地点"
    r"|场所|区域|楼层?|读者|人员?|用户|师生|(读者)?类[型别])?|全员|全校区|总体|整体|总",
    re.IGNORECASE,
)


def count_of(field: str, raw: str, nothing: str = "") -> int | None:
    """The number in a cell, at least 0 and at most ``MOST``; None where it says that nobody knows,
    or that the number is kept back. ``nothing``: what "nil" means, ZERO or NOT_KNOWN, empty where
    nobody has said it.

    Refusal "bad-count" in ``field`` for anything else: a negative number is a code, and half a
    visit is none.
    """
    text = plain_cell(field, raw)
    if says_nothing(text):
        text = SAID_OF_NOTHING.get(nothing, text)
    if is_unknown(text) or KEPT_BACK.fullmatch(text):
        return None
    number = number_in(text)
    if number is None:
        raise Refusal(field, "bad-count")
    return number


def plain_cell(field: str, raw: str) -> str:
    """A cell in one line, with plain digits and plain signs for those of full width. Empty for an
    empty cell. Refusal in ``field`` for what cannot be kept, as ``clean`` says it.
    """
    return in_one_line(clean(field, raw)).translate(FULL_WIDTH)


def says_nothing(text: str) -> bool:
    """Whether it is one of NOTHING ("nil", "none"), in any case and with blanks around it: one
    library writes that for 0, another for a day on which nobody counted.
    """
    return text.strip().casefold() in NOTHING


def is_unknown(text: str) -> bool:
    """Whether it says that nobody knows, by one of UNKNOWN in any case; an empty cell does. A word
    that may be 0 as well ("nil") does not: see ``says_nothing``.
    """
    return text.casefold() in UNKNOWN


def number_in(text: str) -> int | None:
    """The whole number that is written, with or without signs between its thousands, or in units of
    10,000 (万); None where none is, for a fraction, and for more than ``MOST``.
    """
    number = written_number(text)
    if number is None or number > MOST or number != int(number):
        return None
    return int(number)


def written_number(text: str) -> Decimal | None:
    """The number that is written, be it a fraction of persons (1.23456万); None where none is."""
    plain = WHOLE.fullmatch(text)
    if plain:
        return Decimal(BETWEEN_DIGITS.sub("", plain[1]))
    myriads = MYRIADS.fullmatch(text)
    if myriads:
        return Decimal(myriads[1]) * 10_000
    return None


def minute_of(field: str, raw: str) -> int | None:
    """Minutes since midnight of an hour as files write it; of "9:00-10:00" those of the beginning.
    None for an empty cell and for what says that nobody knows.

    Refusal "bad-time" in ``field`` for what is no time of day.
    """
    text = plain_cell(field, raw)
    if is_unknown(text) or says_nothing(text):
        return None
    begins = UNTIL.sub("", text, count=1)
    if HOUR_NUMBER.fullmatch(begins):
        begins += ":00"
    try:
        clock = clock_of(begins)
    except ValueError as error:
        raise Refusal(field, "bad-time") from error
    if clock.is_end:
        # The end of a day is the beginning of none of its hours.
        raise Refusal(field, "bad-time")
    return clock.hour * 60 + clock.minute


def is_total(name: str) -> bool:
    """Whether a place, a gate, an audience, a month or a column is called like a sum or a mean,
    alone ("Total", "全部", "日均") or with other words ("Grand total 2019"): its number would count
    twice.
    """
    text = name.strip()
    if TOTAL_SIGNS.sub("", text).casefold() in TOTALS or says_all(text):
        return True
    return TOTAL_WORDS.search(text) is not None


def is_sum_of_rows(cell: str) -> bool:
    """Whether a cell of any column says that its row is a sum or a mean of others: the word stands
    alone, or with the name of what is summed. A title that holds such a word ("Total recall")
    is none.
    """
    text = TOTAL_REMARKS.sub("", cell).strip()
    return is_word_for_sums(text) or SUM_OF_ROWS.fullmatch(text) is not None


def says_all(name: str) -> bool:
    """Whether it says "all of them" and names no sum: whom an event is for may be called so."""
    return ALL_OF_THEM.fullmatch(TOTAL_REMARKS.sub("", name).strip()) is not None


def is_everywhere(name: str) -> bool:
    """Whether a place is the whole library, by one of the names in ``EVERYWHERE``; "all branches"
    is no such name but a sum.
    """
    return name.strip().casefold() in EVERYWHERE
