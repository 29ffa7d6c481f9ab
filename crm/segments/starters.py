"""Rules to begin a segment with, as librarians ask for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Activity, Reader
from crm.segments.rule import ANY, MIN_YEAR, Rule

#: From this month on those who entered this year are the newest.
FIRST_MONTH = 8
#: Years from entering to the last one, for each kind that finishes.
YEARS = {Reader.Kind.UNDERGRADUATE: 4, Reader.Kind.MASTER: 3, Reader.Kind.DOCTORAL: 4}
#: Days in which somebody silent did nothing.
SILENT_DAYS = 180
#: The days and visits of somebody who is here often.
OFTEN_DAYS, OFTEN = 90, 12


@dataclass(frozen=True)
class Starter:
    """A rule as of a day, with the name and the description it begins with."""

    code: str
    name: str
    description: str
    rule_on: Callable[[date], Rule]

    def rule(self) -> Rule:
        """The rule as of today."""
        return self.rule_on(timezone.localdate())


def newest_year(day: date) -> int:
    """The year in which the newest students entered: before FIRST_MONTH the year before."""
    if day.month >= FIRST_MONTH:
        return day.year
    return day.year - 1


def of_kinds(*kinds: str) -> Rule:
    """Readers of one of these kinds."""
    return {"test": "kind", "in": list(map(str, kinds))}


def did(kind: str, comparison: str, n: int, days: int) -> Rule:
    """Readers who did so at least or at most ``n`` times in the last ``days`` days."""
    return {"test": "activity", "kind": str(kind), "cmp": comparison, "n": n, "days": days}


def every(*parts: Rule) -> Rule:
    """Readers of whom all parts hold."""
    return {"op": "and", "of": list(parts)}


def any_of(*parts: Rule) -> Rule:
    """Readers of whom one part holds."""
    return {"op": "or", "of": list(parts)}


def undated(test: str) -> Rule:
    """Readers of whom no such day is recorded: "enters" or "graduates"."""
    return {"op": "not", "of": [{"test": test, "from": MIN_YEAR}]}


def entered(year: int, *kinds: str, unless: str) -> Rule:
    """Readers of these kinds whose year of entry is ``year``; of whom a day ``unless`` ("enters"
    or "graduates") is recorded, that one says more.
    """
    return every(of_kinds(*kinds), {"test": "cohort", "from": year, "to": year}, undated(unless))


def freshmen(day: date) -> Rule:
    """New students by their recorded days; of whom none is recorded, those of the years of study
    who entered last, as of ``day``.
    """
    new = {"test": "stage", "in": [str(Reader.Stage.NEW)]}
    return any_of(new, entered(newest_year(day), *YEARS, unless="enters"))


def finalists(day: date) -> Rule:
    """Those in their last year by the recorded last day; of whom none is recorded, by the usual
    length of their studies.
    """
    final = {"test": "stage", "in": [str(Reader.Stage.FINAL)]}
    parts = []
    for years in sorted(set(YEARS.values())):
        kinds = [kind for kind in YEARS if YEARS[kind] == years]
        parts.append(entered(newest_year(day) - years + 1, *kinds, unless="graduates"))
    return any_of(final, *parts)


def silent(_day: date) -> Rule:
    """Current readers of whom nothing is recorded for ``SILENT_DAYS`` days."""
    return every(did(ANY, "le", 0, SILENT_DAYS))


def givers(_day: date) -> Rule:
    """Readers who give often, and did so lately."""
    return every({"test": "rfc", "recency": [3, 4, 5], "contribution": [4, 5]})


def often_here(_day: date) -> Rule:
    """Readers who come often and came to no event in the same days."""
    return every(
        did(Activity.Kind.VISIT, "ge", OFTEN, OFTEN_DAYS),
        did(Activity.Kind.EVENT, "le", 0, OFTEN_DAYS),
    )


STARTERS = {
    starter.code: starter
    for starter in (
        Starter(
            "freshmen",
            _("Freshmen"),
            _("New students by their recorded days, else by their year of entry."),
            freshmen,
        ),
        Starter(
            "finalists",
            _("Finalists"),
            _(
                "Students in their last year by the recorded day, else by the usual length of"
                " studies."
            ),
            finalists,
        ),
        Starter(
            "silent",
            _("Silent readers"),
            _("Current readers of whom nothing is recorded for half a year."),
            silent,
        ),
        Starter(
            "givers",
            _("Active contributors"),
            _("Readers who gave something often, and were here in the last months."),
            givers,
        ),
        Starter(
            "often-here",
            _("Often here, never at an event"),
            _("Readers who come through the gate every week and attended no event."),
            often_here,
        ),
    )
}
