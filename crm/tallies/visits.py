"""How many visits counters tell of in a month, at one place or in the whole library.

Of each place one source is taken, never two together: the one that tells of most days. One whose
files come at no set times is asked where it tells of the whole month, or where no other is at work.
A month that was counted as one goes before its days, unless its number is not known; what reaches
over the end of the month is left out, since nobody knows how much of it lies within.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import filterfalse
from operator import attrgetter

from django.utils import timezone

from crm.sources.coverage import shut_between
from crm.sources.days import Recorded, days_of, is_shut
from crm.sources.models import DataSource
from crm.sources.months import end_of_month
from crm.tallies.gates import grouped, sum_of
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.spans import DaySpan


@dataclass(frozen=True)
class CountedVisits:
    """Visits of one month as counters tell them. ``number`` is None where none is known.

    ``state``: whether all days of all places are told. ``sources``: their names; ``as_of``: when
    the newest of these numbers came.
    """

    number: int | None = None
    state: Recorded = Recorded.NONE
    sources: tuple[str, ...] = ()
    as_of: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether a rate may be made of it: nothing is known to be missing. False where no number
        is known.
        """
        return self.state == Recorded.FULL


NOTHING = CountedVisits()
#: By whether all days of all places are told.
STATE = {True: Recorded.FULL, False: Recorded.PART}


@dataclass(frozen=True)
class SeriesMonth:
    """What one source tells of one place in one month. ``missing``: open days of the month that are
    over and of which it does not tell for certain. ``number`` is None where it tells of none,
    ``as_of`` then too. ``is_regular``: the source is to tell of every day.
    """

    number: int | None
    missing: int
    source: str
    as_of: datetime | None
    is_regular: bool = True

    @property
    def lacking(self) -> tuple[int, int]:
        """What ways to choose spans are sorted by, the best first: how many days are missing, and
        of as many the larger number goes first.
        """
        return self.missing, -(self.number or 0)

    @property
    def counts(self) -> bool:
        """Whether it is waited for, or tells of all of the month. What a counter of one day at the
        fair tells makes no place of the library incomplete.
        """
        return self.is_regular or tells_all(self)


@dataclass(frozen=True)
class KnownSpan:
    """Days that were counted together, and their number, as far as it is known: without
    ``is_whole`` it is at least so many.
    """

    days: DaySpan
    number: int
    is_whole: bool
    as_of: datetime


class VisitCounts:
    """Visits of ``months`` (first days, the oldest first). Two statements for any number of them.

    With a ``campus`` of that place alone.
    """

    def __init__(self, months: list[date], campus: int | None = None):
        """``months`` has one at least; ``campus`` is the key of a place, None for all places and
        the whole library. Days are closed as the register of special days says.
        """
        self.campus = campus
        # Of days that are still to come nothing is missing.
        self.yesterday = timezone.localdate() - timedelta(days=1)
        last = end_of_month(months[-1])
        #: {(source, campus or None for the whole library): its numbers, the oldest first}.
        self.tallies = grouped(self.held(last), attrgetter("source_id", "campus_id"))
        self.shut = shut_between(months[0], last) if self.tallies else []

    def held(self, last: date):
        """All visits up to a day that hold, the oldest first, with source and campus: a place
        counts from its first day on, however long before the months asked for that is.
        """
        found = Tally.objects.in_force().filter(measure=TallyMeasure.VISITS, first__lte=last)
        if self.campus is not None:
            found = found.filter(campus=self.campus)
        return found.select_related("source", "campus").order_by("first")

    def of(self, month: date) -> CountedVisits:
        """Visits of one of the months; of the whole library the sum of its places, else the number
        that a source tells of all of them together. NOTHING where no source was at work, or none
        knows a number. No further statement.
        """
        told = self.at_work(month)
        # Where nobody is waited for, what there is counts for as much as it tells of.
        counting = [pair for pair in told if pair[1].counts] or told
        places: dict[int | None, list[SeriesMonth]] = defaultdict(list)
        for campus, series in counting:
            places[campus].append(series)
        best = {campus: min(found, key=preference) for campus, found in places.items()}
        return of_library(best)

    def at_work(self, month: date) -> list[tuple[int | None, SeriesMonth]]:
        """(place or None for the whole library, what one source tells of it in the month), for each
        source and place at work then.
        """
        found = []
        for (_source, campus), tallies in self.tallies.items():
            if is_at_work(tallies, month):
                found.append((campus, self.of_series(tallies, month)))
        return found

    def of_series(self, tallies: list[Tally], month: date) -> SeriesMonth:
        """What one series (a source at a place, with one tally at least) tells of one month: of
        numbers that lie wholly within it, and of spans that have no day in common.

        Of several ways to choose such spans the one that tells of most days is taken, then the one
        with the larger number.
        """
        days = DaySpan(month, end_of_month(month))
        spans = known_spans(tally for tally in tallies if days.holds(span_of_tally(tally)))
        open_days = self.open_days(days, tallies[0].campus_id)
        whole = list(filter(attrgetter("is_whole"), spans))
        source = tallies[0].source
        of_any = series_of(not_overlapping(spans), open_days, source)
        of_whole = series_of(not_overlapping(whole), open_days, source)
        return min(of_any, of_whole, key=attrgetter("lacking"))

    def open_days(self, days: DaySpan, place: int | None) -> set[date]:
        """Days of ``days`` that are over and on which ``place``, None for the whole library, was
        open. Empty for a month that is still to come. No further statement.
        """
        over = days_of(days.first, min(days.last, self.yesterday))
        return {day for day in over if not is_shut(day, self.shut, place)}


