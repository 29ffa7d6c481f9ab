"""A day as it stands in a cell, made plain: digits, dashes and eras as everybody writes them."""

import re
import unicodedata
from functools import cache
from itertools import product

from babel.dates import get_month_names

from core.addresses import normal_number

#: Languages whose names of months are known besides Chinese and English.
LANGUAGES = (
    "en",
    "zh",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sv",
    "da",
    "nb",
    "fi",
    "ru",
    "uk",
    "th",
    "tr",
    "hu",
    "vi",
    "id",
    "ms",
    "ja",
    "ko",
)
#: What months are called in Chinese and English alone: "out" is October in Portuguese, and a
#: direction in a file of gates.
MONTHS = [
    "january jan 1 01 1月 一月",
    "february feb 2 02 2月 二月",
    "march mar 3 03 3月 三月",
    "april apr 4 04 4月 四月",
    "may 5 05 5月 五月",
    "june jun 6 06 6月 六月",
    "july jul 7 07 7月 七月",
    "august aug 8 08 8月 八月",
    "september sep sept 9 09 9月 九月",
    "october oct 10 10月 十月",
    "november nov 11 11月 十一月",
    "december dec 12 12月 十二月",
]
#: How Babel calls the forms of a month's name: long and short, in a date and alone.
WIDTHS, USES = ("wide", "abbreviated"), ("format", "stand-alone")
#: What is left out of a name that is compared: accents behind their letters, dots, blanks.
ACCENTS_AND_DOTS = re.compile("[\u0300-\u036f. ]")
#: The apostrophe that keeps a text in a spreadsheet.
APOSTROPHES = "'\u2018\u2019`"
#: Thursday before a date, 星期四 behind or between.
WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+|\s*[(]?(?:星期|周|週|礼拜)[一二三四五六日天][)]?",
    re.IGNORECASE,
)
#: Chinese numerals, those of banks among them.
NUMERALS = {letter: number for number, letter in enumerate("〇一二三四五六七八九")}
NUMERALS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
NUMERALS |= dict(zip("貳參陸", (2, 3, 6), strict=True))
NUMERALS |= dict.fromkeys("零○Ｏ◯", 0)
TENS = {"十": 1, "拾": 1, "廿": 2, "卅": 3}
IN_CHINESE = re.compile(f"[{''.join([*NUMERALS, *TENS])}0]+(?=[年月日号])")
#: Years that are counted from elsewhere: of the Republic (Taiwan), and of the Buddha (Thailand).
ERA = re.compile(r"^(民國|民国|公元|西元|พ\.?ศ\.?|ค\.?ศ\.?)\s*(\d{1,4})")
BUDDHIST = 543
ERA_BEGINS = {"民": 1911, "พ": -BUDDHIST}
THAI = re.compile(r"[\u0e00-\u0e7f]")


def plain_day(text: str) -> str:
    """A date without what people and programs set around it, in ASCII digits and single blanks.

    二〇二四年九月一日 is 2024年9月1日, 民國113年 is 2024年, "’2024－03－01 星期五" is 2024-03-01.

    What is no date comes back as well, trimmed: nothing is refused here.
    """
    text = text.strip().lstrip(APOSTROPHES)
    if not text.isascii():
        text = in_ascii_digits(text)
    text = WEEKDAY.sub("", text)
    return " ".join(text.split())


def in_ascii_digits(text: str) -> str:
    """Numerals of any script as digits, dashes as hyphens, and years of our era.

    In a text with Thai letters a year from 2400 to 2599 is one of the Buddhist calendar.
    """
    said_in_thai = THAI.search(text) is not None
    text = normal_number(text)
    text = IN_CHINESE.sub(lambda match: chinese_number(match.group()), text)
    text = ERA.sub(year_of_our_era, text.strip())
    if said_in_thai:
        text = re.sub(r"\b2[45]\d\d\b", lambda match: str(int(match.group()) - BUDDHIST), text)
    return text


def chinese_number(text: str) -> str:
    """二十一 → 21, 十 → 10, 二〇二四 → 2024, 三 → 3.

    Numbers up to 99 are read with their tens; without a ten each numeral is a digit.
    """
    ten = next(filter(TENS.get, text), "")
    if not ten:
        return "".join(str(NUMERALS.get(letter, 0)) for letter in text)
    tens, _ten, ones = text.partition(ten)
    times = NUMERALS.get(tens, 1) * TENS[ten]
    return str(10 * times + NUMERALS.get(ones, 0))


def year_of_our_era(match: re.Match) -> str:
    """The year of a match of ``ERA`` as ours, without the era's name: 民國113 → 2024, พ.ศ. 2567 →
    2024.
    """
    era, year = match.groups()
    return str(int(year) + ERA_BEGINS.get(era[0], 0))


@cache
def months() -> dict[str, int]:
    """{name of a month, without capitals and dots: its number} in many languages; 3月 is 3.

    The names are Babel's, read once in a process.
    """
    found = {f"{number}月": number for number in range(1, 13)}
    for language, width, place in product(LANGUAGES, WIDTHS, USES):
        for number, name in get_month_names(width, place, language).items():
            # Of languages that call different months alike the first is believed.
            found.setdefault(bare_month(name), number)
    found["sept"] = 9
    return found


def bare_month(name: str) -> str:
    """The name of a month without capitals, dots and accents, to be compared: Févr. is fevr."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return ACCENTS_AND_DOTS.sub("", letters)


def numbers_of_months() -> dict[str, int]:
    """{"january": 1, "jan": 1, "1月": 1, "01": 1, …}: what ``MONTHS`` lists, without capitals."""
    found = {}
    for number, said in enumerate(MONTHS, start=1):
        for word in said.split():
            found[word] = number
    return found


MONTH_OF = numbers_of_months()
