"""What the page of the retention clock shows: each term, what is over tonight, what went last."""

from dataclasses import dataclass

from django.utils import timezone

from core.disclosure import Count, count_in_tens
from core.terms import Term, registered, still_needed
from crm.clock.models import Night
from crm.clock.terms_in_force import days_of_all, over_on
from crm.readers.queries import may_open_every_reader
from crm.staff.models import User


@dataclass(frozen=True)
class ClockRow:
    """One kind of data. ``last`` is the newest night that has ended, with what it removed."""

    term: Term
    days: int
    due: Count
    last: Night | None
    removed: Count

    @property
    def is_fixed(self) -> bool:
        """Whether nobody may choose another term.

        Then its bounds are the term itself.
        """
        return self.term.least == self.term.most


def clock_rows(viewer: User) -> list[ClockRow]:
    """All kinds in the order of the rooms, as this person may be told."""
    tonight, kept = timezone.localdate(), still_needed()
    days_of, nights = days_of_all(registered()), last_nights()
    rows = []
    for term in registered():
        days = days_of[term.code]
        due = term.due(over_on(tonight, days, kept))
        last = nights.get(term.code)
        # Of a kind that no night has ended nobody counted what was removed.
        removed = getattr(last, "removed", None)
        row = ClockRow(term, days, told(due, viewer), last, told(removed, viewer))
        rows.append(row)
    return rows


def due_under(term: Term, days: int, viewer: User) -> Count:
    """What the next night would take of one kind if it were kept for ``days`` days.

    Counted now, under today's date; nothing is removed.
    """
    return told(term.due(over_on(timezone.localdate(), days, still_needed())), viewer)


def last_nights() -> dict[str, Night]:
    """{code: the newest night that has ended}.

    One statement. A kind that no night has ended has no entry.
    """
    ended = Night.objects.filter(ended_at__isnull=False)
    newest = ended.order_by("code", "-night").distinct("code")
    return {night.code: night for night in newest}


def told(rows: int | None, viewer: User) -> Count:
    """How many rows: exactly for who may open every reader, for others in tens.

    ``rows`` None means that nobody counted. Rounded ones say "about", and no number below ten.
    """
    if may_open_every_reader(viewer):
        return Count.exact(rows)
    return count_in_tens(rows)
