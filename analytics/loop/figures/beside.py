"""How far numbers of readers must be rounded beside what other pages say. Pure.

The survey's results say how many answered, the campaign's room and its links how many followed one,
a segment's page how many are in it. Of 43 who responded 40 followed a link: three answered without.
Of a segment of 100 a report counts 97: three were not reached. So either is looked at, and where
one is a small number, all numbers of readers in the report are told in tens: of 43 it says 40, and
nobody knows which number from 35 to 44 it was.

Tens may not be enough. Nobody responded without being counted among the 40 or the others, so the 43
are 40 at least, and 44 at most: four apart. Then the next width is tried, until each number that is
looked at may be five apart between what other pages allow.

Segments that share readers are told in tens as well. Two of them may differ by one reader, and the
difference of their numbers would say whether that reader responded.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from analytics.loop.figures.shares import SentCell, summed
from analytics.loop.inputs.shapes import DeliveryCell, Inputs, UnchosenSegment
from campaigns.sending.models import Delivery
from core.disclosure import SMALLEST_CELL, is_small, rounded_to

#: What is tried one after the other; the last one is taken as it is.
WIDTHS = (10, 20, 50, 100)


class Beside(NamedTuple):
    """A number of readers that the report tells, and between which others it must lie.

    ``differences``: groups of readers that would follow from it, were it exact.
    """

    number: int
    least: int
    most: int
    differences: tuple[int, ...]

    @property
    def tells_of_few(self) -> bool:
        return any(map(is_small, self.differences))

    def has_room(self, width: int) -> bool:
        """Whether it may be five apart, rounded so; what is below ``width`` is not told at all."""
        told = rounded_to(width, self.number)
        if told is None:
            return True
        least = max(self.least, told - width // 2)
        most = min(self.most, told + width // 2 - 1)
        return most - least >= SMALLEST_CELL


def width_of(inputs: Inputs, sent: Sequence[SentCell]) -> int:
    """To what all numbers of readers are rounded; 0 where they may be exact.

    ``sent``: the cells of what was sent.
    """
    numbers = [*_responses(inputs, sent), *_members(inputs)]
    if not _shares_readers(inputs) and not any(one.tells_of_few for one in numbers):
        return 0
    return _least_width(numbers)


def width_of_unchosen(segment: UnchosenSegment) -> int:
    """To what numbers of a segment that nobody chose are rounded; its size is told exactly."""
    return _least_width([_part_of(segment.size, segment.sent)])


def _least_width(numbers: Sequence[Beside]) -> int:
    """The first that leaves room to each of these, as far as few would follow from it."""
    narrow = list(filter(attrgetter("tells_of_few"), numbers))
    for width in WIDTHS:
        if all(one.has_room(width) for one in narrow):
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
        yield _response(responded, told.answered, told.clicked)
        all_responded += responded
        all_answered += told.answered
        all_clicked += told.clicked
    yield _response(all_responded, all_answered, all_clicked)


def _response(responded: int, answered: int, clicked: int) -> Beside:
    """The groups are who did not answer, who followed no link, who did both."""
    groups = []
    # Where no page says anything the report's own rule holds.
    if answered:
        groups.append(responded - answered)
    if clicked:
        groups.append(responded - clicked)
    if answered and clicked:
        groups.append(answered + clicked - responded)
    # A work for the campaign's call is a response as well, and told by neither page.
    most = max(responded, answered + clicked)
    return Beside(responded, max(answered, clicked), most, tuple(groups))


def _members(inputs: Inputs) -> Iterator[Beside]:
    """Of each segment, and of all together, who was sent to, drawn to be, or either or held out."""
    together = [0, 0, 0]
    everybody = 0
    for pk, size in inputs.segment_sizes:
        mailed = _mailed(inputs.cells, pk)
        everybody += size
        for place, number in enumerate(mailed):
            together[place] += number
            yield _part_of(size, number)
    for number in together:
        yield _part_of(everybody, number)


def _part_of(size: int, number: int) -> Beside:
    # A segment may have lost members since they were mailed.
    return Beside(number, 0, max(size, number), (size - number,))


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
