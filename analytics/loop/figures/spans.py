"""Numbers of readers that stand near others, and how far they must be rounded. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from core.disclosure import SMALLEST_CELL, rounded_to


class Span(NamedTuple):
    """The whole numbers from ``least`` to ``most``; none where ``most`` is the smaller one."""

    least: int
    most: int

    @classmethod
    def after(cls, told: int, near: int) -> "Span":
        """The numbers that are larger than ``told`` by less than ``near``."""
        return cls(told + 1, told + near - 1)

    @classmethod
    def before(cls, told: int, near: int) -> "Span":
        """The numbers that are smaller than ``told`` by less than ``near``;
        they may be negative.
        """
        return cls(told - near + 1, told - 1)

    def within(self, other: "Span") -> "Span":
        """Those that lie in the other span, too; a span of width below 0 where none does."""
        return Span(max(self.least, other.least), min(self.most, other.most))

    @property
    def width(self) -> int:
        """How far apart its ends are; below 0 where there is no number in it."""
        return self.most - self.least


class Beside(NamedTuple):
    """A number of readers that the report tells, and the numbers from which few would follow.

    ``bounds``: between which it lies by what other pages say; none where they do not say.
    """

    number: int
    near: tuple[Span, ...]
    bounds: tuple[Span, ...] = ()

    @property
    def tells_of_few(self) -> bool:
        """Whether the number could lie in one of the spans near it, which speak of few."""
        return any(span.least <= self.number <= span.most for span in self.near)

    def has_room(self, width: int) -> bool:
        """Whether, rounded to ``width``, it leaves numbers five apart in each of its spans."""
        return all(_stays_wide(span, width) for span in (*self.bounds, *self.near))


def _stays_wide(span: Span, width: int) -> bool:
    """Whether each part of a span that is rounded to one multiple is five wide, or as wide as the
    span: what other pages leave no rounding can widen. Parts inside are as wide as the rounding.
    """
    if span.width < 0:
        return True
    wide = min(SMALLEST_CELL, span.width)
    return all(span.within(_told_alike(end, width)).width >= wide for end in span)


def _told_alike(number: int, width: int) -> Span:
    """The numbers that are rounded to ``width`` as this one is; what is below ``width`` is not told
    at all, and so all of it is alike.
    """
    told = rounded_to(width, number)
    if told is None:
        return Span(0, width - 1)
    return Span(max(width, told - width // 2), told + width // 2 - 1)


def first_with_room(widths: Sequence[int], numbers: Sequence[Beside]) -> int:
    """The first of ``widths`` that leaves room to each of these, whatever it is; else the last."""
    for width in widths:
        if all(one.has_room(width) for one in numbers):
            return width
    return widths[-1]
