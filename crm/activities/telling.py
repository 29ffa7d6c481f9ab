"""Which days of which places a file tells of, from its rows. Pure.

Rows that are taken tell; of a refused one it is only known that something is lacking. Where every
row of a place, or of a day there, was refused, the file has told nothing of it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby, product

from crm.sources.days import Told, days_of, days_told
from crm.sources.periods import SILENCE, Stretch, stretches
from crm.tallies.looking import far_days

#: Where more than one row in twenty was refused, the days are recorded in part.
PART_FROM = 0.05
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayRows:
    """Rows of one day at one place, as many as were ``taken`` and ``refused``.

    ``day`` and ``place`` are None where the rows do not say them, ``kinds`` those of the rows that
    were taken.
    """

    day: date | None
    place: int | None
    taken: int
    refused: int
    kinds: frozenset[str] = frozenset()

    @property
    def tells(self) -> bool:
        """Whether a row was taken, and its day is known: then something is told of that day."""
        return self.taken > 0 and self.day is not None


@dataclass(frozen=True)
class FileTold:
    """All that a file tells of: days of places (keys of campuses, None for the library)."""

    spans: list[Told]

    @property
    def first(self) -> date | None:
        """The first day that the file tells of; None where it tells of none."""
        return min((one.first for one in self.spans), default=None)

    @property
    def last(self) -> date | None:
        """The last day that the file tells of; None where it tells of none."""
        return max((one.last for one in self.spans), default=None)

    @property
    def whole(self) -> bool:
        """Whether it tells wholly of every day between that it tells of at all."""
        return all(one.whole for one in self.spans)

    @property
    def in_part(self) -> "FileTold":
        """What it tells of days that it does not tell wholly."""
        return FileTold([one for one in self.spans if not one.whole])

    @property
    def places(self) -> list[int | None]:
        """The places it tells of, each once, in the order of its spans."""
        return list(dict.fromkeys(one.place for one in self.spans))

    @property
    def runs(self) -> list[tuple[date, date]]:
        """First and last day of each run of days that it tells of at some place, in order."""
        return [(one.first, one.last) for one in runs_of(days_told(self.spans))]

    def of(self, places: Collection[int]) -> "FileTold":
        """What it tells of these places alone (keys of campuses); of all of them, what it tells of
        the whole library among it, where ``places`` is empty.
        """
        if not places:
            return self
        return FileTold([one for one in self.spans if one.place in places])

    def at(self, keys: dict[int | None, int | None]) -> "FileTold":
        """The same with other names of places: {name here: key there}. Raises KeyError for a place
        that has none there.
        """
        return FileTold([replace(one, place=keys[one.place]) for one in self.spans])


@dataclass
class Heap:
    """How many rows there are of something, and how many of them were refused."""

    taken: int = 0
    refused: int = 0

    def add(self, rows: DayRows, *, also_refused: bool = True) -> None:
        """Count in those that were taken and, unless they are known to be of something else, those
        that were refused.
        """
        self.taken += rows.taken
        if also_refused:
            self.refused += rows.refused

    @property
    def lacks(self) -> bool:
        """Whether more than one row in twenty was refused (``PART_FROM``): too much for the rest to
        be all. Without any row nothing lacks.
        """
        return self.refused > (self.taken + self.refused) * PART_FROM

    @property
    def lacks_on_a_day(self) -> bool:
        """The same of the rows of one day: on a day with few of them a single one is much of the
        day and nothing of the month, so one alone is not too much beside those that are taken.
        """
        return self.lacks and not (self.taken and self.refused == 1)


class Telling:
    """What rows tell that are from ``source`` (its key). ``rows``: those that may tell, with days
    and places as far as they are known.

    ``stated``: first and last day of which somebody said that the file has all rows, None where
    nobody did. ``places``: those of which somebody said so, with or without a row. ``today`` is
    not over, so that nobody can have told all of it.
    """

    def __init__(
        self,
        source: int,
        rows: Iterable[DayRows],
        *,
        stated: tuple[date, date] | None = None,
        places: Iterable[int] = (),
        today: date = date.max,
    ):
        """Count the rows by place, by day and by both, once for all questions that follow."""
        self.source = source
        self.rows = list(rows)
        self.stated = stated
        self.today = today
        #: Days whose year was mistyped, as in files of counts: of them nothing is told.
        telling = [one for one in self.rows if one.tells]
        self.far = far_days(Counter(dict(taken_by_day(telling))))
        #: Rows that tell something of a day, but of such days.
        self.near = [one for one in telling if one.day not in self.far]
        self.said = set(places)
        #: Whether rows say where they are of. Else all of them are of each place that was named.
        self.has_places = any(one.place is not None for one in self.rows)
        #: {place, or (place, day): its rows}.
        self.heaps: dict[object, Heap] = defaultdict(Heap)
        #: {day: all rows, of which those refused count that may be of any place}.
        self.of_days: dict[date | None, Heap] = defaultdict(Heap)
        #: All rows, of which those refused count that may be of any day.
        self.undated = Heap()
        for one in self.rows:
            self.heaps[one.place].add(one)
            self.heaps[one.place, one.day].add(one)
            is_lost = one.place is None and self.has_places
            self.of_days[one.day].add(one, also_refused=is_lost)
            self.undated.add(one, also_refused=one.day is None)

    def spans(self, tells: frozenset[str]) -> list[Told]:
        """What the file tells of, each place in order, its days in order. ``tells``: the kinds of
        activity of which it tells. Empty where it tells of no day.
        """
        found = []
        for place in self.places():
            for stretch in self.stretches(place):
                for run, whole in self.runs(place, stretch):
                    found.append(self.told(place, run, tells, whole=whole))
        return found

    def each_day(self) -> list[Told]:
        """What rows tell of which nobody said that they are all: of the kinds and days that they
        name, in part.
        """
        named: dict[tuple, set[date]] = defaultdict(set)
        for one in self.near:
            named[one.place, one.kinds].add(one.day)
        found = []
        for (place, kinds), days in named.items():
            for run in runs_of(days):
                found.append(self.told(place, run, kinds, whole=False))
        return found

    def told(self, place: int | None, run: Stretch, tells: frozenset[str], *, whole: bool) -> Told:
        """A run of days of one place, as it is recorded."""
        return Told(self.source, place, run.first, run.last, whole=whole, tells=tells)

    def places(self) -> list[int | None]:
        """The places that the file tells of, in order; the whole library (None) alone where neither
        the rows nor anybody named one. A place of which every row was refused is none of them, and
        a file of which every row was refused tells of no place.
        """
        if self.has_places:
            return sorted(self.places_taken() | self.places_silent())
        all_refused = self.rows and not self.heaps[None].taken
        if all_refused:
            return []
        return sorted(self.said) or [None]

    def places_taken(self) -> set[int]:
        """Places of which a row was taken; rows that name none tell of none."""
        return {one.place for one in self.rows if one.taken} - {None}

    def places_silent(self) -> set[int]:
        """Places of which somebody said that the file tells of them, and no row was refused."""
        return {place for place in self.said if not self.heaps[place].refused}

    def stretches(self, place: int | None) -> list[Stretch]:
        """The times that the file covers at a place: the stated days, else those of the whole file
        without long silences, neither of the file nor of the place. A place of which no row was
        taken has the times of the whole file.
        """
        if self.stated:
            return [Stretch(*self.stated, rows=len(self.rows))]
        whole = stretches(taken_by_day(self.near))
        own = taken_by_day(one for one in self.near if one.place == place)
        if not self.has_places or not own:
            return whole
        return list(within_reach(whole, stretches(own, stray=0)))

    def runs(self, place: int | None, stretch: Stretch) -> Iterator[tuple[Stretch, bool]]:
        """Runs of days alike within a stretch, and whether they are told wholly, the earliest
        first; days of which every row was refused are left out.
        """
        days = days_of(stretch.first, stretch.last)
        for whole, alike in groupby(days, key=partial(self.tells_wholly, place)):
            run = list(alike)
            if whole is not None:
                yield Stretch(run[0], run[-1], rows=len(run)), whole

    def tells_wholly(self, place: int | None, day: date) -> bool | None:
        """Whether all of the day is told at the place, which today never is; None where every row
        of it was refused. A refused row of which nobody knows where or when it was may be of any
        place or day.
        """
        key = self.counted_at(place)
        own = self.heaps[key, day]
        if own.refused and not own.taken:
            return None
        if day >= self.today or own.lacks_on_a_day or self.heaps[key].lacks:
            return False
        return not self.undated.lacks and not self.of_days[day].lacks_on_a_day

    def counted_at(self, place: int | None) -> int | None:
        """Where the rows of a place are counted: rows that name no place, of whichever was named,
        stand under None.
        """
        if self.has_places:
            return place
        return None


def taken_by_day(rows: Iterable[DayRows]) -> list[tuple[date, int]]:
    """(day, rows taken on it), the earliest first, of rows that tell of a day."""
    found: dict[date, int] = defaultdict(int)
    for one in rows:
        found[one.day] += one.taken
    return sorted(found.items())


def within_reach(whole: Sequence[Stretch], own: Sequence[Stretch]) -> Iterator[Stretch]:
    """The times of a place (``own``) within those of its file: from end to end, but no silence of
    more than a month (``SILENCE``), be it at an end. Each has as many rows as the place's own.
    """
    for one, mine in product(whole, own):
        if one.first <= mine.last and mine.first <= one.last:
            yield reaching(one, mine)


def reaching(whole: Stretch, own: Stretch) -> Stretch:
    """The time of a place within ``whole``, one of its file with which it has a day in common: to
    either end of that where the silence is not too long.
    """
    first, last = max(whole.first, own.first), min(whole.last, own.last)
    if first - whole.first <= SILENCE:
        first = whole.first
    if whole.last - last <= SILENCE:
        last = whole.last
    return Stretch(first, last, own.rows)


def runs_of(days: Iterable[date]) -> list[Stretch]:
    """Runs of days that follow each other, in order; each day once, and ``rows`` of a run says how
    many days it has.
    """
    return stretches(((day, 1) for day in sorted(days)), silence=DAY, stray=0)
