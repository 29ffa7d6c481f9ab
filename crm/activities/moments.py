"""When something happened, as files write it: by the library's own clock. Pure."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

from core.days import FIRST_DAY
from crm.imports.clocks import clock_of
from crm.imports.copying import CellTexts
from crm.imports.dates import EPOCH, SERIAL, SERIALS, parts_of_date
from crm.imports.day_texts import plain_day
from crm.imports.fields import Refusal, clean, is_blank

#: What most systems write; the commonest by far, and checked first.
ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?")
#: The same with the zone it is meant in.
ZONED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")
#: A day with a time of it that there is on every day.
DAY_AND_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])"
)
#: Fourteen digits in a row: 20261003091500.
COMPACT = re.compile(r"(\d{8})(\d\d)(\d\d)(\d\d)")
#: The year of a date, wherever it stands in it.
YEAR = re.compile(r"\d{4}")
#: A date and what follows it.
PARTS = re.compile(r"(\d+ ?[-/.年년] ?\d+ ?[-/.月월] ?\d+[日号일.]?|\d{8})[ T　,]*(.*)")
#: A date whose month has a name, and what follows it: 5-Mar-2021 09:00, Mar 5, 2021 9:00 AM,
#: 05-MAR-26 03.04.05.000000 PM.
WORDED = re.compile(
    r"(.+?\d{4}|\d{1,2}[-/. ]\D{2,16}[-/. ]\d\d)"
    r"(?:[ T,]+(\d{1,2}(?:[:：.]| ?[AaPp]\.? ?[Mm]).*))?"
)

#: What is written like a day or a moment, whether there is such a one or not.
LIKE_A_MOMENT = re.compile(
    r"(?:\d{8}(?:\d{6})?|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?)"
    r"(?:[ T　]+(?:上午|下午|早上|中午|晚上|凌晨)?[\d:：.时点分秒]+ ?(?:[ap]m)?"
    r"(?:Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)


def moment_of(order: str = "") -> Callable[[str], datetime]:
    """Cell → local moment without a zone; raises Refusal for what is none, lies after tomorrow, or
    before FIRST_DAY.

    ``order``: how the column is written, see ``ColumnOfDates.style``; behind a "+" in it how many
    days or years it counts differently. A date alone is its midnight.
    """
    order, _plus, shift = order.partition("+")
    by = int(shift or 0)
    # Tomorrow: a server's clock may stand in another zone than the gate's.
    latest = timezone.localdate() + timedelta(days=1)

    def convert(raw: str) -> datetime:
        """The moment of one cell. Raises Refusal."""
        text = clean("at", raw)
        if is_blank(text):
            raise Refusal("at", "missing-date")
        if SERIAL.fullmatch(text):
            moment = moment_numbered(text, order, by)
        else:
            moment = moment_in_years(text, order, by)
        if moment.date() > latest:
            raise Refusal("at", "future-date")
        if moment.date() < FIRST_DAY:
            raise Refusal("at", "bad-date")
        return moment

    return convert


class MomentTexts(CellTexts):
    """As CellTexts, of moments. Hardly one comes twice, but their days do: of the commonest
    writing each day is converted once, and the time behind it is taken as it stands.
    """

    def __init__(self, convert: Callable[[str], datetime]):
        """``convert`` as ``moment_of`` gives it: what it says of a day is true of all its times."""
        super().__init__(convert)
        self.days = CellTexts(self.day_in)

    def day_in(self, cell: str) -> date:
        """The day of a cell. Raises Refusal."""
        return self.convert(cell).date()

    def text_of(self, cell: str) -> str:
        """The COPY text of a moment. Raises Refusal."""
        found = DAY_AND_TIME.fullmatch(cell)
        if found is None:
            return super().text_of(cell)
        day, clock = found.groups()
        return f"{self.days[day]} {clock}"


def looks_like_moment(cell: str) -> bool:
    """Whether a cell is written like a day or a moment, be it one that no calendar has, or one with
    the name of a month. A number alone is none, but for eight or fourteen digits in a row, and for
    the number of a spreadsheet.
    """
    text = plain_day(cell)
    if LIKE_A_MOMENT.fullmatch(text) or SERIAL.fullmatch(text):
        return True
    parts = WORDED.fullmatch(text)
    try:
        return parts is not None and bool(parts_of_date("at", parts[1], ""))
    except Refusal:
        return False


def day_of(order: str = "") -> Callable[[str], datetime]:
    """As ``moment_of``, but of the day alone: its midnight. Uses of one day are one session."""
    convert = moment_of(order)

    def day(raw: str) -> datetime:
        """Midnight of the day that one cell says. Raises Refusal, also for a time that is none."""
        return convert(raw).replace(hour=0, minute=0, second=0, microsecond=0)

    return day


def moment_numbered(text: str, order: str, days: int) -> datetime:
    """The moment of a spreadsheet's number, where the whole column is such numbers; a part of a day
    is its time, to the second. ``days``: by how many the column counts from another day.

    Refusal "day-number" where the column holds written dates.
    """
    if order != SERIALS:
        raise Refusal("at", "day-number")
    begun = datetime(EPOCH.year, EPOCH.month, EPOCH.day) + timedelta(days=days)
    # Most times are no exact fraction of a day, and would lie a little beside the second.
    return begun + timedelta(seconds=round(float(text) * 86_400))


def moment_in_years(text: str, order: str, years: int) -> datetime:
    """The moment in our years, where a column counts ``years`` more (543 in Thailand), or fewer
    with a minus. ``order`` as in ``moment_of``. Raises Refusal for what is no moment of our years.
    """
    # First the year: the 29th of February may be no day of the other count's year.
    if years > 0:
        text = YEAR.sub(lambda found: f"{int(found[0]) - years:04d}", text, count=1)
        years = 0
    moment = moment_in(text, order)
    try:
        return moment.replace(year=moment.year - years)
    except ValueError as error:
        raise Refusal("at", "bad-date") from error


def moment_of_two(order: str = "") -> Callable[[tuple[str, str]], datetime]:
    """(date, time of day) → local moment; an empty time is that of the date's own cell, midnight
    where it has none. ``order`` as in ``moment_of``.
    """
    convert = moment_of(order)

    def both(cells: tuple[str, str]) -> datetime:
        """The moment of the two cells. Raises Refusal, whose field says which of the
        two is wrong.
        """
        day, clock = cells
        clock = clean("time", clock)
        moment = convert(day)
        if is_blank(clock):
            return moment
        return at_clock(moment.date(), clock)

    return both


def moment_in(text: str, order: str) -> datetime:
    """The moment as it is written, by the library's clock where a zone is named; whether it can be
    meant is another question. Raises Refusal for what is no moment.
    """
    if ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            # The 30th of February, or 24:00: what is wrong, if anything, is said below.
            pass
    if ZONED.fullmatch(text):
        return moment_with_zone(text)

    compact = COMPACT.fullmatch(text)
    if compact:
        day, hour, minute, second = compact.groups()
        return at_clock(day_in(day, order), f"{hour}:{minute}:{second}")
    text = plain_day(text)
    parts = PARTS.fullmatch(text) or WORDED.fullmatch(text)
    if parts is None:
        raise Refusal("at", "bad-date")
    day = day_in(parts[1], order)
    if not parts[2]:
        return datetime(day.year, day.month, day.day)
    return at_clock(day, parts[2])


def moment_with_zone(text: str) -> datetime:
    """The moment by the library's clock of one that names its zone, as in ZONED. Refusal "bad-date"
    for what is none.
    """
    try:
        return timezone.make_naive(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        # In another zone the first and the last day of the calendar may not be days at all.
        raise Refusal("at", "bad-date") from error


def day_in(text: str, order: str) -> date:
    """The day of a date alone. ``order``: of its day and month, see ``ColumnOfDates.style``. Raises
    Refusal for what is no date, and for the 30th of February.
    """
    year, month, day = parts_of_date("at", text, order)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Refusal("at", "bad-date") from error


def at_clock(day: date, text: str) -> datetime:
    """The day at a time as people write it, see ``clock_of``; 24:00 is the midnight that ends it.
    Refusal "bad-time" for what is none, and for 25:00.
    """
    try:
        clock = clock_of(text)
    except ValueError as error:
        raise Refusal("at", "bad-time") from error
    midnight = datetime(day.year, day.month, day.day)
    try:
        return midnight + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    except OverflowError as error:
        raise Refusal("at", "bad-date") from error
