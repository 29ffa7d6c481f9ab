"""A survey as a whole as it may be shown: its means, its channels and its segments.

Every number of answers and of readers is a Count. No HTTP, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from core import numbers
from core.disclosure import (
    SMALLEST_CELL,
    Count,
    CountRow,
    Hidden,
    Missing,
    count_in_tens,
    hidden_in_row,
    is_small,
)
from core.spans import DrawnSpan, span_on
from feedback.surveys.figures import (
    QuestionFigure,
    ShownQuestion,
    answered_of_all,
    count_of,
    is_enough,
)
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
        """Whether there is a number, and no reason why there is none."""
        return not isinstance(self.value, Missing)

    def as_printed(self) -> "ShownMean":
        """The same, knowing no more digits than it prints."""
        bounds = {}
        if None not in (self.low, self.high):
            bounds = {"low": round(self.low, self.digits), "high": round(self.high, self.digits)}
        return replace(self, value=round(self.value, self.digits), **bounds)

    @property
    def interval(self) -> str:
        """The interval as it is printed, without a unit; empty where nothing can be said."""
        if None in (self.low, self.high):
            return ""
        low = numbers.number(self.low, self.digits)
        high = numbers.number(self.high, self.digits)
        return numbers.interval(low, high)

    @property
    def span(self) -> DrawnSpan | None:
        """Where the interval lies between 1 and the best answer; None where there is none to draw.

        Of the printed numbers: a drawing of others could be measured.
        """
        if not self.interval or self.top is None:
            return None
        told = self.as_printed()
        return span_on(1, self.top, value=told.value, low=told.low, high=told.high)

    @property
    def why_no_interval(self) -> str:
        """In words, for the page; empty where there is an interval or nothing is hidden."""
        if self.interval or not self.is_coarse:
            return ""
        return _("no interval: with it the hidden numbers could be worked out")

    @property
    def facts(self) -> list[str]:
        """How many answers it rests on, and its interval, or why there is none to be told.

        One fact each. The second is missing where the answers are too few to say anything.
        """
        facts = [f"n={self.n}"]
        if self.interval:
            facts.append(_("95 %% interval %(interval)s") % {"interval": self.interval})
        return facts + list(filter(None, [self.why_no_interval]))

    @property
    def no_interval(self) -> Missing:
        """Why there is none: hidden cells would follow from it, or the answers are too few."""
        if self.is_coarse:
            return Missing.WITHHELD
        return Missing.CANNOT_SAY

    def __str__(self) -> str:
        """The mean with as many digits as may be told."""
        return numbers.number(self.value, self.digits)


@dataclass(frozen=True)
class ConstructRow:
    """One line of the table of constructs; ``alpha`` is Cronbach's, None where it is not shown."""

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
    satisfaction = None
    if found.satisfaction is not None:
        satisfaction = construct_mean(found.satisfaction, found.n, shown, least=found.least)

    nps = None
    if found.nps is not None:
        nps = nps_mean(found.nps, shown, least=found.least)

    return Headline(
        n=count_of(found.n, found.least),
        flagged=count_of(found.flagged, found.least),
        has_held=found.held > 0,
        as_of=found.as_of,
        satisfaction=satisfaction,
        nps=nps,
    )


def nps_mean(
    found: NpsSummary, shown: Sequence[ShownQuestion], *, least: int = SMALLEST_CELL
) -> ShownMean:
    """The score as it stands at its question, or why it does not.

    Withheld where fewer than ``least`` answered; n is then not told either.
    """
    n = Count.of(0)
    figure, is_coarse = None, False
    for one in shown:
        if one.question.ordinal == found.ordinal:
            n, figure, is_coarse = one.n, one.answers.figure, one.answers.is_coarse
    if 0 < found.n < least:
        n, figure = Count.without(Missing.WITHHELD), None
    if figure is None:
        return ShownMean(_missing(n), None, None, n, 0)
    score = figure.found
    return ShownMean(
        score.value,
        score.low,
        score.high,
        n,
        0,
        is_small=found.is_small,
        is_coarse=is_coarse,
    )


def construct_mean(
    found: ConstructSummary,
    answers: int,
    shown: Sequence[ShownQuestion],
    *,
    least: int = SMALLEST_CELL,
) -> ShownMean:
    """In full where each of its questions tells its own mean in full; else rounded and bare.

    Otherwise the means of the other questions could be taken off it. ``answers``: all there are to
    the survey.
    """
    own = [one for one in shown if one.question.ordinal in found.items]
    n = _answered_all(found, answers, own).withheld_where(0 < found.n < least)
    if not is_enough(n):
        return ShownMean(_missing(n), None, None, n, 2, found.top)
    if any(one.answers.figure is None for one in own):
        return ShownMean(Missing.WITHHELD, None, None, n, 2, found.top, is_coarse=True)
    return _construct_mean(found, n, own)


def _answered_all(found: ConstructSummary, answers: int, own: Sequence[ShownQuestion]) -> Count:
    """How many answered all questions of the construct.

    Who answered one of them and not all could be told by subtraction.
    """
    wholes = []
    for one in own:
        number = one.n.public_number
        if number is not None:
            wholes.append(number)
    return answered_of_all(found.n, answers, *wholes)


def _construct_mean(found: ConstructSummary, n: Count, own: Sequence[ShownQuestion]) -> ShownMean:
    """As coarse as the means of its questions (``own``), and beside hidden cells with no more
    digits than are printed.
    """
    if any(one.answers.is_coarse for one in own):
        return _coarse_mean(found, n, own)

    full = ShownMean(found.value, found.low, found.high, n, 2, found.top)
    if any(one.answers.hides_some for one in own):
        # Checked beside the hidden cells was what is printed; more digits would say more.
        return full.as_printed()
    return full


