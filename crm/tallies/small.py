"""Which counts are hidden because a small one beside them would follow.

Students 17 and staff 3 stand beside everybody, 20: with the 3 hidden, 20 - 17 gives it back. So
does a month beside its days, and the whole library beside its campuses. Each such line of parts and
their whole is closed as a row of a table is, and a cell that covers one line may open another, so
they take turns.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter

from django.db.models import Q

from core.disclosure import SMALLEST_CELL, hidden_places, is_small, suppress
from core.disclosure.hiding import close_table
from crm.tallies.gates import grouped
from crm.tallies.models import OF_PERSONS, Tally

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PartsOfOne:
    """Counts that lie side by side in what ``whole`` counts. All numbers are known; the parts
    need not make up the whole.
    """

    whole: Tally
    parts: list[Tally]

    @property
    def numbers(self) -> list[int]:
        """Numbers of the parts, in their order; none is None."""
        return list(map(attrgetter("value"), self.parts))

    @property
    def keys(self) -> list[int]:
        """Keys of the parts, in the order of ``numbers``."""
        return list(map(attrgetter("pk"), self.parts))

    def shown_without(self, hidden: set[int]) -> list[int | None]:
        """Numbers of the parts, in their order; None for those whose keys are in ``hidden``."""
        shown: list[int | None] = self.numbers
        for place, key in enumerate(self.keys):
            if key in hidden:
                shown[place] = None
        return shown

    @property
    def rest(self) -> int:
        """How many of the whole are in no part, and follow from the whole and the parts. Not below
        zero, where counts of one time contradict each other.
        """
        return max(0, self.whole.value - sum(self.numbers))


def hidden_beside_small() -> frozenset[int]:
    """Keys of the counts of persons that are hidden, the small ones and those that cover them.

    Asked are all that hold, whatever a list is narrowed to: what one list shows must not give away
    what another hides. Two statements.
    """
    held = Tally.objects.in_force().filter(measure__in=OF_PERSONS, value__isnull=False)
    # Without a small number and without audiences there is nothing that could follow.
    tells_of_few = Q(value__gt=0, value__lt=SMALLEST_CELL) | ~Q(audience="")
    sources = set(held.filter(tells_of_few).order_by().values_list("source", flat=True))
    return hidden_in(list(held.filter(source__in=sources)))


def hidden_in(tallies: list[Tally]) -> frozenset[int]:
    """Keys of those of ``tallies``, each with a known number of persons, that are hidden: the small
    ones, the smallest part where the rest of a whole is small, and what covers these. Pure.
    """
    lines = list(lines_of(tallies))
    hidden = {one.pk for one in tallies if is_small(one.value)} | smallest_beside(lines)
    cover(lines, hidden)
    return frozenset(hidden)


def cover(lines: list[PartsOfOne], hidden: set[int]) -> None:
    """Add to ``hidden`` the keys of all that has to be hidden as well, so that nothing in it
    follows from any of the lines.
    """
    before = -1
    # Each turn hides more or is the last.
    while len(hidden) > before:
        before = len(hidden)
        for line in lines:
            hidden.update(more_in(line, hidden))


def smallest_beside(lines: list[PartsOfOne]) -> set[int]:
    """Keys of the smallest part of each line that leaves a small rest: the rest has no number of
    its own that could be hidden.
    """
    found = set()
    for line in lines:
        if is_small(line.rest):
            found.add(min(line.parts, key=attrgetter("value", "pk")).pk)
    return found


def more_in(line: PartsOfOne, hidden: set[int]) -> Iterator[int]:
    """Keys of the parts that are hidden as well, so that no hidden one follows from the whole,
    those already hidden among them. None where the whole is hidden itself, since then nothing
    follows from it, and where no part is hidden.
    """
    if line.whole.pk in hidden or hidden.isdisjoint(line.keys):
        return
    (closed,) = close_table([line.shown_without(hidden)], [line.numbers])
    for place in hidden_places(closed):
        yield line.keys[place]


def lines_of(tallies: list[Tally]) -> Iterator[PartsOfOne]:
    """All lines among them: audiences in everybody, campuses in the whole library, days in a longer
    time. A whole without parts is none.
    """
    for whole, parts in (
        *beside(tallies, attrgetter("audience"), AUDIENCES),
        *beside(tallies, attrgetter("campus_id"), CAMPUSES),
        *in_time(tallies),
    ):
        if parts:
            yield PartsOfOne(whole, parts)


#: What the parts of a line have in common with their whole.
AUDIENCES = attrgetter("source_id", "measure", "campus_id", "first", "last")
CAMPUSES = attrgetter("source_id", "measure", "audience", "first", "last")
SERIES = attrgetter("source_id", "measure", "campus_id", "audience")


def beside(tallies: Iterable[Tally], part_of, key) -> Iterator[tuple[Tally, list[Tally]]]:
    """(whole, its parts) of those that agree in ``key``; a whole without parts has an empty list,
    and parts without a whole are left out. ``part_of(tally)``: what tells it as a part; empty, or
    None, of the whole of its kind.
    """
    wholes, parts = {}, defaultdict(list)
    for one in tallies:
        if part_of(one):
            parts[key(one)].append(one)
        else:
            wholes[key(one)] = one
    for found, whole in wholes.items():
        yield whole, parts[found]


def in_time(tallies: Iterable[Tally]) -> Iterator[tuple[Tally, list[Tally]]]:
    """(a longer time, the shorter ones in it that have no day in common), of each series. Of a
    single day there are none. A week may stand among the parts of a month, and itself have days for
    its parts.
    """
    for of_series in grouped(tallies, SERIES).values():
        of_series.sort(key=attrgetter("first", "last"))
        for whole in of_series:
            if whole.first < whole.last:
                yield whole, side_by_side(whole, beginning_in(whole, of_series))


def beginning_in(whole: Tally, of_series: list[Tally]) -> list[Tally]:
    """Those of a series, in the order of their first day, that begin in ``whole``: only these can
    lie in it.
    """
    # A source of many years has too many days to go through all of them for each month.
    first_day = attrgetter("first")
    start = bisect_left(of_series, whole.first, key=first_day)
    end = bisect_right(of_series, whole.last, key=first_day)
    return of_series[start:end]


def side_by_side(whole: Tally, beginning: list[Tally]) -> list[Tally]:
    """Of counts in the order of their first day those that lie in ``whole``, none over another; of
    two that overlap the one that begins first, and the shorter where they begin together.

    ``beginning``: those that begin in ``whole``, which may be among them itself.
    """
    found: list[Tally] = []
    told_until = whole.first - DAY
    for one in beginning:
        is_part = one is not whole and one.last <= whole.last
        if is_part and one.first > told_until:
            found.append(one)
            told_until = one.last
    return found


def sum_may_be_told(numbers: Iterable[int | None]) -> bool:
    """Whether the sum of all these may stand beside them: no small one is among them, or so many
    that none follows. None is a number that nobody knows.
    """
    known = [number for number in numbers if number is not None]
    shown = list(map(suppress, known))
    return close_table([shown], [known])[0] == shown
