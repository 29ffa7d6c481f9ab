"""A month's name beside one or two digits: the tenth of March, or March 2010? Pure.

"Mar 10" tells nothing by itself, so all cells of a column decide together, and where they do not
somebody is asked.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import attrgetter

from crm.imports.dates import whole_year
from crm.imports.day_texts import bare_month, months, plain_day

#: What the digits mean.
DAY, YEAR = "day", "year"
#: Mar 10, Mar-10, Dec '19, March 10th.
NAME_NUMBER = re.compile(
    r"(?P<month>[^\W\d_]{3,16})\.?[-/, ]{0,3}"
    r"(?P<sign>['’]?)(?P<number>\d{1,2})(?P<end>st|nd|rd|th)?",
    re.IGNORECASE,
)
#: 10 Mar, 10-Mar, 10th of March.
NUMBER_NAME = re.compile(
    r"(?P<number>\d{1,2})(?P<end>st|nd|rd|th|\.)?[-/, ]{0,3}(?:of )?(?P<month>[^\W\d_]{3,16})\.?",
    re.IGNORECASE,
)
#: 3月10日.
WITH_SIGNS = re.compile(r"(?P<month>\d{1,2}月)\s?(?P<number>\d{1,2})(?P<end>[日号])")
SHAPES = (NAME_NUMBER, NUMBER_NAME, WITH_SIGNS)
#: A leap year, in which every day there is can stand.
ANY_YEAR = 2000
DAYS_OF_A_YEAR, MONTHS_OF_A_YEAR = 366, 12
#: How many different cells have to run on for days and for months, which share of their time they
#: have to fill, and how many times better than the other meaning does.
RUNNING = {DAY: 8, YEAR: 2}
FILLED = {DAY: 0.5, YEAR: 0.3}
TIMES = 2
#: Two cells that follow each other and lie further apart are of two years.
HALF_A_YEAR = 183


@dataclass(frozen=True)
class ShortDate:
    """A month, 1 to 12, and the ``number`` beside it. ``told``: what the text alone says the number
    is, DAY, YEAR, or empty where it could be either.
    """

    text: str
    month: int
    number: int
    told: str

    def day_of(self, year: int) -> date:
        """The day in ``year``, the number being a day of the month. Raises ValueError where that
        year has no such day.
        """
        return date(year, self.month, self.number)

    @property
    def year_and_month(self) -> tuple[int, int]:
        """(year, month), the number being a year of two digits: those from 30 on are of the last
        century.
        """
        return whole_year(f"{self.number:02}"), self.month

    @property
    def place_in_year(self) -> int:
        """Days since the first of January of any year, 1 for that day itself, the number being a
        day of the month; of the 31st of February it means nothing.
        """
        return date(ANY_YEAR, self.month, 1).toordinal() + self.number

    @property
    def place_in_months(self) -> int:
        """Months since the beginning of our era, the number being a year: of two months that follow
        each other it differs by one, also over the end of a year.
        """
        year, month = self.year_and_month
        return year * MONTHS_OF_A_YEAR + month


@dataclass(frozen=True)
class Meaning:
    """What the digits of a column mean: ``told`` is DAY or YEAR, empty where nothing tells.

    ``against``: two cells that contradict each other; ``unclear``: a cell that somebody has to
    explain; ``new_year``: two cells between which a new year begins.
    """

    told: str = ""
    against: tuple[str, ...] = ()
    unclear: str = ""
    new_year: tuple[str, ...] = ()


def short_date(raw: str) -> ShortDate | None:
    """The month and the number in a cell that holds nothing else, in any of SHAPES; None for any
    other text, a month's name in an unknown language among them. Whether there is such a day is not
    asked.
    """
    text = plain_day(raw)
    for match in filter(None, (shape.fullmatch(text) for shape in SHAPES)):
        month = months().get(bare_month(match["month"]))
        if month:
            return ShortDate(text, month, int(match["number"]), told_by(match, month))
    return None


def told_by(match: re.Match, month: int) -> str:
    """What one text says of its number: an apostrophe makes a year of it, an ending or a single
    digit a day; a number that is no day of the month is a year, and one of a year to come a day. Of
    several signs the first of these holds. DAY or YEAR; empty where it could be either.
    """
    written = match.groupdict()
    number = int(written["number"])
    may_be_day = 1 <= number <= monthrange(ANY_YEAR, month)[1]
    signs = [
        (YEAR, bool(written.get("sign"))),
        (DAY, bool(written["end"])),
        (DAY, len(written["number"]) == 1),
        (YEAR, not may_be_day),
        (DAY, ANY_YEAR + number > date.today().year),
    ]
    return next((meaning for meaning, is_so in signs if is_so), "")


def meaning_together(texts: Iterable[str]) -> Meaning:
    """What the short dates among ``texts``, in the order of the file, mean together. Where there is
    none, nothing is told and nothing unclear.
    """
    found = list(filter(None, map(short_date, texts)))
    if not found:
        return Meaning()
    said = first_of_each(found)
    if {DAY, YEAR} <= said.keys():
        return Meaning(against=(said[DAY].text, said[YEAR].text))
    meanings = {*said, told_by_running(found)} - {""}
    # One cell with a slip in it does not decide against all others.
    if len(meanings) != 1:
        return Meaning(unclear=found[0].text)
    (told,) = meanings
    return Meaning(told=told, new_year=NEW_YEARS[told](found))


def first_of_each(found: list[ShortDate]) -> dict[str, ShortDate]:
    """{DAY, YEAR or "": the first of ``found`` whose text alone says it}, "" standing for those
    that could be either. What no text says has no entry.
    """
    said: dict[str, ShortDate] = {}
    for one in found:
        said.setdefault(one.told, one)
    return said


def told_by_running(found: list[ShortDate]) -> str:
    """DAY where the cells run on as days do, YEAR where they run on as months do, empty where they
    do neither or both: how much is enough stands in RUNNING, FILLED and TIMES. What tells itself is
    not asked.
    """
    open_ones = [one for one in found if not one.told]
    if not open_ones:
        return ""
    filled = {DAY: filled_of_year(open_ones), YEAR: filled_of_months(open_ones)}
    likelier, other = sorted(filled, key=filled.get, reverse=True)
    least = max(FILLED[likelier], TIMES * filled[other])
    if filled[likelier] < least or number_of_texts(open_ones) < RUNNING[likelier]:
        return ""
    return likelier


def number_of_texts(found: list[ShortDate]) -> int:
    """How many different texts they are written as: a day that stands in many rows is one."""
    return len(set(map(attrgetter("text"), found)))


def filled_of_year(found: list[ShortDate]) -> float:
    """The share of days that are named, above 0 and at most 1, of all from the first to the last. A
    year is a circle: December and January lie side by side. ``found`` has one at least.
    """
    days = sorted({one.place_in_year % DAYS_OF_A_YEAR for one in found})
    return len(days) / extent_in_circle(days)


def filled_of_months(found: list[ShortDate]) -> float:
    """The share of months that are named, above 0 and at most 1, of all from the first to the last.
    ``found`` has one at least.
    """
    named = {one.place_in_months for one in found}
    return len(named) / (max(named) - min(named) + 1)


def extent_in_circle(days: list[int]) -> int:
    """Over how many days of the year they lie, both ends among them, without the longest gap;
    ``days`` are in order, from 0 to 365, and one at least. December to January is no gap.
    """
    around = [*days, days[0] + DAYS_OF_A_YEAR]
    longest = max(after - before for before, after in pairwise(around))
    return DAYS_OF_A_YEAR - longest + 1


def new_year_in(found: list[ShortDate]) -> tuple[str, ...]:
    """The two cells between which a new year begins, of a file that is else in order, whether it
    begins with the oldest or the newest; empty where none begins, where several do, and where the
    file is in no order. ``found``: days without a year, in the order of the file.
    """
    leaps, ways = [], set()
    for before, after in pairwise(found):
        step = after.place_in_year - before.place_in_year
        if abs(step) > HALF_A_YEAR:
            leaps.append((before.text, after.text))
        else:
            ways.add(step > 0)
    if len(leaps) != 1 or len(ways) > 1:
        return ()
    return leaps[0]


#: What is asked of a new year by what the digits mean: a month says its year itself.
NEW_YEARS = {DAY: new_year_in, YEAR: lambda _found: ()}
