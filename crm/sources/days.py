"""What is recorded of which day, from spans of recorded and of closed days. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, partial
from itertools import groupby, pairwise
from operator import attrgetter

#: The place of what is told of the whole library.
EVERYWHERE = None
DAY = timedelta(days=1)


class Recorded(StrEnum):
    """What is known of a day, or of all days of a time."""

    FULL = "full"
    PART = "part"
    NONE = "none"
    CLOSED = "closed"


#: What is known of a day of which a source told, by whether it told all.
TOLD = {True: Recorded.FULL, False: Recorded.PART}


@dataclass(frozen=True)
class Told:
    """From ``first`` to ``last`` a source told of a place (key of a campus, None for all of them).

    ``whole`` is False where what it told is known to be incomplete. ``lost``: all that is told is
    that nobody recorded these days. ``apart`` is False where it told of these days together: a
    month of which the single days are unknown. ``tells``: codes of what it told of, kinds of
    activity or what is counted; of nothing else anything is known by it. ``regular``: the source is
    to tell of every day from its first one on; of another one nothing is expected on other days.
    """

    source: int
    place: int | None
    first: date
    last: date
    whole: bool = True
    lost: bool = False
    apart: bool = True
    tells: frozenset[str] = frozenset({""})
    regular: bool = True

    def about(self, kinds: frozenset[str]) -> "Told":
        """The same as far as it is of ``kinds``."""
        return replace(self, tells=self.tells & kinds)

    def says_of(self, kind: str) -> bool:
        """Whether it says something of a kind of thing: it told of it, or that nobody recorded
        anything, which is said of every kind.
        """
        return self.lost or kind in self.tells

    def holds(self, day: date) -> bool:
        """Whether it tells what happened on that day, be it in part; of a lost day it does not."""
        return not self.lost and self.first <= day <= self.last

    def meets(self, first: date, last: date) -> bool:
        """Whether one of its days at least lies from ``first`` to ``last``, both among them."""
        return self.first <= last and self.last >= first


@dataclass(frozen=True)
class Shut:
    """From ``first`` to ``last`` a place was closed; None is the whole library. With a ``weekday``
    (0 for Monday) it was on these days alone.
    """

    place: int | None
    first: date
    last: date
    weekday: int | None = None

    def holds(self, day: date) -> bool:
        """Whether it was closed on that day."""
        return self.first <= day <= self.last and self.weekday in (None, day.weekday())

    def weekly_edges(self, first: date, last: date) -> Iterator[date]:
        """From ``first`` to ``last`` the days on which it closes and those after them; none without
        a weekday.
        """
        if self.weekday is None:
            return
        for day in days_of(max(first, self.first), min(last, self.last)):
            if day.weekday() == self.weekday:
                yield from (day, day + DAY)


@dataclass(frozen=True)
class Coverage:
    """What is recorded of each day of a time, in order."""

    days: Mapping[date, Recorded]

    @property
    def state(self) -> Recorded:
        """One state for all days together: closed days neither add to it nor take from it. NONE
        without any day.
        """
        return together(self.days.values())

    @property
    def is_whole(self) -> bool:
        """Whether a zero is a zero, and a number may be compared: all days are
        recorded, or closed.
        """
        return self.state in (Recorded.FULL, Recorded.CLOSED)

    @property
    def is_none(self) -> bool:
        """Whether nothing at all is known of any open day: there is no number then, not
        even zero.
        """
        return self.state == Recorded.NONE

    @property
    def missing(self) -> list[tuple[date, date]]:
        """First and last day of each run that is not wholly recorded, the earliest first; a closed
        day parts two runs.
        """
        return list(runs(self.days, {Recorded.NONE, Recorded.PART}))

    @property
    def missing_days(self) -> int:
        """How many days are not wholly recorded; closed ones are none of them."""
        return sum((last - first).days + 1 for first, last in self.missing)

    def within(self, first: date, last: date) -> "Coverage":
        """The same of the days from ``first`` to ``last``, as far as they are weighed at all."""
        return Coverage({day: self.days[day] for day in days_of(first, last) if day in self.days})


def days_of(first: date, last: date) -> Iterator[date]:
    """Each day in order, both ends among them; none where ``last`` lies before ``first``."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def days_told(told: Iterable[Told]) -> set[date]:
    """The days of which something is told, be it in part."""
    found: set[date] = set()
    for one in told:
        if not one.lost:
            found.update(days_of(one.first, one.last))
    return found


