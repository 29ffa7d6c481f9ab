"""How far numbers of readers must be rounded beside what other pages say. Pure.

The survey's results say how many answered, the campaign's room and its links how many followed one,
a segment's page how many are in it. Of 43 who responded 40 followed a link: three answered without.
Of a segment of 100 a report counts 97: three were not reached. So either is looked at, and where
one is a small number, all numbers of readers in the report are rounded: of 43 it says 40.

The width of the rounding must not tell more. It is chosen by what other pages say alone, never by
the number itself, and so that whichever number it was, those it might have been are five apart:
between the others' bounds, and among those numbers from which few would follow. For the same reason
it is rounded already where fewer than ten would follow: of one to four nobody else would be left.

Segments that share readers are rounded as well. Two of them may differ by one reader, and the
difference of their numbers would say whether that reader responded.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from analytics.loop.figures.shares import SentCell, summed
from analytics.loop.inputs.shapes import DeliveryCell, Inputs, UnchosenSegment
from campaigns.sending.models import Delivery
from core.disclosure import SMALLEST_CELL, rounded_to

#: What is tried one after the other; the last one is taken as it is.
WIDTHS = (10, 20, 50, 100, 200)
#: Fewer than these follow: the number is rounded.
NEAR = 2 * SMALLEST_CELL


class Span(NamedTuple):
    """The whole numbers from ``least`` to ``most``; none where ``most`` is the smaller one."""

    least: int
    most: int

    def within(self, other: "Span") -> "Span":
        """Those that lie in the other span, too."""
        return Span(max(self.least, other.least), min(self.most, other.most))

    @property
    def width(self) -> int:
        """How far apart its ends are; below 0 where there is no number in it."""
        return self.most - self.least


class Beside(NamedTuple):
    """A number of readers that the report tells, and the bounds that other pages give it.

    ``above``, ``below``: numbers on other pages that it may stand few above, or few below.
    """

    number: int
    bounds: Span
    above: tuple[int, ...] = ()
    below: tuple[int, ...] = ()

    @property
    def tells_of_few(self) -> bool:
        return any(span.least <= self.number <= span.most for span in self.near())

    def near(self) -> Iterator[Span]:
        """The numbers from which few would follow, were they told."""
        for told in self.above:
            yield Span(told + 1, told + NEAR - 1).within(self.bounds)
        for told in self.below:
            yield Span(told - NEAR + 1, told - 1).within(self.bounds)

    def has_room(self, width: int) -> bool:
        """Whether whatever it is leaves numbers five apart, rounded so."""
        return all(_stays_wide(span, width) for span in (self.bounds, *self.near()))


def _stays_wide(span: Span, width: int) -> bool:
    """Whether each part of a span that is rounded to one multiple is five wide, or as wide as the
    span: what other pages leave no rounding can widen. Parts inside are as wide as the rounding.
    """
    if span.width < 0:
        return True
    wide = min(SMALLEST_CELL, span.width)
    return all(span.within(_told_alike(end, width)).width >= wide for end in span)


def _told_alike(number: int, width: int) -> Span:
    """The numbers that are rounded as this one is; what is below ``width`` is not told at all."""
    told = rounded_to(width, number)
    if told is None:
        return Span(0, width - 1)
    return Span(max(width, told - width // 2), told + width // 2 - 1)


def width_of(inputs: Inputs, sent: Sequence[SentCell]) -> int:
    """To what all numbers of readers are rounded; 0 where they may be exact.

    ``sent``: the cells of what was sent.
    """
    numbers = [*_responses(inputs, sent), *_members(inputs)]
    if not _shares_readers(inputs) and not any(one.tells_of_few for one in numbers):
        return 0
    return narrowest(numbers)


def width_of_unchosen(segment: UnchosenSegment) -> int:
    """To what numbers of a segment that nobody chose are rounded; its size is told exactly."""
    return narrowest([part_of(segment.size, segment.sent)])


def narrowest(numbers: Sequence[Beside]) -> int:
    """The first that leaves room to each of these, whatever it is."""
    for width in WIDTHS:
        if all(one.has_room(width) for one in numbers):
            return width
    return WIDTHS[-1]


def _shares_readers(inputs: Inputs) -> bool:
    """Whether a reader is in two of the addressed segments."""
    return any(len(cell.segments) > 1 for cell in inputs.cells)


def _responses(inputs: Inputs, sent: Iterable[SentCell]) -> Iterator[Beside]:
    """Who responded beside who answered and who followed a link, by channel and together."""
    by_channel = summed((cell.channel, cell.count) for cell in sent)
    all_responded = all_answered = all_clicked = 0
    for told in inputs.told_elsewhere:
        responded = by_channel[told.channel].responded
        yield response(responded, told.answered, told.clicked)
        all_responded += responded
        all_answered += told.answered
        all_clicked += told.clicked
    yield response(all_responded, all_answered, all_clicked)


def response(responded: int, answered: int, clicked: int) -> Beside:
    """Few may be those who did not answer, who followed no link, or who did both."""
    # Where no page says anything the report's own rule holds.
    above = tuple(told for told in (answered, clicked) if told)
    below = (answered + clicked,) if answered and clicked else ()
    # A work for the campaign's call is a response as well, and told by neither page.
    most = max(responded, answered + clicked)
    return Beside(responded, Span(max(answered, clicked), most), above, below)


def _members(inputs: Inputs) -> Iterator[Beside]:
    """Of each segment, and of all together, who was sent to, drawn to be, or either or held out."""
    together = [0, 0, 0]
    everybody = 0
    for pk, size in inputs.segment_sizes:
        mailed = _mailed(inputs.cells, pk)
        everybody += size
        for place, number in enumerate(mailed):
            together[place] += number
            yield part_of(size, number)
    for number in together:
        yield part_of(everybody, number)


def part_of(size: int, number: int) -> Beside:
    # A segment may have lost members since they were mailed.
    return Beside(number, Span(0, max(size, number)), below=(size,))


def _mailed(cells: Iterable[DeliveryCell], segment: int) -> tuple[int, int, int]:
    """Of a segment: sent to, drawn to be sent to, and these with those held out."""
    sent = drawn = everybody = 0
    for cell in cells:
        if segment not in cell.segments:
            continue
        everybody += cell.n
        if cell.state != Delivery.State.HOLDOUT:
            drawn += cell.n
        if cell.state == Delivery.State.SENT:
            sent += cell.n
    return sent, drawn, everybody
