"""Which terms hold today, and what they say is over."""

from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils import timezone

from core.terms import Interval, Over, Term
from crm.clock.models import ChosenTerm


def days_of(term: Term) -> int:
    """Days for which the library keeps this kind: its own choice, else the default. Takes one
    statement; ``days_of_all`` asks for many at once.
    """
    chosen = ChosenTerm.objects.filter(code=term.code).values_list("days", flat=True).first()
    return within_bounds(term, chosen)


def days_of_all(terms: tuple[Term, ...]) -> dict[str, int]:
    """{code: days} of all ``terms``, chosen or default, in one query."""
    chosen = dict(ChosenTerm.objects.values_list("code", "days"))
    return {term.code: within_bounds(term, chosen.get(term.code)) for term in terms}


def last_chosen() -> datetime | None:
    """When the library last chose a term; None where all are the defaults."""
    return ChosenTerm.objects.aggregate(at=Max("changed_at"))["at"]


def within_bounds(term: Term, chosen: int | None) -> int:
    """The default where nothing was chosen. A choice made when the bounds were wider counts as the
    nearest that may be made.
    """
    if chosen is None:
        return term.default
    return min(max(chosen, term.least), term.most)


def start_of(night: date, days: int) -> datetime:
    """The midnight of the library's own time that lies ``days`` days before ``night``."""
    return timezone.make_aware(datetime.combine(night - timedelta(days=days), time.min))


def over_on(night: date, days: int, kept: tuple[Interval, ...]) -> Over:
    """What is over a term of ``days`` days on ``night``, but what somebody still counts."""
    return Over(start_of(night, days), kept)
