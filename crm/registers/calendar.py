"""Which day this is: of which teaching week, and how many such weeks a month has."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.functional import cached_property

from crm.registers.models import SpecialDays, TeachingTerm, TeachingWeek

#: Monday to Friday, as ``date.weekday`` counts them.
WORKING_DAYS = range(5)
THURSDAY = timedelta(days=3)


def teaching_week(day: date) -> TeachingWeek | None:
    """The term and the number of the week, 1 for the first; None between terms and where no term is
    recorded. Takes one statement.
    """
    term = TeachingTerm.objects.on(day)
    if term is None:
        return None
    return TeachingWeek(term, term.week_of(day))


class TaughtWeeks(NamedTuple):
    """Of so many ``weeks`` so many were taught."""

    taught: int
    weeks: int

    def is_like(self, other: "TaughtWeeks") -> bool:
        """Whether two months are alike in it: as many weeks were taught, or were not. That a month
        has a Thursday more is a matter of the calendar.
        """
        return self.taught == other.taught or self.weeks - self.taught == other.weeks - other.taught


class TeachingWeeks:
    """How many weeks were taught, from ``first`` to ``last`` at most. Two statements, one where the
    register has no term at all.
    """

    def __init__(self, first: date, last: date):
        """``first`` to ``last``: the days between which weeks may be asked for. Reads the terms, in
        one statement.
        """
        self.first, self.last = first, last
        self.terms = list(TeachingTerm.objects.all())

    @cached_property
    def off(self) -> list[SpecialDays]:
        """Holidays, and days on which the whole library is shut: nobody is taught then either.
        Those of a single campus are not among them. Read once, in one statement.
        """
        return list(SpecialDays.objects.at(None).touching(self.first, self.last))

    def between(self, first: date, last: date) -> "TaughtWeeks | None":
        """How many weeks lie from ``first`` to ``last`` by their Thursday and have a working day
        of a term that is neither a holiday nor closed. None where the register has no term before
        or after them: then nobody has said what these weeks are.
        """
        if not self.terms:
            return None
        # The newest stands first, and by a constraint no two have a day in common.
        begins, ends = self.terms[-1].starts_on, self.terms[0].ends_on
        if begins > last or ends < first:
            return None
        weeks = list(map(self.is_taught, mondays(first, last)))
        return TaughtWeeks(taught=sum(weeks), weeks=len(weeks))

    def is_taught(self, monday: date) -> bool:
        """Whether anybody is taught in the week that begins on ``monday``: one of its working days
        has lessons. Lessons on a weekend alone make no week.
        """
        return any(self.has_lessons(monday + timedelta(days=n)) for n in WORKING_DAYS)

    def has_lessons(self, day: date) -> bool:
        """Whether a day lies in a term, both ends among them, and is none of the days off. The
        weekday is not asked.
        """
        in_term = any(term.starts_on <= day <= term.ends_on for term in self.terms)
        return in_term and not any(one.holds_on(day) for one in self.off)


def mondays(first: date, last: date) -> Iterable[date]:
    """Mondays of the weeks whose Thursday lies from ``first`` to ``last``, in order: so each week
    belongs to one month. The first one may lie before ``first``. None for a time without a
    Thursday.
    """
    monday = first - timedelta(days=first.weekday())
    while monday + THURSDAY <= last:
        if monday + THURSDAY >= first:
            yield monday
        monday += timedelta(days=7)
