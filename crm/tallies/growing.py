"""Whether a column called 计数 or "count" is counted anew each time or only grows. Pure.

Both are called so. A counter that is taken for visits counts everybody who ever came once more each
day; visits that are taken for a counter are lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, pairwise
from statistics import median

from crm.imports.fields import Refusal
from crm.imports.guessing import words_in
from crm.tallies.cells import NOT_KNOWN, count_of

READING, VISITS = "reading", "visits"
#: Fields that tell of the same visits, the one that is believed first.
SAME_VISITS = ("entries", VISITS, READING)
#: Names that say both.
SAYS_BOTH = frozenset(["计数", "计数值", "计数器", "count", "counts", "counter", "countvalue"])
#: Each counter has a series of its own.
COUNTERS = ("place", "gate", "direction")
#: So many steps of one direction tell of a counter by themselves; fewer do where it stands so many
#: times higher than it usually steps.
TELLING_STEPS, TIMES_A_STEP = 20, 20
#: The share of steps the other way: a counter is seldom set back, visits fall as often as they
#: rise.
SELDOM, OFTEN = 0.1, 0.25
#: So many steps one way, from on high, tell of a counter whatever its column is called.
STEPS_OF_A_METER = 6
#: With so many steps, falls tell of visits however high the numbers are.
MANY_STEPS = 10


def with_numbers_told(
    header: list[str], rows: list[list[str]], mapping: dict[str, str]
) -> dict[str, str]:
    """``mapping``, with the column whose name says both under "reading" or "visits", as ``rows``
    tell; under neither where they do not. Of columns that tell of the same visits one is left.
    """
    mapping = without_meters(header, rows, mapping)
    column = column_that_says_both(mapping)
    if not column:
        return counted_once(mapping)
    others = without_column(mapping, column)
    told = told_by(series_of(header, rows, others, header.index(column)))
    if told:
        return counted_once({told: column} | others)
    return counted_once(others)


def without_column(mapping: dict[str, str], column: str) -> dict[str, str]:
    """``mapping``, {field: column}, but for the fields that are mapped to ``column``."""
    return {field: name for field, name in mapping.items() if name != column}


def without_meters(
    header: list[str], rows: list[list[str]], mapping: dict[str, str]
) -> dict[str, str]:
    """``mapping`` without columns that are called visits ("gate count", 人次) and whose numbers
    only grow from on high, as those of a counter do: somebody has to say what they are. A name
    that says both is left to the numbers.
    """
    found = dict(mapping)
    for field in ("entries", VISITS):
        column = mapping.get(field, "")
        is_clear = column and not says_both(column)
        if is_clear and looks_like_a_reading(header, rows, mapping, column):
            del found[field]
    return found


def looks_like_a_reading(
    header: list[str], rows: list[list[str]], mapping: dict[str, str], column: str
) -> bool:
    """Whether the numbers of ``column``, each counter apart, go one way alone and lie far above
    their steps. ``mapping``, {field: column}: which columns name the counter.
    """
    others = without_column(mapping, column)
    steps = NumberSteps.of(series_of(header, rows, others, header.index(column)))
    return steps.is_a_meter


def counted_once(mapping: dict[str, str]) -> dict[str, str]:
    """``mapping`` with one column of those that tell of the same visits: who came in rather than
    who passed, and a number rather than the reading it was made from. They are never added up.
    """
    told = list(filter(mapping.__contains__, SAME_VISITS))
    left_out = told[1:]
    return {field: name for field, name in mapping.items() if field not in left_out}


def column_that_says_both(mapping: dict[str, str]) -> str:
    """The column mapped to readings or visits whose name may mean either; empty where none is, as
    where both names are clear. Readings are asked first.
    """
    for field in (READING, VISITS):
        column = mapping.get(field, "")
        if says_both(column):
            return column
    return ""


def says_both(column: str) -> bool:
    """Whether the name of a column may mean a counter as well as visits: one of its words is one of
    SAYS_BOTH.
    """
    return not SAYS_BOTH.isdisjoint(words_in(column))


def series_of(
    header: list[str], rows: Iterable[list[str]], mapping: dict[str, str], at: int
) -> list[list[int]]:
    """The numbers of the column at ``at``, of each counter apart in the order of the file; cells
    that say no number are left out. ``mapping``: tells which columns name the counter; where none
    does, all numbers are one series. Empty for a column without a number.
    """
    places = [header.index(mapping[name]) for name in COUNTERS if name in mapping]
    found: dict[tuple, list[int]] = defaultdict(list)
    for row in rows:
        # A cell that is no number says nothing here; its row is refused later.
        with suppress(Refusal):
            number = count_of(VISITS, row[at], NOT_KNOWN)
            if number is not None:
                found[tuple(row[place] for place in places)].append(number)
    return list(found.values())


def steps_between(numbers: Iterable[int]) -> Iterator[int]:
    """From each number to the next, less than 0 where they fall; nothing of a single one."""
    for before, after in pairwise(numbers):
        yield after - before


@dataclass(frozen=True)
class NumberSteps:
    """How the numbers of a column go on, all its counters together: the ``steps`` between numbers
    that differ, and their ``level``, the median of the numbers themselves.
    """

    steps: list[int]
    level: float

    @classmethod
    def of(cls, series: list[list[int]]) -> "NumberSteps":
        """The steps of all counters, one after another; two numbers that are alike are no step. Of
        a file without a number there are no steps and the level is 0.
        """
        numbers = list(chain.from_iterable(series))
        steps = chain.from_iterable(map(steps_between, series))
        return cls(list(filter(None, steps)), median(numbers or [0]))

    @property
    def against(self) -> float:
        """The share of steps the other way, 0 to 0.5. A file may begin with the newest, so the way
        that is seldom is the other one, whichever that is. Of no steps it is 0.
        """
        falls = sum(step < 0 for step in self.steps)
        rises = len(self.steps) - falls
        return min(falls, rises) / max(1, len(self.steps))

    @property
    def is_high(self) -> bool:
        """Whether the numbers stand far above their usual step: their level is at least
        TIMES_A_STEP times the median step, either way. False without any step.
        """
        usual = median(map(abs, self.steps or [self.level]))
        return self.level >= TIMES_A_STEP * usual > 0

    @property
    def grow(self) -> bool:
        """Whether they go one way alone from on high, or mostly one way in TELLING_STEPS steps or
        more. Mostly: at most one step in ten goes the other way (SELDOM).
        """
        if len(self.steps) >= TELLING_STEPS and self.against <= SELDOM:
            return True
        return self.is_high and self.against == 0

    @property
    def is_a_meter(self) -> bool:
        """Whether they go one way, whatever their column is called: from on high in
        STEPS_OF_A_METER steps or more, of which one in ten may go the other way (SELDOM), or in
        TELLING_STEPS of which none does.
        """
        if self.is_high and len(self.steps) >= STEPS_OF_A_METER:
            return self.against <= SELDOM
        return len(self.steps) >= TELLING_STEPS and self.against == 0

    @property
    def sway(self) -> bool:
        """Whether they go up and down: at least one step in four goes the other way (OFTEN). A few
        steps from on high do not tell, since a single fall there is a reset.
        """
        is_telling = len(self.steps) >= MANY_STEPS or not self.is_high
        return self.against >= OFTEN and is_telling


def told_by(series: list[list[int]]) -> str:
    """READING where the numbers go one way alone, far above their steps or many times, VISITS where
    they go up and down, else empty: somebody has to say it then. ``series``: the numbers of each
    counter.
    """
    found = NumberSteps.of(series)
    if found.grow:
        return READING
    if found.sway:
        return VISITS
    return ""
