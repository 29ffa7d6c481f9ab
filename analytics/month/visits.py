"""The visits of a month: one definition, one source, never two added together.

A counter where it tells of the whole month, since it counts everybody; else the visits of readers,
where these are recorded on all days; else whichever of the two tells of a part.
"""

from dataclasses import dataclass
from datetime import datetime

from core.disclosure import Count, Missing, suppress
from crm.tallies.visits import CountedVisits

#: What readers did less often than this is not told.
LEAST_DONE = 10
#: Who counted: a counter that knows nobody, or the rows of readers' own visits.
COUNTER, READERS = "counter", "readers"


@dataclass(frozen=True)
class MonthVisits:
    """``number`` is for rates and is printed as ``count``; None where nothing was recorded.

    ``origin``: COUNTER, READERS, or empty for none. ``sources``: names of the counters.
    """

    number: int | None
    count: Count
    origin: str = ""
    is_whole: bool = False
    sources: tuple[str, ...] = ()
    as_of: datetime | None = None

    def is_counted_like(self, other: "MonthVisits") -> bool:
        """Whether the two may be compared: both whole, and by the same counters or both by readers'
        rows.
        """
        both_whole = self.is_whole and other.is_whole
        return both_whole and (self.origin, self.sources) == (other.origin, other.sources)


def visits_of(
    counted: CountedVisits, rows: int | None, *, rows_are_whole: bool, as_of: datetime | None
) -> MonthVisits:
    """The one of two that is taken. ``counted``: what counters tell; ``rows``: readers' own visits,
    computed ``as_of``, None where none are recorded.

    Counters that tell of the whole month go first, then readers' rows that are whole, then
    counters, then rows. Without either there is no number and no origin.
    """
    by_counter = MonthVisits(
        number=counted.number,
        count=told_done(counted.number),
        origin=COUNTER,
        is_whole=counted.is_whole,
        sources=counted.sources,
        as_of=counted.as_of,
    )
    by_readers = MonthVisits(rows, told_done(rows), READERS, rows_are_whole, as_of=as_of)
    known = [one for one in (by_counter, by_readers) if one.number is not None]
    # In both lists the counter stands first, since it counts everybody who comes.
    whole = [one for one in known if one.is_whole]
    if not known:
        return MonthVisits(None, Count.of(None))
    return (whole or known)[0]


def told_done(times: int | None) -> Count:
    """How often something was done; None where nobody counted. So many times are at most so many
    persons: fewer than LEAST_DONE are not told.
    """
    if times is not None and suppress(times, LEAST_DONE) is None:
        return Count.without(Missing.WITHHELD)
    return Count.of(times)
