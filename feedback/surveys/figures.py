"""A survey's results as they may be shown: every number of answers leaves as a Count.

What the page, the charts and the API say of a survey is decided here, once. No HTTP, no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from core import numbers
from core.disclosure import (
    Count,
    CountRow,
    Missing,
    counts_of,
    hidden_in_row,
    hide_row,
    hide_table,
    is_small,
    may_split,
    may_stand_beside,
)
from core.estimates import Estimate
from feedback.surveys.definitions import Definition, Kind, Question
from feedback.surveys.queries import GroupedCounts, Split
from feedback.surveys.results import (
    ConstructSummary,
    NpsSummary,
    SurveySummary,
    answered_count,
    mean_of,
    nps_of,
    worth_of,
)

#: From here on a mean with one decimal leaves several ways to fill two hidden cells; below, three
#: are hidden.
MEAN_TELLS_LITTLE = 50


# --- the mean of a question -----------------------------------------------------------------------
@dataclass(frozen=True)
class QuestionFigure:
    """The one number of a question: a mean or an NPS, printed with so many ``digits``."""

    name: str
    found: Estimate
    digits: int

    def __str__(self) -> str:
        """ "mean 3.52 (95 % interval 3.12 to 4.01)", or without the brackets."""
        printed = f"{self.name} {numbers.number(self.found.value, self.digits)}"
        if self.found.interval is None:
            return printed
        low, high = self.found.interval
        words = _("%(level)d %% interval %(low)s to %(high)s") % {
            "level": self.found.percent_level,
            "low": numbers.number(low, self.digits),
            "high": numbers.number(high, self.digits),
        }
        return f"{printed} ({words})"

    def as_printed(self) -> "QuestionFigure":
        """The same, knowing no more digits than it prints."""
        value = round(self.found.value, self.digits)
        found = replace(self.found, value=value)
        if found.interval is not None:
            low, high = found.interval
            found = replace(found, low=round(low, self.digits), high=round(high, self.digits))
        return replace(self, found=found)

    def coarse(self) -> "QuestionFigure":
        """Rounded and bare: what may stand beside hidden cells that the whole would solve."""
        bare = replace(self, found=self.found.without_interval(), digits=min(self.digits, 1))
        return bare.as_printed()


def figure_of(question: Question, counts: Mapping[int, int]) -> QuestionFigure | None:
    """None for questions whose answers have no mean."""
    if question.kind == Kind.SCALE:
        return QuestionFigure(_("mean"), mean_of(counts, lowest=1, highest=question.top), 2)
    if question.kind == Kind.NPS:
        return QuestionFigure("NPS", nps_of(counts), 0)
    return None


def least_hidden(question: Question, n: int) -> int:
    """Two hidden cells could be solved from a mean beside them.

    Few answers make even a rounded one exact.
    """
    has_mean = question.kind in (Kind.SCALE, Kind.NPS)
    if has_mean and n < MEAN_TELLS_LITTLE:
        return 3
    return 2


# --- the answers to a question --------------------------------------------------------------------
@dataclass(frozen=True)
class Answers:
    """``cells`` in the order of the choices and the figure beside them.

    ``is_coarse`` where the figure says less than it could, so that it solves no hidden cell.
    """

    cells: tuple[Count, ...] = ()
    figure: QuestionFigure | None = None
    is_coarse: bool = False

    @property
    def hides_some(self) -> bool:
        return any(cell.is_withheld for cell in self.cells)


@dataclass(frozen=True)
class ShownQuestion:
    """One question's results as they may be seen.

    ``answers`` has no cells for open text and for fewer than five answers.
    """

    question: Question
    number: int
    n: Count
    answers: Answers


def answers_of_all(question: Question, counts: Mapping[int, int]) -> Answers:
    """Of the whole survey. The figure is told in full where it solves none of the hidden cells."""
    own = _numbers(question, counts)
    least = least_hidden(question, answered_count(question, counts))
    whole = figure_of(question, counts)
    if whole is None:
        return Answers(counts_of(own, _without_small_rests(question, counts, hide_row(own))))

    if may_stand_beside(_as_printed(question, whole), own, least_hidden=least):
        cells = counts_of(own, hide_row(own, least_hidden=least))
        hides_some = any(cell.is_withheld for cell in cells)
        return Answers(cells, whole.as_printed() if hides_some else whole)
    return Answers(counts_of(own, hide_row(own, least_hidden=3)), whole.coarse(), is_coarse=True)


def _as_printed(question: Question, whole: QuestionFigure):
    """What the page would print of other counts, as ``may_stand_beside`` asks for it.

    Of counts with another mean only that mean: it tells them apart already, and an interval takes
    a hundred times as long.
    """
    codes = [choice.code for choice in question.choices]
    own_mean = numbers.number(whole.found.value, whole.digits)

    def printed(candidate: Sequence[int]) -> str:
        counts = dict(zip(codes, candidate, strict=True))
        mean = numbers.number(_mean(question, counts), whole.digits)
        if mean != own_mean:
            return mean
        return str(figure_of(question, counts))

    return printed


def _mean(question: Question, counts: Mapping[int, int]) -> float:
    """The value of ``figure_of`` without its interval."""
    worth = worth_of if question.kind == Kind.NPS else int
    total = 0
    for code, n in counts.items():
        total += worth(code) * n
    return total / sum(counts.values())


def answers_of_group(question: Question, by_group: Mapping, groups: Sequence) -> Answers:
    """Of the first of ``groups``; ``by_group`` is {group: {code: n}}.

    Hidden among its own answers, and against the other groups: they and the total give it away.
    """
    if len(groups) == 1:
        return answers_of_all(question, by_group.get(groups[0], {}))
    table = [_numbers(question, by_group.get(group, {})) for group in groups]
    counts = by_group.get(groups[0], {})
    n = answered_count(question, counts)
    kept = hide_row(hide_table(table)[0], least_hidden=least_hidden(question, n))
    kept = _without_small_rests(question, counts, kept)
    whole = figure_of(question, counts)
    if whole is not None and None in kept:
        return Answers(counts_of(table[0], kept), whole.coarse(), is_coarse=True)
    return Answers(counts_of(table[0], kept), whole)


def _without_small_rests(question: Question, counts: Mapping[int, int], kept: list) -> list:
    """Of several choices, one that all but one to four readers took would name those."""
    if question.kind != Kind.MULTIPLE:
        return kept
    n = answered_count(question, counts)
    return [None if cell is not None and is_small(n - cell) else cell for cell in kept]


def _numbers(question: Question, counts: Mapping[int, int]) -> list[int]:
    return [counts.get(choice.code, 0) for choice in question.choices]


def show_all(
    definition: Definition, counts: GroupedCounts, group: object, sizes: Mapping[object, int]
) -> list[ShownQuestion]:
    """Every question for one group; the other groups decide what must be hidden."""
    groups = [group, *(other for other in sizes if other != group)]
    shown = []
    for number, question in enumerate(definition.items, start=1):
        by_group = counts.get(question.ordinal, {})
        shown.append(show(question, number, by_group, groups, sizes))
    return shown


def show(
    question: Question,
    number: int,
    by_group: Mapping,
    groups: Sequence,
    sizes: Mapping[object, int],
) -> ShownQuestion:
    """The first of ``groups``; ``sizes`` are the answers of each, to whatever question."""
    answered = [answered_count(question, by_group.get(group, {})) for group in groups]
    if question.kind == Kind.TEXT:
        n = written_count(answered, sizes.get(groups[0], 0))
        return ShownQuestion(question, number, n, Answers())
    n = Count.of(answered[0])
    if n.is_withheld or n.is_zero:
        return ShownQuestion(question, number, n, Answers())
    return ShownQuestion(question, number, n, answers_of_group(question, by_group, groups))


def written_count(written: Sequence[int], size: int) -> Count:
    """Open answers of the first group: neither those who wrote nothing nor the other groups may
    follow from it.
    """
    own = Count.part_of(written[0], size)
    among_groups = CountRow.of(written).cells[0]
    return among_groups if among_groups.is_withheld else own


# --- one group of the answers ---------------------------------------------------------------------
def is_enough(n: Count) -> bool:
    """Results are shown from five answers on."""
    return n.is_shown and not n.is_zero


def may_be_shown(split: Split, sizes: Mapping[object, int], n: int) -> bool:
    """False where the group, the rest, or another group could be computed to be one to four."""
    if not may_split(sizes.get(split.group, 0), n):
        return False
    if not split.is_partition:
        return True
    visible = dict(zip(sizes, CountRow.of(list(sizes.values())), strict=True))
    return visible[split.group].is_shown


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
        return ShownMean(found.value, None, None, n, 1, found.top)
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
    rate: float | Missing


def channel_rows(found: SurveySummary) -> list[ChannelRow]:
    """Largest first. Reached and share together tell who answered and who did not, so they are
    hidden where either counts one to four, and with them what those would follow from.
    """
    pks = {*found.channels, *found.delivered}
    largest_first = sorted(pks, key=lambda pk: -found.channels.get(pk, 0))
    counts = CountRow.of([found.channels.get(pk, 0) for pk in largest_first])
    reached = [[found.answered.get(pk, 0), n] for pk, n in found.delivered.items()]
    hidden = dict(zip(found.delivered, hidden_in_row(reached), strict=True))

    rows = []
    for pk, count in zip(largest_first, counts, strict=True):
        delivered, rate = Count.of(None), Missing.NOT_MEASURED
        if pk in hidden:
            delivered = Count.of(found.delivered[pk])
            rate = found.rate[pk] if found.rate[pk] is not None else Missing.NOT_MEASURED
            by_other_ways = found.channels.get(pk, 0) - found.answered.get(pk, 0)
            # The share and those reached give the answers by mail, and so the others of the channel.
            if hidden[pk].share or count.is_withheld or is_small(by_other_ways):
                rate = Missing.WITHHELD
            if hidden[pk].n:
                delivered = Count.without(Missing.WITHHELD)
        rows.append(ChannelRow(pk, count, delivered, rate))
    return rows


@dataclass(frozen=True)
class SegmentRow:
    segment: int
    n: Count


def segment_rows(found: SurveySummary) -> list[SegmentRow]:
    """Largest first. Segments overlap, so each is held against the rest of the answers."""
    largest_first = sorted(found.segments.items(), key=lambda pair: -pair[1])
    return [SegmentRow(pk, Count.part_of(n, found.n)) for pk, n in largest_first]
