"""How numbers of readers were rounded beside other pages by the formulas 0.2.1. Pure.

Reports that were published by them recompute to what was read. What other pages say was counted as
the report counts, all surveys together, and a number was taken to lie between their bounds; since
0.2.2 ``beside`` looks from both sides and takes nothing for certain.
"""

from collections.abc import Iterable, Iterator, Sequence

from analytics.loop.figures.beside import mailed_of, shares_readers
from analytics.loop.figures.shares import SentCell, summed
from analytics.loop.figures.spans import Beside, Span, first_with_room
from analytics.loop.inputs.shapes import Inputs, UnchosenSegment

#: What was tried one after the other; the last one was taken as it is.
WIDTHS = (10, 20, 50, 100, 200)
#: Fewer than these follow: the number was rounded.
NEAR = 10


def width_of(inputs: Inputs, sent: Sequence[SentCell]) -> int:
    """To what all numbers of readers are rounded; 0 where they may be exact.

    They may be where no reader is in two segments and none of them could tell of few.
    """
    numbers = [*_responses(inputs, sent), *_members(inputs)]
    if not shares_readers(inputs) and not any(one.tells_of_few for one in numbers):
        return 0
    return first_with_room(WIDTHS, numbers)


def width_of_unchosen(segment: UnchosenSegment) -> int:
    """To what numbers of a segment that nobody chose are rounded."""
    return first_with_room(WIDTHS, [_part_of(segment.size, segment.sent)])


def _responses(inputs: Inputs, sent: Iterable[SentCell]) -> Iterator[Beside]:
    """Who responded, by each channel of which other pages tell, and over all of them."""
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
    """Who responded over a channel, beside how many answered and how many followed a link.

    Whoever did both is counted twice elsewhere, so it lies between the larger of the two and their
    sum.
    """
    bounds = Span(max(answered, clicked), max(responded, answered + clicked))
    near = [Span.after(told, NEAR) for told in (answered, clicked) if told]
    if answered and clicked:
        near.append(Span.before(answered + clicked, NEAR))
    return _between(bounds, responded, near)


def _members(inputs: Inputs) -> Iterator[Beside]:
    """Of each segment, and of all together, who was sent to, drawn to be, or either or held out."""
    together = [0, 0, 0]
    everybody = 0
    for pk, size in inputs.segment_sizes:
        everybody += size
        for place, number in enumerate(mailed_of(inputs.cells, pk)):
            together[place] += number
            yield _part_of(size, number)
    for number in together:
        yield _part_of(everybody, number)


def _part_of(size: int, number: int) -> Beside:
    """``number`` of a segment of ``size``; it was looked at from just below the size alone."""
    return _between(Span(0, max(size, number)), number, [Span.before(size, NEAR)])


def _between(bounds: Span, number: int, near: Iterable[Span]) -> Beside:
    """A number with what it must not come near to, each cut to the bounds it was taken to keep."""
    return Beside(number, tuple(span.within(bounds) for span in near), (bounds,))