def of_library(best: dict[int | None, SeriesMonth]) -> CountedVisits:
    """All places together, or the number of the whole library (None) where only that tells all.
    Where neither tells all, the places go first if they have any number. The two are never added
    together.

    ``best``: {campus: the series taken for it}. NOTHING where it is empty.
    """
    of_places = dict(best)
    everywhere = NOTHING
    if None in best:
        everywhere = together([of_places.pop(None)])
    places = together(of_places.values())
    if places.is_whole or (places.number is not None and not everywhere.is_whole):
        return places
    return everywhere


def is_at_work(tallies: list[Tally], month: date) -> bool:
    """Whether the series had begun by the end of the month, and its source and its place were in
    service on its first day or later.
    """
    source, campus = tallies[0].source, tallies[0].campus
    has_begun = tallies[0].first <= end_of_month(month)
    ends = {source.until, campus and campus.ends_on} - {None}
    return has_begun and min(ends, default=month) >= month


def span_of_tally(tally: Tally) -> DaySpan:
    """The days it was counted for, both ends among them; counts of the same days are one group."""
    return DaySpan(tally.first, tally.last)


def known_spans(tallies: Iterable[Tally]) -> list[KnownSpan]:
    """The days of which any number is known, with it: everybody, else the audiences together.

    Whole only where no number of these days is unknown or lacks something: of a month in which one
    audience was counted and the other was not, the sum is at least so many. Days of which nobody
    knows any number are left out, whatever longer or shorter spans say of them.
    """
    found = []
    for days, same in grouped(tallies, span_of_tally).items():
        known = with_numbers(same)
        if known:
            found.append(known_span(days, known, are_all=len(known) == len(same)))
    return found


def with_numbers(tallies: Iterable[Tally]) -> list[Tally]:
    """Those of the counts of which the number is known."""
    return [tally for tally in tallies if tally.value is not None]


def known_span(days: DaySpan, known: list[Tally], *, are_all: bool) -> KnownSpan:
    """The number of ``days``, from the counts of them whose number is ``known``, one at least:
    that of everybody where one of them is of everybody, else the sum of the audiences.

    ``are_all``: no count of these days has an unknown number. ``as_of`` is when the newest of
    those came that are in the number.
    """
    told = list(filterfalse(attrgetter("audience"), known)) or known
    return KnownSpan(
        days=days,
        number=sum(map(attrgetter("value"), told)),
        is_whole=are_all and all(map(attrgetter("whole"), known)),
        as_of=max(map(attrgetter("at"), told)),
    )


def not_overlapping(spans: Iterable[KnownSpan]) -> list[KnownSpan]:
    """Of spans that overlap the longest, and of two alike the earlier, the longest first: none of
    those returned has a day in common with another. So a month that was counted as one goes before
    its days.
    """
    taken: list[KnownSpan] = []
    for span in sorted(spans, key=lambda span: (-span.days.days, span.days.first)):
        if not any(span.days.overlaps(other.days) for other in taken):
            taken.append(span)
    return taken


def series_of(taken: list[KnownSpan], open_days: set[date], source: DataSource) -> SeriesMonth:
    """What spans of the source without a day in common tell of a month with these ``open_days``.
    Only whole spans tell of their days; the numbers of the others are in the sum all the same.
    """
    told = set()
    for span in filter(attrgetter("is_whole"), taken):
        told.update(days_of(span.days.first, span.days.last))
    return SeriesMonth(
        number=sum_of(list(map(attrgetter("number"), taken))),
        missing=len(open_days - told),
        source=source.name,
        is_regular=source.is_regular,
        as_of=max(map(attrgetter("as_of"), taken), default=None),
    )


def preference(one: SeriesMonth) -> tuple:
    """What series of one place are sorted by, the best first: the source that tells of most days,
    then one that has a number, then the one whose name comes first.
    """
    return one.missing, one.number is None, one.source


def together(series: Iterable[SeriesMonth]) -> CountedVisits:
    """Series of different places added up; whole only where each of them is. NOTHING where none has
    a number; ``as_of`` is the newest of those that have.
    """
    found = list(series)
    known = [one for one in found if one.number is not None]
    if not known:
        return NOTHING
    return CountedVisits(
        number=sum(map(attrgetter("number"), known)),
        state=STATE[all(map(tells_all, found))],
        sources=tuple(sorted(set(map(attrgetter("source"), known)))),
        as_of=max(map(attrgetter("as_of"), known)),
    )


def tells_all(one: SeriesMonth) -> bool:
    """Whether a number is known, and no open day of the month that is over is missing in it."""
    return one.number is not None and not one.missing
