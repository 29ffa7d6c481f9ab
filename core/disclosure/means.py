"""When a mean with its interval may stand beside cells of which some are hidden."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from core.disclosure.hiding import Line, hide_row

#: Ways to fill the hidden cells that are looked at; with more, the figure stays out.
MOST_FILLINGS = 4_000


def may_stand_beside(
    figure: Callable[[Sequence[int]], object],
    counts: Sequence[int],
    *,
    least_hidden: int = 2,
) -> bool:
    """True when ``figure`` of all cells may be printed beside ``hide_row(counts, …)``.

    ``figure(counts)`` gives exactly what will be printed, rounded as on the page: a mean, its
    interval, or both. The number of persons is taken to be printed as well.

    The condition: look at every way to fill the hidden cells that has the same total, hides the
    same cells and prints the same figure. The figure may be printed if among these ways each hidden
    cell takes at least two values. All of them get the same answer here, so that even who knows
    this rule learns nothing from its outcome. In a large survey one reader more or less in a small
    cell is lost in the rounding, so the interval stays; in a small one it would solve the cell.
    """
    shown = hide_row(counts, least_hidden=least_hidden)
    holes = [place for place, cell in enumerate(shown) if cell is None]
    if not holes:
        return True

    printed = figure(counts)
    persons = sum(counts[place] for place in holes)
    values: list[set[int]] = [set() for _hole in holes]
    fillings = _fillings(persons, len(holes))
    for filling in islice(fillings, MOST_FILLINGS):
        candidate = _filled(shown, holes, filling)
        hides_the_same = hide_row(candidate, least_hidden=least_hidden) == shown
        if hides_the_same and figure(candidate) == printed:
            _note(values, filling)
        if min(map(len, values)) > 1:
            return True
    return False


def _note(values: list[set[int]], filling: Sequence[int]) -> None:
    for found, number in zip(values, filling, strict=True):
        found.add(number)


def _fillings(persons: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread ``persons`` over ``cells``, none of them empty: zeros are shown."""
    if cells == 1:
        if persons > 0:
            yield (persons,)
        return
    for first in range(1, persons - cells + 2):
        for rest in _fillings(persons - first, cells - 1):
            yield (first, *rest)


def _filled(shown: Line, holes: Sequence[int], filling: Sequence[int]) -> list[int]:
    candidate = [cell or 0 for cell in shown]
    for place, number in zip(holes, filling, strict=True):
        candidate[place] = number
    return candidate
