"""Response by channel and segment. Pure.

Deliveries are counted in a table of channel × segment with totals, because what must be hidden of
one cell depends on its whole row and column.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analytics.loop.figures.rounding import width_of_unchosen
from analytics.loop.figures.shapes import GridCell, SegmentResult, UnchosenSegmentResult
from analytics.loop.figures.shares import (
    NOBODY,
    OPEN,
    ResponseCount,
    SentCell,
    difference,
    persons_told,
    share,
    summed,
)
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.rules import Rule
from core.disclosure import (
    Count,
    Hidden,
    either,
    hidden_in_row,
    hidden_in_table,
)

#: Keys of the totals of channel × segment, and of what went to readers of no addressed segment.
ALL, NONE = "all", "none"
#: A channel's code or ALL; a segment's primary key, NONE or ALL.
Place = tuple[str, int | str]


@dataclass(frozen=True)
class CrossedResponses:
    """Channel × segment with its totals, and what of each cell must stay hidden."""

    counts: dict[Place, ResponseCount]
    hidden: dict[Place, Hidden]

    @property
    def total(self) -> ResponseCount:
        """Everything that was sent, and who responded to it."""
        return self.counts[ALL, ALL]

    @property
    def total_hidden(self) -> Hidden:
        """Where the whole hides something, so does each part: the rest would tell it."""
        return self.hidden[ALL, ALL]

    def outside(self, inside: ResponseCount) -> ResponseCount:
        """All deliveries but those of ``inside``."""
        return _rest(self.total, inside)

    def hidden_of_channel(self, code: str) -> Hidden:
        """What of a channel's row is hidden; of a channel over which nothing was sent, nothing."""
        return self.hidden.get((code, ALL), OPEN)


def cross_of(inputs: Inputs, sent: Iterable[SentCell]) -> CrossedResponses:
    """Everything that was sent, by channel and addressed segment, with what of each place stays
    hidden.
    """
    # Totals that nothing counts in still have a row in the report.
    counts = {(ALL, ALL): NOBODY}
    for pk in inputs.segments:
        counts[ALL, pk] = NOBODY
    counts |= summed(_places(sent))
    return CrossedResponses(counts, _hidden(counts))


def _places(sent: Iterable[SentCell]) -> Iterator[tuple[Place, ResponseCount]]:
    """Every place of the table that a cell counts in, with its count.

    One with two segments counts in both, one without any in ``NONE``; the totals are places, too.
    """
    for cell in sent:
        segments = [*cell.segments, ALL]
        if not cell.segments:
            segments = [NONE, ALL]
        for segment in segments:
            yield (cell.channel, segment), cell.count
            yield (ALL, segment), cell.count


def _hidden(counts: dict[Place, ResponseCount]) -> dict[Place, Hidden]:
    """What of channel × segment and its totals stays hidden.

    All of a segment where few were sent to outside it.
    """
    channels, segments = set(), set()
    for channel, segment in counts:
        channels.add(channel)
        segments.add(segment)
    segments -= {ALL, NONE}
    # Totals stand last, as the rule of tables takes them.
    rows = [*sorted(channels - {ALL}), ALL]
    columns = [*sorted(segments), NONE, ALL]

    hidden = _hidden_in(counts, rows, columns)
    # The rest of a segment is no cell of the table, but follows from the total minus the segment.
    for segment in segments:
        outside = hidden_in_row([_rest(counts[ALL, ALL], counts[ALL, segment])])
        for row in rows:
            hidden[row, segment] = either(hidden[row, segment], *outside)
    return hidden


def _hidden_in(
    counts: dict[Place, ResponseCount], rows: list, columns: list
) -> dict[Place, Hidden]:
    """What of ``rows`` × ``columns`` follows from sums and differences along them.

    A place without deliveries takes part as nobody.
    """
    table = []
    for row in rows:
        table.append([counts.get((row, column), NOBODY) for column in columns])
    hidden = {}
    for row, flags in zip(rows, hidden_in_table(table), strict=True):
        for column, flag in zip(columns, flags, strict=True):
            hidden[row, column] = flag
    return hidden


def _rest(total: ResponseCount, part: ResponseCount) -> ResponseCount:
    """What is in ``total`` and not in its ``part``: responses and deliveries."""
    return ResponseCount(total.responded - part.responded, total.sent - part.sent)


@dataclass(frozen=True)
class CountedSegment:
    """How the readers of a segment responded (``inside``).

    ``hidden``: what of it would betray few beside the other segments that are shown.
    """

    pk: int
    name: str
    inside: ResponseCount
    hidden: Hidden


def segment_results(
    inputs: Inputs, cross: CrossedResponses, rule: Rule
) -> tuple[SegmentResult, ...]:
    """Per addressed segment, in the order of the inputs: response of its readers, difference to all
    other deliveries. One that was deleted has its key for a name.
    """
    found = []
    for pk in inputs.segments:
        counted = CountedSegment(
            pk=pk,
            name=inputs.segment_names.get(pk, str(pk)),
            inside=cross.counts[ALL, pk],
            hidden=cross.hidden[ALL, pk],
        )
        found.append(_compared(counted, cross, rule))
    return tuple(found)


def unchosen_segment_results(
    inputs: Inputs, cross: CrossedResponses, rule: Rule
) -> tuple[UnchosenSegmentResult, ...]:
    """Segments nobody chose, some of whose members were addressed all the same.

    They are no cells of the table, so they are hidden as a row of their own. They share readers
    with others, so they are told in tens.
    """
    counts = []
    for unchosen in inputs.unchosen_segments:
        counts.append(ResponseCount(unchosen.responded, unchosen.sent))

    found = []
    rows = zip(inputs.unchosen_segments, counts, hidden_in_row(counts), strict=True)
    for unchosen, inside, hidden in rows:
        counted = CountedSegment(unchosen.pk, unchosen.name, inside, hidden)
        width = width_of_unchosen(unchosen, rule)
        result = _compared(counted, cross, rule.rounding_to(width))
        found.append(UnchosenSegmentResult(Count.of(unchosen.size), result))
    return tuple(found)


def _compared(segment: CountedSegment, cross: CrossedResponses, rule: Rule) -> SegmentResult:
    """Response inside and outside are shown both or neither, because the total of both is known."""
    inside = segment.inside
    outside = cross.outside(inside)
    hidden = either(
        segment.hidden,
        cross.total_hidden,
        *hidden_in_row([inside]),
        *hidden_in_row([outside]),
    )
    return SegmentResult(
        pk=segment.pk,
        name=segment.name,
        sent=persons_told(inside.sent, rule).withheld_where(hidden.n),
        response=share(inside, rule, hidden),
        others=share(outside, rule, hidden),
        difference=difference(inside, outside, rule, hidden),
    )


def grid(cross: CrossedResponses, rule: Rule) -> tuple[GridCell, ...]:
    """Response by channel × segment, without the totals, in the order of channels and segments;
    places over which nothing was sent are left out.
    """
    cells = []
    for place in sorted(_inner_places(cross)):
        channel, segment = place
        response = share(cross.counts[place], rule, cross.hidden[place])
        cells.append(GridCell(channel, segment, response))
    return tuple(cells)


def _inner_places(cross: CrossedResponses) -> Iterator[tuple[str, int]]:
    """Places that are no totals and belong to a segment."""
    for channel, segment in cross.counts:
        is_total = ALL in (channel, segment)
        if not is_total and segment != NONE:
            yield channel, segment
