"""The visits of a month: one definition, and nothing counted twice.

A counter where it tells of the whole month, since it counts everybody; else the rows of gates,
where these are recorded on all days; else whichever of the two tells of a part. The two are never
added together, since they may stand at one door. Rows with names and rows without are of different
gates, and are added.
"""

from dataclasses import dataclass
from datetime import datetime

from core.disclosure import Count, Missing, suppress
from crm.tallies.visits import CountedVisits

#: What readers did less often than this is not told.
LEAST_DONE = 10
#: Who counted: a counter that knows nobody, or the rows of gates.
COUNTER, ROWS = "counter", "rows"


@dataclass(frozen=True)
class VisitRows:
    """Visits as rows of gates: ``named`` those of readers, ``unnamed`` those of gates that keep
    nobody's name; None where no such gate tells of the month. ``is_whole``: whether all gates told
    of all days.
    """

    named: int | None
    unnamed: int | None
    is_whole: bool

    @property
    def known(self) -> list[int]:
        """Those of the two numbers that are known."""
        return [one for one in (self.named, self.unnamed) if one is not None]

    @property
    def number(self) -> int | None:
        """Both together; None where neither is known."""
        if not self.known:
            return None
        return sum(self.known)

    @property
    def count(self) -> Count:
        """Both together as it is printed. Where one of two is few it would follow from the other,
        which is told, and the sum.
        """
        if any(told_done(one).is_withheld for one in self.known):
            return Count.without(Missing.WITHHELD)
        return told_done(self.number)


@dataclass(frozen=True)
class MonthVisits:
    """``number`` is for rates and is printed as ``count``; None where nothing was recorded.

    ``origin``: COUNTER, ROWS, or empty for none. ``sources``: names of the counters; ``rows``:
    those of gates that are in the number, None where it is a counter's.
    """

    number: int | None
    count: Count
    origin: str = ""
    is_whole: bool = False
    sources: tuple[str, ...] = ()
    as_of: datetime | None = None
    rows: VisitRows | None = None

    @property
    def has_unnamed(self) -> bool:
        """Whether visits without names are in the number."""
        return self.rows is not None and self.rows.unnamed is not None

    @property
    def has_named(self) -> bool:
        """Whether visits of readers who are known by name are in the number."""
        return self.rows is not None and self.rows.named is not None

    @property
    def counted_by(self) -> tuple:
        """What tells two ways of counting apart."""
        return self.origin, self.sources, self.has_named, self.has_unnamed

    def is_counted_like(self, other: "MonthVisits") -> bool:
        """Whether the two may be compared: both whole, and by the same counters or by gates that
        both keep names or both do not.
        """
        both_whole = self.is_whole and other.is_whole
        return both_whole and self.counted_by == other.counted_by


def visits_of(counted: CountedVisits, rows: VisitRows, *, as_of: datetime | None) -> MonthVisits:
    """The one of two that is taken. ``counted``: what counters tell; ``rows``: what rows of gates
    do, computed ``as_of``.

    Counters that tell of the whole month go first. Rows that are whole go before counters that tell
    of a part, unless these counted more already: then rows are not all there was, and the number is
    at least that of the counters. Without either there is no number and no origin.
    """
    by_counter = MonthVisits(
        number=counted.number,
        count=told_done(counted.number),
        origin=COUNTER,
        is_whole=counted.is_whole,
        sources=counted.sources,
        as_of=counted.as_of,
    )
    by_rows = MonthVisits(
        number=rows.number,
        count=rows.count,
        origin=ROWS,
        is_whole=rows.is_whole,
        as_of=as_of,
        rows=rows,
    )
    if by_counter.number is None and by_rows.number is None:
        return MonthVisits(None, Count.of(None))
    if by_rows.number is not None and is_more(by_rows, by_counter):
        return by_rows
    return by_counter


def is_more(rows: MonthVisits, counter: MonthVisits) -> bool:
    """Whether rows of gates, which tell of some visits, go before what counters tell."""
    if counter.number is None:
        return True
    return rows.is_whole and not counter.is_whole and rows.number >= counter.number


def told_done(times: int | None) -> Count:
    """How often something was done; None where nobody counted. So many times are at most so many
    persons: fewer than LEAST_DONE are not told.
    """
    if times is not None and suppress(times, LEAST_DONE) is None:
        return Count.without(Missing.WITHHELD)
    return Count.of(times)
