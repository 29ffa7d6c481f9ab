"""How far numbers of readers must be rounded beside what other pages say. Pure.

The survey's results say how many answered, the campaign's room and its links how many followed one,
a segment's page how many are in it. Of 43 who responded 40 followed a link: three responded
otherwise. Of a segment of 100 a report counts 97: three were not reached; or it counts 103: three
left it since. So a number is looked at from both sides, and where it stands so near to another that
one to six readers would follow, all numbers of readers in the report are rounded.

The width of the rounding must not tell more. It is chosen by what other pages say alone, never by
the number itself, and so that one to six are rounded alike whatever the number was: six numbers,
five apart. For the same reason it is rounded where five or six would follow, which may be told: of
one to four nobody else would be left.

What other pages say is taken as they count. They know neither the campaign's period nor who
switched analytics about themselves off, so a number of the report may be the smaller one. Nothing
is taken for certain that no page tells: how many were sent to, or that nobody left a segment.

Segments that share readers are rounded as well. Two of them may differ by one reader, and the
difference of their numbers would say whether that reader responded.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from analytics.loop.figures.people import People
from analytics.loop.figures.shares import SentCell, summed
from analytics.loop.figures.spans import Beside, Span, first_with_room
from analytics.loop.inputs.shapes import (
    AnsweredElsewhere,
    DeliveryCell,
    Inputs,
    UnchosenSegment,
)
from campaigns.sending.models import Delivery
from core.disclosure import SMALLEST_CELL, is_small

#: What is tried one after the other. Many steps: the more pages say, the fewer of them fit.
WIDTHS = (*range(10, 101, 10), 120, 150, 200, 300, 500, 1000, 2000, 5000)
#: Fewer than these follow: the number is rounded. One to six are five apart.
NEAR = SMALLEST_CELL + 2


def width_of(inputs: Inputs, sent: Sequence[SentCell], people: People) -> int:
    """To what all numbers of readers are rounded; 0 where they may be exact.

    ``sent``: the cells of what was sent.
    """
    numbers = [*_responses(inputs, sent, people), *_members(inputs, people)]
    if not shares_readers(inputs) and not any(one.tells_of_few for one in numbers):
        return 0
    return narrowest(numbers)


def width_of_unchosen(segment: UnchosenSegment) -> int:
    """To what numbers of a segment that nobody chose are rounded; its size is told exactly.

    Counted is what was sent, so with several letters it is more than its readers.
    """
    return narrowest([part_of(segment.size, segment.sent)])


def narrowest(numbers: Sequence[Beside]) -> int:
    """The first width that leaves room to each of these, whatever it is; the last one where none
    does.
    """
    return first_with_room(WIDTHS, numbers)


def shares_readers(inputs: Inputs) -> bool:
    """Whether a reader is in two of the addressed segments."""
    return any(len(cell.segments) > 1 for cell in inputs.cells)


# --- who responded --------------------------------------------------------------------------------
def _responses(inputs: Inputs, sent: Iterable[SentCell], people: People) -> Iterator[Beside]:
    """Who responded beside who answered each survey and who followed a link.

    By channel and together, persons as well as what was sent to them.
    """
    by_channel = summed((cell.channel, cell.count) for cell in sent)
    for code, count in by_channel.items():
        yield response(count.responded, *_ways_to_count(inputs, [code]))

    together = [*_ways_to_count(inputs, by_channel), _of_all_channels(inputs)]
    deliveries = sum(count.responded for count in by_channel.values())
    yield response(deliveries, *together)
    yield response(people.responded, *together)


def response(number: int, *ways: Sequence[int]) -> Beside:
    """Few may be those who did not do one of these, who alone did it, or who did two.

    ``ways``: each the numbers of those who did the one and the other thing, as some page counts.
    """
    near = []
    for way in ways:
        # Where no page says anything the report's own rule holds.
        told = [n for n in way if n >= SMALLEST_CELL]
        for n in told:
            near += [_after(n), _before(n)]
        # Of one to four no page says how many, so they are none or as many as they can be.
        most_untold = (SMALLEST_CELL - 1) * sum(map(is_small, way))
        near += [_before(sum(told)), _before(sum(told) + most_untold)]
    return Beside(number, tuple(dict.fromkeys(near)))


def _ways_to_count(inputs: Inputs, channels: Collection[str]) -> Iterator[list[int]]:
    """By these channels: who answered, by whatever way and by a mail's own link; who followed one.

    A survey's page tells the one by its table and the other by its rate.
    """
    followed = sum(row.n for row in inputs.followed_elsewhere if row.channel in channels)
    rows = [row for row in inputs.answered_elsewhere if row.channel in channels]
    answered, by_mail = _by_survey(rows)
    yield [*answered.values(), followed]
    yield [*by_mail.values(), followed]


def _of_all_channels(inputs: Inputs) -> list[int]:
    """All answers to each survey, all who followed a link, and who sent a work: what other pages
    tell of the whole campaign.
    """
    answered, _by_mail = _by_survey(inputs.answered_elsewhere)
    followed = sum(row.n for row in inputs.followed_elsewhere)
    return [*answered.values(), followed, inputs.contributors]


def _by_survey(rows: Iterable[AnsweredElsewhere]) -> tuple[Counter, Counter]:
    """{survey: answers}, and {survey: those that came by a mail}."""
    answered: Counter = Counter()
    by_mail: Counter = Counter()
    for row in rows:
        answered[row.survey] += row.n
        by_mail[row.survey] += row.by_mail
    return answered, by_mail


# --- who is in a segment --------------------------------------------------------------------------
def _members(inputs: Inputs, people: People) -> Iterator[Beside]:
    """Of each segment, and of all together, who was sent to, drawn to be, or either or held out."""
    if not inputs.segment_sizes:
        return
    together = [0, 0, 0]
    everybody = 0
    for pk, size in inputs.segment_sizes:
        mailed = mailed_of(inputs.cells, pk)
        everybody += _size_told(size)
        for place, number in enumerate(mailed):
            together[place] += number
            yield part_of(size, number)
    # Persons, where one was sent two letters.
    for number in (*together, people.reached, people.addressed):
        yield part_of(everybody, number)


def part_of(size: int, number: int) -> Beside:
    """``number`` of a segment that has ``size`` members now; it may have had more then, so the
    number may lie on either side of the size.
    """
    told = _size_told(size)
    return Beside(number, (_after(told), _before(told)))


def _size_told(size: int) -> int:
    """The size as other pages tell it. Of one to four no page says how many, so they are taken to
    be as many as they can be.
    """
    if is_small(size):
        return SMALLEST_CELL - 1
    return size


def mailed_of(cells: Iterable[DeliveryCell], segment: int) -> tuple[int, int, int]:
    """Of a segment: sent to, drawn to be sent to, and these with those held out.

    A reader in two segments counts in both; all are 0 for a segment that was not addressed.
    """
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


def _after(told: int) -> Span:
    """Where a number would lie that follows one told elsewhere so closely that it tells of few."""
    return Span.after(told, NEAR)


def _before(told: int) -> Span:
    """No number of readers is below none."""
    span = Span.before(told, NEAR)
    return Span(max(0, span.least), span.most)
