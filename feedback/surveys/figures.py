"""Answers to the questions of a survey as they may be shown: every number of them is a Count.

What the page, the charts and the API say of a question is decided here, once. No HTTP, no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from core import numbers
from core.disclosure import (
    SMALLEST_CELL,
    Count,
    CountRow,
    Missing,
    counts_of,
    hide_row,
    hide_table,
    is_small,
    may_split,
    may_stand_beside,
)
from core.estimates import Estimate
from feedback.surveys.definitions import Definition, Kind, Question
from feedback.surveys.queries import GroupedCounts, Split
from feedback.surveys.results import answered_count, mean_of, nps_of, worth_of

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
        value = numbers.number(self.found.value, self.digits)
        if self.found.interval is None:
            return f"{self.name} {value}"

        low, high = self.found.interval
        # One message: brackets and order are the language's.
        return _("%(name)s %(value)s (%(level)d %% interval %(low)s to %(high)s)") % {
            "name": self.name,
            "value": value,
            "level": self.found.percent_level,
            "low": numbers.number(low, self.digits),
            "high": numbers.number(high, self.digits),
        }

    def as_printed(self) -> "QuestionFigure":
        """The same, knowing no more digits than it prints."""
        rounded = {"value": round(self.found.value, self.digits)}
        if self.found.interval is not None:
            low, high = self.found.interval
            rounded["low"] = round(low, self.digits)
            rounded["high"] = round(high, self.digits)
        return replace(self, found=replace(self.found, **rounded))

    def coarse(self) -> "QuestionFigure":
        """Rounded and bare: what may stand beside hidden cells that the whole would solve."""
        bare = replace(self, found=self.found.without_interval(), digits=min(self.digits, 1))
        return bare.as_printed()


def figure_of(question: Question, counts: Mapping[int, int]) -> QuestionFigure | None:
    """Mean of a scale, score of an NPS; None for questions whose answers have no mean."""
    if question.kind == Kind.SCALE:
        mean = mean_of(counts, lowest=1, highest=question.top)
        return QuestionFigure(_("mean"), mean, 2)
    if question.kind == Kind.NPS:
        return QuestionFigure("NPS", nps_of(counts), 0)
    return None


def least_hidden(question: Question, n: int) -> int:
    """How many cells are hidden together, if any is: two could be solved from a mean beside them.

    Few answers make even a rounded mean exact.
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
        """True when a note about hidden cells belongs beside them."""
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
    whole = figure_of(question, counts)
    if whole is None:
        kept = _without_small_rests(question, counts, hide_row(own))
        return Answers(counts_of(own, kept))

    least = least_hidden(question, answered_count(question, counts))
    if not may_stand_beside(_as_printed(question, whole), own, least_hidden=least):
        kept = hide_row(own, least_hidden=3)
        return Answers(counts_of(own, kept), whole.coarse(), is_coarse=True)

    kept = hide_row(own, least_hidden=least)
    if None in kept:
        # Checked was what is printed; more digits in the API would say more than was checked.
        whole = whole.as_printed()
    return Answers(counts_of(own, kept), whole)


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
        figure = figure_of(question, counts)
        return str(figure)

    return printed


def _mean(question: Question, counts: Mapping[int, int]) -> float:
    """The value of ``figure_of`` without its interval."""
    worth = int
    if question.kind == Kind.NPS:
        worth = worth_of
    total = 0
    for code, n in counts.items():
        total += worth(code) * n
    return total / sum(counts.values())


def answers_of_group(question: Question, by_group: Mapping, groups: Sequence) -> Answers:
    """Of the first of ``groups``; ``by_group`` is {group: {code: n}}.

    Hidden among its own answers, and against the other groups: they and the total give it away.
    """
    counts = by_group.get(groups[0], {})
    if len(groups) == 1:
        return answers_of_all(question, counts)

    table = [_numbers(question, by_group.get(group, {})) for group in groups]
    own = table[0]
    # Against the other groups first, then among its own: what covers a cell may need cover, too.
    kept = hide_table(table)[0]
    least = least_hidden(question, answered_count(question, counts))
    kept = hide_row(kept, least_hidden=least)
    kept = _without_small_rests(question, counts, kept)

    whole = figure_of(question, counts)
    if whole is not None and None in kept:
        return Answers(counts_of(own, kept), whole.coarse(), is_coarse=True)
    return Answers(counts_of(own, kept), whole)


