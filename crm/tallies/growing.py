"""Whether a column called 计数 or "count" is counted anew each time or only grows. Pure.

Both are called so. A counter that is taken for visits counts everybody who ever came once more each
day; visits that are taken for a counter are lost.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
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
#: With so many steps, falls tell of visits however high the numbers are.
MANY_STEPS = 10


def with_numbers_told(
    header: list[str], rows: list[list[str]], mapping: dict[str, str]
) -> dict[str, str]:
    """``mapping``, with the column whose name says both under "reading" or "visits", as ``rows``
    tell; under neither where they do not. Of columns that tell of the same visits one is left.
    """
    column = column_that_says_both(mapping)
    if not column:
        return counted_once(mapping)
    others = {field: name for field, name in mapping.items() if name != column}
    told = told_by(series_of(header, rows, others, header.index(column)))
    if told:
        return counted_once({told: column} | others)
    return counted_once(others)


def counted_once(mapping: dict[str, str]) -> dict[str, str]:
    """``mapping`` with one column of those that tell of the same visits: who came in rather than
    who passed, and a number rather than the reading it was made from. They are never added up.
    """
    told = [field for field in SAME_VISITS if field in mapping]
    return {field: name for field, name in mapping.items() if field not in told[1:]}


def column_that_says_both(mapping: dict[str, str]) -> str:
    """The column mapped to readings or visits whose name may mean either; empty where none is."""
    for field in (READING, VISITS):
        column = mapping.get(field, "")
        if says_both(column):
            return column
    return ""


def says_both(column: str) -> bool:
    """Whether the name of a column may mean a counter as well as visits."""
    return not SAYS_BOTH.isdisjoint(words_in(column))


def series_of(
    header: list[str], rows: Iterable[list[str]], mapping: dict[str, str], at: int
) -> list[list[int]]:
    """The numbers of the column at ``at``, of each counter apart in the order of the file; cells
    that say no number are left out. ``mapping``: tells which columns name the counter.
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


def told_by(series: list[list[int]]) -> str:
    """READING where the numbers go one way alone, far above their steps or many times, VISITS where
    they go up and down, else empty. A file may begin with the newest, so either way will do.
    """
    steps = [
        after - before
        for before, after in chain.from_iterable(map(pairwise, series))
        if after != before
    ]
    if not steps:
        return ""
    falls = sum(step < 0 for step in steps)
    against = min(falls, len(steps) - falls) / len(steps)
    is_high = median(chain.from_iterable(series)) >= TIMES_A_STEP * median(map(abs, steps))
    if against == 0 and is_high or against <= SELDOM and len(steps) >= TELLING_STEPS:
        return READING
    if against >= OFTEN and (not is_high or len(steps) >= MANY_STEPS):
        return VISITS
    return ""