def runs(days: Mapping[date, Recorded], states: set[Recorded]) -> Iterator[tuple[date, date]]:
    """First and last day of each run of days in one of ``states``. ``days`` are in order, and none
    is left out between two of them.
    """
    for is_in, group in groupby(days, key=lambda day: days[day] in states):
        run = list(group)
        if is_in:
            yield run[0], run[-1]


def together(states: Iterable[Recorded]) -> Recorded:
    """One state for several: what is partly known is known in part. CLOSED where all are closed,
    NONE without any.
    """
    found = set(states)
    open_days = found - {Recorded.CLOSED}
    if len(open_days) > 1:
        return Recorded.PART
    if open_days:
        return open_days.pop()
    if found:
        return Recorded.CLOSED
    # Without any day nothing is known.
    return Recorded.NONE


def weigh(
    first: date,
    last: date,
    told: Iterable[Told],
    shut: Iterable[Shut] = (),
    place: int | None = EVERYWHERE,
) -> Coverage:
    """What is recorded from ``first`` to ``last``, at one place or at all of them.

    Every regular source counts at every place, and for each kind of thing that it tells of, from
    the first day on of which it ever told of it; another one on the days that it told of. Of a day
    of which no source counts nothing is recorded.
    """
    told, shut = list(told), list(shut)
    series = []
    for _source, at, spans in places_of(told, place):
        # Of another place than the one that is asked for nothing counts.
        if at == place or EVERYWHERE in (at, place):
            series += series_at(at, spans, shut)

    def on(day: date) -> Recorded:
        """What is recorded on one day."""
        return on_day(day, series) or untold(day, shut, place)

    return Coverage(day_by_day(first, last, told, shut, on))


@dataclass(frozen=True)
class Series:
    """What one source told of one kind of thing at one place: ``spans``, one at least. It counts
    from the first of them on, or only on their days where it is not regular.
    """

    spans: tuple[Told, ...]
    shut: list[Shut]
    place: int | None

    @cached_property
    def began(self) -> date:
        """The first day of which it told."""
        return min(map(attrgetter("first"), self.spans))

    @property
    def is_regular(self) -> bool:
        """Whether its source is to tell of every day."""
        return self.spans[0].regular

    def on(self, day: date) -> Recorded | None:
        """What is recorded of a day; None before it began, and where nothing is expected of it. A
        day that a file told of is no closed one, and what any file tells wholly is whole.
        """
        if day < self.began:
            return None
        told = {span.whole for span in self.spans if span.holds(day)}
        if told:
            return TOLD[True in told]
        if not self.is_regular:
            return None
        return untold(day, self.shut, self.place)


def series_at(place: int | None, spans: list[Told], shut: list[Shut]) -> list[Series]:
    """One series for each kind of thing that the ``spans`` of a place, one at least, tell of."""
    return [Series(telling, shut, place) for telling in by_kind(spans)]


def on_day(day: date, series: Iterable[Series]) -> Recorded | None:
    """What the series tell together of one day; None where none of them had begun."""
    states = {one.on(day) for one in series} - {None}
    if not states:
        return None
    return together(states)


def day_by_day(
    first: date,
    last: date,
    told: Iterable[Told],
    shut: Iterable[Shut],
    on: Callable[[date], Recorded | None],
) -> dict[date, Recorded]:
    """{day: what ``on`` says of it} from ``first`` to ``last``; days of which it says None are not
    among them.

    It is asked only where a span begins or a day follows its end, since nothing changes between.
    """
    found = {}
    for begins, ends in pairwise(edges_of(first, last, told, shut)):
        state = on(begins)
        if state is not None:
            found |= dict.fromkeys(days_of(begins, ends - DAY), state)
    return found


