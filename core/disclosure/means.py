"""When a mean with its interval may stand beside cells of which some are hidden.

On a scale from 1 to 3 the answers are 20, 3 and 7, of which the page prints 20, –, – and their
total, 30. The hidden two are ten together. A mean of 1.5667 beside them solves them: of all ways to
spread ten persons over two cells only 3 and 7 have it. A mean of 1.6 may stand there, since 1 and 9
have it, too, and so have 2 and 8.

Nothing is known here of how a figure is made. It is tried: every way to fill the hidden cells is
given to the function that will print it.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from core.disclosure.hiding import Line, hide_row

#: Ways to fill the hidden cells that are looked at; with more, the figure stays out. Each of them
#: costs one call of the figure, and a page waits for all of them.
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

    def looks_the_same(candidate: list[int]) -> bool:
        hides_the_same = hide_row(candidate, least_hidden=least_hidden) == shown
        return hides_the_same and figure(candidate) == printed

    persons = sum(counts[place] for place in holes)
    possible: list[set[int]] = [set() for _hole in holes]
    for filling in islice(_fillings(persons, len(holes)), MOST_FILLINGS):
        if looks_the_same(_filled(shown, holes, filling)):
            _note(possible, filling)
            if all(len(numbers) > 1 for numbers in possible):
                return True
    return False


def _note(possible: list[set[int]], filling: Sequence[int]) -> None:
    """Remember that each hidden cell may hold its number of this filling."""
    for numbers, number in zip(possible, filling, strict=True):
        numbers.add(number)


def _fillings(persons: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread ``persons`` over ``cells``, none of them empty: zeros are shown."""
    if cells == 1:
        if persons > 0:
            yield (persons,)
        return

    # At least one person is left for each of the other cells.
    most_in_first = persons - (cells - 1)
    for first in range(1, most_in_first + 1):
        for rest in _fillings(persons - first, cells - 1):
            yield (first, *rest)


def _filled(shown: Line, holes: Sequence[int], filling: Sequence[int]) -> list[int]:
    """The row with its hidden cells filled."""
    candidate = [cell or 0 for cell in shown]
    for place, number in zip(holes, filling, strict=True):
        candidate[place] = number
    return candidate
