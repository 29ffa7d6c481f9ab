"""Which days of which places a file tells of, as a strip of months on its preview."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from operator import attrgetter

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.localised import listed
from core.numbers import number
from crm.sources.board import BEFORE, MonthCell, cell_of
from crm.sources.days import Recorded, days_of
from crm.sources.months import MONTH, SHOWN, Column, end_of_month
from crm.sources.words import heads

#: Places that are drawn; of more the page says how many.
PLACES_SHOWN = 12


@dataclass(frozen=True, order=True)
class ToldDays:
    """A run of days that a file tells of a place, whose name is empty for the whole library."""

    place: str
    first: date
    last: date
    whole: bool

    def goes_on(self, before: "ToldDays") -> bool:
        """Whether it is told of the same place in the same way as ``before``, and begins on the day
        after that ended.
        """
        is_alike = (before.place, before.whole) == (self.place, self.whole)
        return is_alike and before.last + timedelta(days=1) == self.first


@dataclass(frozen=True)
class StripLine:
    """One place: a cell for each month of the strip, and what is told of it in a sentence."""

    place: str
    cells: list[MonthCell]
    said: str


@dataclass(frozen=True)
class Strip:
    """``months``: first days, the oldest first. ``more``: places that are not drawn."""

    months: list[date]
    lines: list[StripLine]
    more: int

    @property
    def heads(self) -> list[tuple[str, str]]:
        """(brief, whole) name of each month, as the page "What is recorded" has them."""
        return heads(self.months)


def joined(told: Iterable[ToldDays]) -> list[ToldDays]:
    """The same with runs that follow each other without a break as one; by place, those in part
    before those that are whole, and then by day.
    """
    found: list[ToldDays] = []
    for one in sorted(told, key=attrgetter("place", "whole", "first")):
        if found and one.goes_on(found[-1]):
            found[-1] = replace(found[-1], last=one.last)
        else:
            found.append(one)
    return found


def strip_of(told: Iterable[ToldDays]) -> Strip | None:
    """The last thirteen months of which the file tells, place by place; None where it tells of no
    day. A month of which it tells nothing is left out between two others.
    """
    by_place = states_by_place(told)
    if not by_place:
        return None
    months = months_with(chain.from_iterable(by_place.values()))[-SHOWN[MONTH] :]
    names = sorted(by_place)
    lines = [line_of(name, by_place[name], months) for name in names[:PLACES_SHOWN]]
    return Strip(months, lines, more=len(names) - len(lines))


def months_with(days: Iterable[date]) -> list[date]:
    """The first days of the months in which ``days`` lie, each once, the oldest first."""
    return sorted({day.replace(day=1) for day in days})


def states_by_place(told: Iterable[ToldDays]) -> dict[str, dict[date, str]]:
    """{place: {day: FULL or PART}}; a day that is told twice is whole where it once was."""
    found: dict[str, dict[date, str]] = defaultdict(dict)
    for one in told:
        states = found[one.place]
        for day in days_of(one.first, one.last):
            if one.whole:
                states[day] = Recorded.FULL
            else:
                states.setdefault(day, Recorded.PART)
    return found


def line_of(place: str, states: dict[date, str], months: list[date]) -> StripLine:
    """One place of the strip; days of which the file says nothing are left empty."""
    cells = []
    for month in months:
        column = Column(month, end_of_month(month))
        shown = {day: states.get(day, BEFORE) for day in days_of(*column)}
        cells.append(cell_of(column, shown))
    return StripLine(place, cells, said_of(place, states))


def said_of(place: str, states: dict[date, str]) -> str:
    """ "东馆: October 2026 whole, 3 days whole, 2 days in part": months by their names, single days
    by how many they are.
    """
    whole = {day for day, state in states.items() if state == Recorded.FULL}
    months = whole_months(whole)
    single = [day for day in whole if day.replace(day=1) not in months]
    said = [
        months_in_words(months),
        whole_days_in_words(len(single)),
        part_days_in_words(len(states) - len(whole)),
    ]
    return _("%(place)s: %(days)s") % {
        "place": place or _("whole library"),
        "days": listed(list(filter(None, said))),
    }


def whole_months(days: set[date]) -> list[date]:
    """The first days of the months all of whose days are among ``days``, the oldest first."""
    found = []
    for month in months_with(days):
        if days.issuperset(days_of(month, end_of_month(month))):
            found.append(month)
    return found


def months_in_words(months: list[date]) -> str:
    """That these months, by their first days, are told whole; empty for none."""
    if not months:
        return ""
    names = [date_format(month, "YEAR_MONTH_FORMAT") for month in months]
    return _("%(months)s whole") % {"months": _(", ").join(names)}


def whole_days_in_words(n: int) -> str:
    """That so many single days are told whole; empty for none."""
    if not n:
        return ""
    return ngettext("one day whole", "%(n)s days whole", n) % {"n": number(n)}


def part_days_in_words(n: int) -> str:
    """That so many days are told in part; empty for none."""
    if not n:
        return ""
    return ngettext("one day in part", "%(n)s days in part", n) % {"n": number(n)}