def edges_of(first: date, last: date, told: Iterable[Told], shut: Iterable[Shut]) -> list[date]:
    """Days from ``first`` to the day after ``last`` on which something may change, in order, these
    two among them: on the others all is as on the day before.
    """
    edges = {first, last + DAY}
    for one in (*told, *shut):
        edges.update((one.first, one.last + DAY))
    for one in shut:
        edges.update(one.weekly_edges(first, last))
    return sorted(edges.intersection(days_of(first, last + DAY)))


def places_of(
    told: Iterable[Told], asked: int | None = EVERYWHERE
) -> Iterator[tuple[int, int | None, list[Told]]]:
    """(source, place, what was told of it) of each source at each place it ever named.

    What it told of the whole library it told of each of them, and of the one that is ``asked`` for
    though no file named it.
    """
    of_sources = defaultdict(list)
    for span in told:
        of_sources[span.source].append(span)
    for source, spans in of_sources.items():
        for at in named_by(spans, asked):
            yield source, at, told_of(spans, at)


def told_of(spans: Iterable[Told], place: int | None) -> list[Told]:
    """Those of the spans that tell of a place, by its name or as of all places."""
    return [span for span in spans if span.place in (EVERYWHERE, place)]


def named_by(spans: list[Told], asked: int | None) -> list[int | None]:
    """Places of which one source told, each once, in the order of its spans; the whole library
    (None) where it named none, or only that. A place that is ``asked`` for is added where it told
    of all of them.
    """
    named = dict.fromkeys(map(attrgetter("place"), spans))
    tells_of_all = EVERYWHERE in named
    named.pop(EVERYWHERE, None)
    if tells_of_all and asked is not EVERYWHERE:
        named.setdefault(asked)
    return list(named) or [EVERYWHERE]


def of_place(
    first: date, last: date, spans: list[Told], shut: list[Shut], place: int | None
) -> dict[date, Recorded]:
    """What is recorded of each day from ``first`` to ``last``, of all that the source tells of the
    place together; days before it began to tell of any are left out. ``spans``: what it told of
    the place, one at least.
    """
    series = series_at(place, spans, shut)
    return day_by_day(first, last, spans, shut, partial(on_day, series=series))


def by_kind(spans: list[Told]) -> list[tuple[Told, ...]]:
    """The spans that tell of one kind of thing, for each kind, those told by the same spans once.
    That nobody recorded a day is said of every kind.
    """
    found = []
    for kind in sorted(kinds_told(spans)):
        telling = tuple(span for span in spans if span.says_of(kind))
        if telling not in found:
            found.append(telling)
    # Where all that is known is that nobody recorded these days there is no kind to tell apart.
    return found or [tuple(spans)]


def kinds_told(spans: Iterable[Told]) -> set[str]:
    """Codes of all that the spans tell of; of lost days nothing is told."""
    kinds: set[str] = set()
    for span in spans:
        if not span.lost:
            kinds |= span.tells
    return kinds


def of_kind(
    first: date, last: date, spans: Sequence[Told], shut: list[Shut], place: int | None
) -> dict[date, Recorded]:
    """The same of one kind of thing; ``spans``: what was told of it there, one at least."""
    return day_by_day(first, last, spans, shut, Series(tuple(spans), shut, place).on)


def untold(day: date, shut: list[Shut], place: int | None) -> Recorded:
    """What is said of a day of which no source told: closed, or that nothing is recorded."""
    if is_shut(day, shut, place):
        return Recorded.CLOSED
    return Recorded.NONE


def is_shut(day: date, shut: list[Shut], place: int | None) -> bool:
    """Whether the place, or the whole library (None), was closed on that day. Where a place is
    asked for, closed days of the whole library are its own too.
    """
    return any(one.place in (EVERYWHERE, place) and one.holds(day) for one in shut)
