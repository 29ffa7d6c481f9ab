"""When a mean with its interval may stand beside cells of which some are hidden.

On a scale from 1 to 3 the answers are 20, 3 and 7, of which the page prints 20, –, – and their
total, 30. The hidden two are ten together. A mean of 1.5667 beside them solves them: of all ways to
spread ten persons over two cells only 3 and 7 have it. A mean of 1.6 leaves 1 and 9, 2 and 8 as
well: three persons between the least and the most, which is not wide enough either. Of thirty
thousand answers a mean of 1.57 leaves them all.

Nothing is known here of how a figure is made. It is tried: every way to fill the hidden cells is
given to the function that will print it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from core.disclosure import count
from core.disclosure.hiding import Line, hidden_places, hide_row

#: Ways to fill the hidden cells that are looked at, the emptiest first cells first; and those of
#: them, with the same mean, of which the whole figure is made. A page waits for all of them.
MOST_FILLINGS, MOST_FIGURES = 20_000, 1_000
#: Added to the half of a rounding, so that no way is passed over by the inexactness of binary
#: fractions.
BINARY_FRACTION = 1e-9


@dataclass(frozen=True)
class RoundedMean:
    """The mean that a figure prints: ``worth`` of each cell's persons, rounded to ``digits``.

    A cell worth None is in no mean. By it most ways to fill the cells are passed over at once.
    """

    worth: Sequence[float | None]
    digits: int

    def same_as(self, counts: Sequence[int], candidates: np.ndarray) -> np.ndarray:
        """True for each of the rows ``candidates`` that may have the rounded mean of ``counts``."""
        # A number that is none counts for nothing.
        worths = np.array(self.worth, dtype=float)
        counted = ~np.isnan(worths)
        worths = np.nan_to_num(worths)

        persons = np.maximum(candidates @ counted, 1)
        means = candidates @ worths / persons
        own = round(float(np.dot(counts, worths) / max(np.dot(counts, counted), 1)), self.digits)
        half = 0.5 * 10**-self.digits + BINARY_FRACTION
        return np.abs(means - own) <= half


def may_stand_beside(
    figure: Callable[[Sequence[int]], object],
    counts: Sequence[int],
    *,
    least_hidden: int = 2,
    mean: RoundedMean | None = None,
    most: Mapping[int, int] | None = None,
    hide: Callable[..., Line] = hide_row,
) -> bool:
    """True when ``figure`` of all cells may be printed beside ``hide(counts, least_hidden=…)``.

    ``figure(counts)`` gives exactly what will be printed, rounded as on the page: a mean, its
    interval, or both; ``mean`` is the mean in it, where it has one. The number of persons is taken
    to be printed as well. ``most`` says of hidden cells, by their places, what the page gives away
    without a number: that they are no more than so many persons.

    Looked at is every way to fill the hidden cells that has the same total and prints the same
    figure. Two things must be true of them:

    *   The least and the most of each hidden cell are five persons apart.
    *   Of those ways that hide the same cells each hidden cell takes at least two values. All of
        these get the same answer here, so that even who knows this rule learns nothing from its
        outcome.

    In a large survey some readers more or less in a small cell are lost in the rounding, so the
    interval stays; in a small one it would solve the cell.
    """
    shown = hide(counts, least_hidden=least_hidden)
    hidden = hidden_places(shown)
    if not hidden:
        return True

    known = _Known(len(hidden))
    for candidate in _look_alikes(figure, counts, _candidates(counts, shown, most or {}), mean):
        numbers = [candidate[place] for place in hidden]
        known.note(numbers)
        # Asked as seldom as can be: it costs more than all the rest.
        if known.has_two_values:
            if known.is_wide:
                return True
        elif hide(candidate, least_hidden=least_hidden) == shown:
            known.note_look_alike(numbers)
    return False


class _Known:
    """What is known of each hidden cell by who tries every way to fill them."""

    def __init__(self, cells: int):
        """For so many groups; nothing is known of them yet."""
        self.values: list[set[int]] = [set() for _cell in range(cells)]
        self.values_if_rule_is_known: list[set[int]] = [set() for _cell in range(cells)]

    def note(self, numbers: Sequence[int]) -> None:
        """A way that has the same total and the same figure.

        One number for each cell, in their order.
        """
        for values, number in zip(self.values, numbers, strict=True):
            values.add(number)

    def note_look_alike(self, numbers: Sequence[int]) -> None:
        """One that hides the same cells as well.

        Whoever knows the rule by which cells are hidden can tell such ways apart from others.
        """
        for values, number in zip(self.values_if_rule_is_known, numbers, strict=True):
            values.add(number)

    @property
    def has_two_values(self) -> bool:
        """Whether of each group more than one value is left that an outsider cannot tell apart.

        False before any way was noted.
        """
        return all(len(values) > 1 for values in self.values_if_rule_is_known)

    @property
    def is_wide(self) -> bool:
        """Whether each group's possible values lie at least the smallest cell apart.

        At least one way must have been noted, or ValueError is raised.
        """
        for values in self.values:
            width = max(values) - min(values)
            if width < count.SMALLEST_CELL:
                return False
        return True


def _look_alikes(
    figure: Callable[[Sequence[int]], object],
    counts: Sequence[int],
    candidates: np.ndarray,
    mean: RoundedMean | None = None,
) -> Iterator[list[int]]:
    """Those of the rows that have the same figure, ``counts`` among them."""
    if mean is not None:
        candidates = candidates[mean.same_as(counts, candidates)]

    printed = figure(counts)
    for candidate in candidates[:MOST_FIGURES].tolist():
        if figure(candidate) == printed:
            yield candidate


def _candidates(counts: Sequence[int], shown: Line, most: Mapping[int, int]) -> np.ndarray:
    """Rows with the same shown cells and the same total; the first MOST_FILLINGS of them."""
    # Cells that are limited come first, so that what does not fit is not made at all.
    hidden = sorted(hidden_places(shown), key=lambda place: place not in most)
    persons = sum(counts[place] for place in hidden)
    limits = [most.get(place, persons) for place in hidden]
    fillings = list(islice(_fillings(persons, limits), MOST_FILLINGS))

    candidates = np.tile([cell or 0 for cell in shown], (len(fillings), 1))
    if fillings:
        candidates[:, hidden] = fillings
    return candidates


def _fillings(persons: int, limits: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way to spread ``persons`` over cells that hold at most ``limits`` each.

    None of them is empty: zeros are shown.
    """
    limit, *others = limits
    if not others:
        if 0 < persons <= limit:
            yield (persons,)
        return

    # At least one person is left for each of the other cells.
    most_in_first = min(limit, persons - len(others))
    for first in range(1, most_in_first + 1):
        for rest in _fillings(persons - first, others):
            yield (first, *rest)
