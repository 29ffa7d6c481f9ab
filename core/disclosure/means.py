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
    hidden_places = _hidden_places(hide_row(counts, least_hidden=least_hidden))
    if not hidden_places:
        return True

    possible: dict[int, set[int]] = {place: set() for place in hidden_places}
    for candidate in _look_alikes(figure, counts, least_hidden=least_hidden):
        for place, numbers in possible.items():
            numbers.add(candidate[place])
        if all(len(numbers) > 1 for numbers in possible.values()):
            return True
    return False


def _look_alikes(
    figure: Callable[[Sequence[int]], object], counts: Sequence[int], *, least_hidden: int
) -> Iterator[list[int]]:
    """Rows of which the page would say what it says of ``counts``, that one among them: the same
    total, the same cells shown and hidden, the same figure. The first MOST_FILLINGS are looked at.
    """
    shown = hide_row(counts, least_hidden=least_hidden)
    hidden_places = _hidden_places(shown)
    persons = sum(counts[place] for place in hidden_places)
    printed = figure(counts)

    for filling in islice(_fillings(persons, len(hidden_places)), MOST_FILLINGS):
        candidate = _filled(shown, hidden_places, filling)
        # Asked first, because it costs less than most figures.
        hides_the_same = hide_row(candidate, least_hidden=least_hidden) == shown
        if hides_the_same and figure(candidate) == printed:
            yield candidate


def _hidden_places(shown: Line) -> list[int]:
    """Places of the hidden cells."""
    return [place for place, cell in enumerate(shown) if cell is None]


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


def _filled(shown: Line, hidden_places: Sequence[int], filling: Sequence[int]) -> list[int]:
    """The row with its hidden cells filled."""
    candidate = [cell or 0 for cell in shown]
    for place, number in zip(hidden_places, filling, strict=True):
        candidate[place] = number
    return candidate