def _coarse_mean(found: ConstructSummary, n: Count, own: Sequence[ShownQuestion]) -> ShownMean:
    """One digit; an interval where each of its questions has one, with as few digits."""
    mean = QuestionFigure("", found.estimate, 2)
    figure = mean.coarse()
    if all(one.answers.figure.found.interval for one in own):
        figure = mean.rounded(1)
    told = figure.found
    return ShownMean(told.value, told.low, told.high, n, 1, found.top, is_coarse=True)


def _missing(n: Count) -> Missing:
    """Why there is no mean of ``n`` answers: nobody answered, or it would tell of few who did."""
    if n.is_zero:
        return Missing.NOT_MEASURED
    return Missing.WITHHELD


def construct_rows(found: SurveySummary, shown: Sequence[ShownQuestion]) -> list[ConstructRow]:
    """One row per construct, in the order of the questionnaire.

    Cronbach's alpha is None where too few answered for it to be told.
    """
    rows = []
    for key, construct in found.constructs.items():
        mean = construct_mean(construct, found.n, shown, least=found.least)
        alpha = None
        if is_enough(mean.n):
            alpha = construct.alpha
        rows.append(ConstructRow(key, mean, alpha))
    return rows


# --- where the answers came from ------------------------------------------------------------------
@dataclass(frozen=True)
class ChannelRow:
    """Answers by one channel (None: not known), readers reached by it, and who of them answered.

    ``rate`` is a share from 0 to 1, None where nobody was reached.
    """

    channel: int | None
    n: Count
    delivered: Count
    rate: float | Missing | None


def channel_rows(found: SurveySummary) -> list[ChannelRow]:
    """Channels that brought answers or reached readers, largest first as far as it is told."""
    pks = sorted({*found.channels, *found.delivered}, key=_unknown_last)
    counts = _by_channel(found, pks)
    hidden = _hidden_by_channel(found)

    rows = []
    for pk, count in zip(pks, counts, strict=True):
        if pk in hidden:
            row = _reached_row(found, pk, count, hidden[pk])
        else:
            # Nothing is sent by a poster, so nobody can say how many it reached.
            row = ChannelRow(pk, count, Count.of(None), Missing.NOT_MEASURED)
        rows.append(row)
    return sorted(rows, key=_largest_first)


def _by_channel(found: SurveySummary, pks: Sequence[int | None]) -> Sequence[Count]:
    """Answers by channel, in the order of ``pks``; each withheld where an anonymous survey has
    fewer than its k by one of them.
    """
    smallest = min(found.channels.values(), default=found.least)
    if smallest < found.least and found.least > SMALLEST_CELL:
        return [Count.without(Missing.WITHHELD)] * len(pks)
    return CountRow.of([found.channels.get(pk, 0) for pk in pks]).cells


def _unknown_last(channel: int | None) -> tuple[bool, int]:
    """Sorts channels by their keys; answers of which none is known come last."""
    return channel is None, channel or 0


def _largest_first(row: "ChannelRow | SegmentRow") -> int:
    """Sorts rows by how many answered, withheld numbers last and all alike."""
    return -row.n.place


def _hidden_by_channel(found: SurveySummary) -> dict[int, Hidden]:
    """What of the readers reached, and of the share of them who answered, is not told."""
    cells = []
    for channel, reached in found.delivered.items():
        cells.append([found.answered.get(channel, 0), reached])
    return dict(zip(found.delivered, hidden_in_row(cells), strict=True))


def _reached_row(found: SurveySummary, channel: int, count: Count, hidden: Hidden) -> ChannelRow:
    """The row of a channel that sent mail; its rate only where it tells of nobody else.

    Readers reached are told in tens, and the rate by them: the exact size of the campaign's
    segments would tell how few were not reached.
    """
    delivered = count_in_tens(found.delivered[channel]).withheld_where(hidden.n)
    rate = _rate_told(found.rate[channel], found.delivered[channel], delivered)
    if found.has_unknown_channels:
        # Some of those who came by it may be among the answers whose channel is not told.
        rate = Missing.CANNOT_SAY
    if hidden.share or _tells_of_others(found, channel, count):
        rate = Missing.WITHHELD

    return ChannelRow(channel, count, delivered, rate)


def _rate_told(rate: float | None, reached: int, told: Count) -> float | Missing | None:
    """``rate`` of those ``reached`` as a share of the number that is ``told``, at most 1.

    None where nobody was reached, withheld where their number is.
    """
    if rate is None:
        return None
    if not told.public_number:
        return Missing.WITHHELD
    # Of fourteen who all answered ten are told.
    return min(1.0, rate * reached / told.public_number)


def _tells_of_others(found: SurveySummary, channel: int, count: Count) -> bool:
    """True when the rate would tell of answers that came by the channel without a mail.

    Readers reached and the share of them give the answers by mail; these beside all answers of the
    channel give the others, and the other way round.
    """
    without_mail = found.channels.get(channel, 0) - found.answered.get(channel, 0)
    return count.is_withheld or is_small(without_mail)


@dataclass(frozen=True)
class SegmentRow:
    """Answers of the members of one segment."""

    segment: int
    n: Count


def segment_rows(found: SurveySummary) -> list[SegmentRow]:
    """Largest first as far as it is told.

    Segments overlap, so each is held against the rest of the answers, and told in tens.
    """
    rows = []
    for pk, n in sorted(found.segments.items()):
        # Two segments may differ by one reader, whose answer their exact numbers would tell.
        part = Count.part_of(n, found.n)
        told = count_in_tens(n).withheld_where(part.is_withheld)
        rows.append(SegmentRow(pk, told))
    return sorted(rows, key=_largest_first)
