"""A survey as a whole as it may be shown: its means, its channels and its segments.

Every number of answers and of readers is a Count. No HTTP, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core import numbers
from core.disclosure import Count, CountRow, Hidden, Missing, hidden_in_row, is_small
from feedback.surveys.figures import ShownQuestion, is_enough
from feedback.surveys.results import ConstructSummary, NpsSummary, SurveySummary


# --- the survey as a whole ------------------------------------------------------------------------
@dataclass(frozen=True)
class ShownMean:
    """A mean, or why there is none; ``low`` and ``high`` are None where nothing can be said."""

    value: float | Missing
    low: float | None
    high: float | None
    n: Count
    digits: int
    top: int | None = None
    is_small: bool = False
    is_coarse: bool = False

    @property
    def has_value(self) -> bool:
        return not isinstance(self.value, Missing)

    @property
    def interval(self) -> str:
        """As it is printed; empty where nothing can be said."""
        if self.low is None or self.high is None:
            return ""
        low, high = numbers.number(self.low, self.digits), numbers.number(self.high, self.digits)
        return numbers.interval(low, high)

    @property
    def no_interval(self) -> Missing:
        """Why there is none: hidden cells would follow from it, or the answers are too few."""
        return Missing.WITHHELD if self.is_coarse else Missing.CANNOT_SAY

    def __str__(self) -> str:
        return numbers.number(self.value, self.digits)


@dataclass(frozen=True)
class ConstructRow:
    """One line of the table of constructs; ``alpha`` is Cronbach's, or None."""

    key: str
    mean: ShownMean
    alpha: float | None


@dataclass(frozen=True)
class Headline:
    """What stands above the charts. The means are None where the survey does not ask for them."""

    n: Count
    flagged: Count
    has_held: bool
    as_of: datetime
    satisfaction: ShownMean | None
    nps: ShownMean | None


def headline(found: SurveySummary, shown: Sequence[ShownQuestion]) -> Headline:
    """``shown`` are the questions of the whole survey: no mean says more than stands at them."""
    satisfaction = nps = None
    if found.satisfaction:
        satisfaction = construct_mean(found.satisfaction, shown)
    if found.nps:
        nps = nps_mean(found.nps, shown)
    return Headline(
        n=Count.of(found.n),
        flagged=Count.of(found.flagged),
        has_held=found.held > 0,
        as_of=found.as_of,
        satisfaction=satisfaction,
        nps=nps,
    )


def nps_mean(found: NpsSummary, shown: Sequence[ShownQuestion]) -> ShownMean:
    """The score as it stands at its question."""
    n = Count.of(found.n)
    for one in shown:
        figure = one.answers.figure
        if one.question.ordinal == found.ordinal and figure is not None:
            estimate = figure.found
            return ShownMean(
                estimate.value, estimate.low, estimate.high, n, 0, is_small=found.is_small
            )
    return ShownMean(_missing(n), None, None, n, 0)


def construct_mean(found: ConstructSummary, shown: Sequence[ShownQuestion]) -> ShownMean:
    """In full where each of its questions tells its own mean in full; else rounded and bare, since
    the others' means could be taken off it.
    """
    n = Count.of(found.n)
    if not is_enough(n):
        return ShownMean(_missing(n), None, None, n, 2, found.top)
    own = [one for one in shown if one.question.ordinal in found.items]
    if any(one.answers.is_coarse for one in own):
        return ShownMean(found.value, None, None, n, 1, found.top, is_coarse=True)
    return ShownMean(found.value, found.low, found.high, n, 2, found.top)


def _missing(n: Count) -> Missing:
    return Missing.WITHHELD if n.is_withheld else Missing.NOT_MEASURED


def construct_rows(found: SurveySummary, shown: Sequence[ShownQuestion]) -> list[ConstructRow]:
    rows = []
    for key, construct in found.constructs.items():
        mean = construct_mean(construct, shown)
        alpha = construct.alpha if is_enough(mean.n) else None
        rows.append(ConstructRow(key, mean, alpha))
    return rows


# --- where the answers came from ------------------------------------------------------------------
@dataclass(frozen=True)
class ChannelRow:
    """Answers by one channel (None: not known), readers reached by it, and the share of them who
    answered.
    """

    channel: int | None
    n: Count
    delivered: Count
    rate: float | Missing | None


def channel_rows(found: SurveySummary) -> list[ChannelRow]:
    """Largest first."""
    pks = {*found.channels, *found.delivered}
    largest_first = sorted(pks, key=lambda pk: -found.channels.get(pk, 0))
    counts = CountRow.of([found.channels.get(pk, 0) for pk in largest_first])
    reached = [[found.answered.get(pk, 0), n] for pk, n in found.delivered.items()]
    hidden = dict(zip(found.delivered, hidden_in_row(reached), strict=True))

    rows = []
    for pk, count in zip(largest_first, counts, strict=True):
        if pk in hidden:
            rows.append(_reached_row(found, pk, count, hidden[pk]))
        else:
            # Nothing is sent by a poster.
            rows.append(ChannelRow(pk, count, Count.of(None), Missing.NOT_MEASURED))
    return rows


def _reached_row(found: SurveySummary, channel: int, count: Count, hidden: Hidden) -> ChannelRow:
    delivered = Count.of(found.delivered[channel])
    if hidden.n:
        delivered = Count.without(Missing.WITHHELD)
    rate = found.rate[channel]
    if hidden.share or _tells_of_others(found, channel, count):
        rate = Missing.WITHHELD
    return ChannelRow(channel, count, delivered, rate)


def _tells_of_others(found: SurveySummary, channel: int, count: Count) -> bool:
    """Readers reached and the share of them give the answers by mail; these beside all answers of
    the channel give those that came by it without a mail, and the other way round.
    """
    without_mail = found.channels.get(channel, 0) - found.answered.get(channel, 0)
    return count.is_withheld or is_small(without_mail)


@dataclass(frozen=True)
class SegmentRow:
    segment: int
    n: Count


def segment_rows(found: SurveySummary) -> list[SegmentRow]:
    """Largest first. Segments overlap, so each is held against the rest of the answers."""
    largest_first = sorted(found.segments.items(), key=lambda pair: -pair[1])
    return [SegmentRow(pk, Count.part_of(n, found.n)) for pk, n in largest_first]