def _without_small_rests(question: Question, counts: Mapping[int, int], kept: list) -> list:
    """Of several choices, one that all but one to four readers took would name those."""
    if question.kind != Kind.MULTIPLE:
        return kept

    n = answered_count(question, counts)
    shown = []
    for cell in kept:
        names_the_rest = cell is not None and is_small(n - cell)
        shown.append(None if names_the_rest else cell)
    return shown


def _numbers(question: Question, counts: Mapping[int, int]) -> list[int]:
    """Answers by choice, in the order of the choices."""
    return [counts.get(choice.code, 0) for choice in question.choices]


def show_all(
    definition: Definition,
    counts: GroupedCounts,
    group: object,
    sizes: Mapping[object, int],
    *,
    least: int = SMALLEST_CELL,
) -> list[ShownQuestion]:
    """Every question for one group; the other groups decide what must be hidden.

    A question has no figures where it rests on fewer than ``least`` answers.
    """
    others = [other for other in sizes if other != group]
    groups = [group, *others]

    shown = []
    for number, question in enumerate(definition.items, start=1):
        by_group = counts.get(question.ordinal, {})
        shown.append(show(question, number, by_group, groups, sizes, least=least))
    return shown


def show(
    question: Question,
    number: int,
    by_group: Mapping,
    groups: Sequence,
    sizes: Mapping[object, int],
    *,
    least: int = SMALLEST_CELL,
) -> ShownQuestion:
    """The first of ``groups``; ``sizes`` are the answers of each, to whatever question."""
    answered = [answered_count(question, by_group.get(group, {})) for group in groups]
    if question.kind == Kind.TEXT:
        n = written_count(answered, sizes.get(groups[0], 0))
        if 0 < answered[0] < least:
            n = Count.without(Missing.WITHHELD)
        return ShownQuestion(question, number, n, Answers())

    n = count_of(answered[0], least)
    answers = Answers()
    if is_enough(n):
        answers = answers_of_group(question, by_group, groups)
    return ShownQuestion(question, number, n, answers)


def written_count(written: Sequence[int], size: int) -> Count:
    """Open answers of the first group, which has ``size`` answers.

    Neither those who wrote nothing nor the other groups may follow from it.
    """
    among_groups = CountRow.of(written).cells[0]
    if among_groups.is_withheld:
        return among_groups
    return Count.part_of(written[0], size)


# --- one group of the answers ---------------------------------------------------------------------
def is_enough(n: Count) -> bool:
    """Results are shown from five answers on; ``count_of`` hides more where more are asked for."""
    return n.is_shown and not n.is_zero


def count_of(n: int, least: int) -> Count:
    """Answers that a figure rests on: withheld below ``least``, and below five in any case."""
    if 0 < n < least:
        return Count.without(Missing.WITHHELD)
    return Count.of(n)


def may_be_shown(
    split: Split, sizes: Mapping[object, int], n: int, *, least: int = SMALLEST_CELL
) -> bool:
    """False where the group, the rest, or another group could be computed to be one to four.

    Of an anonymous survey (``least`` is its k) also where any group has fewer than that.
    """
    if least > SMALLEST_CELL and min(sizes.values(), default=least) < least:
        return False
    if not may_split(sizes.get(split.group, 0), n):
        return False
    if not split.is_partition:
        return True
    shown_sizes = CountRow.of(list(sizes.values()))
    by_group = dict(zip(sizes, shown_sizes, strict=True))
    return by_group[split.group].is_shown
