"""Answers to the questions of a survey as they may be shown: every number of them is a Count.

What the page, the charts and the API say of a question is decided here, once. No HTTP, no database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from operator import mul

from django.utils.translation import gettext as _

from core import numbers
from core.disclosure import (
    SMALLEST_CELL,
    Count,
    RoundedCount,
    RoundedMean,
    counts_of,
    hidden_places,
    hide_row,
    in_tens,
    is_small,
    may_stand_beside,
)
from core.estimates import Estimate
from feedback.surveys.definitions import Kind, Question
from feedback.surveys.results import answered_count, mean_of, nps_of, worth_of

#: From here on a mean with one decimal leaves several ways to fill two hidden cells; below, three
#: are hidden.
MEAN_TELLS_LITTLE = 50
#: Where few left a question empty, this many fewer than all are said to have answered, in tens.
LESS_THAN_ALL = 10
#: From here on a group's mean has a digit less than that of all answers, and as many.
GROUP_HAS_A_MEAN, GROUP_TELLS_LITTLE = 100, 1000


# --- the mean of a question -----------------------------------------------------------------------
@dataclass(frozen=True)
class QuestionFigure:
    """The one number of a question: a mean or an NPS, printed with so many ``digits``."""

    name: str
    found: Estimate
    digits: int
    #: Digits that are known: as many as are printed, or -1 for whole tens.
    known: int = 2

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

    def rounded(self, digits: int) -> "QuestionFigure":
        """The same, knowing no more than ``digits``; -1 stands for whole tens.

        An interval that loses digits loses them outwards: it says no more than the full one.
        """
        known = {"value": round(self.found.value, digits)}
        if self.found.interval is not None:
            low, high = self.found.interval
            known["low"] = round(low, digits)
            known["high"] = round(high, digits)
            if digits < self.known:
                known["low"] = _rounded_by(floor, low, digits)
                known["high"] = _rounded_by(ceil, high, digits)
        found = replace(self.found, **known)
        return replace(self, found=found, digits=max(digits, 0), known=digits)

    def as_printed(self) -> "QuestionFigure":
        """The same, knowing no more digits than it prints."""
        return self.rounded(self.digits)

    def coarse(self) -> "QuestionFigure":
        """Rounded and bare: what may stand beside hidden cells that the whole would solve."""
        bare = replace(self, found=self.found.without_interval())
        return bare.rounded(min(self.digits, 1))

    def of_group(self, lowest: float, highest: float) -> "QuestionFigure | None":
        """With so few digits that ten readers more or less at one answer need not show.

        A mean of a thousand answers is told in full, of a hundred with a digit less; a score of a
        hundred is told in tens. Of fewer it is not told, nor so near to an end of the scale
        (``lowest``, ``highest``) that fewer than five can have given the answer at the other end.
        """
        if self.found.n < GROUP_HAS_A_MEAN:
            return None
        told = self.rounded(self.digits - 1)
        if self.found.n >= GROUP_TELLS_LITTLE:
            told = self.as_printed()

        from_the_end = min(told.found.value - lowest, highest - told.found.value)
        if from_the_end * self.found.n < SMALLEST_CELL * (highest - lowest):
            return None
        return told


def _rounded_by(direction: Callable[[float], int], bound: float, digits: int) -> float:
    """A bound of an interval to ``digits``, up by ``ceil`` or down by ``floor``."""
    step = 10.0**digits
    # What is whole already stays, in spite of the inexactness of binary fractions.
    return round(direction(round(bound * step, 6)) / step, max(digits, 0))


def figure_of(question: Question, counts: Mapping[int, int]) -> QuestionFigure | None:
    """Mean of a scale, score of an NPS; None for questions whose answers have no mean."""
    if question.kind == Kind.SCALE:
        mean = mean_of(counts, lowest=1, highest=question.top)
        return QuestionFigure(_("mean"), mean, 2, known=2)
    if question.kind == Kind.NPS:
        return QuestionFigure("NPS", nps_of(counts), 0, known=0)
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

    ``is_coarse`` where the figure says less than it could, or nothing, so that it solves no hidden
    cell.
    """

    cells: tuple[Count, ...] = ()
    figure: QuestionFigure | None = None
    is_coarse: bool = False
    #: Places of the hidden cells; behind the last cell stands who left the question empty.
    hidden: frozenset[int] = frozenset()

    @property
    def hides_some(self) -> bool:
        """True when a note about hidden cells belongs beside them: at least one is withheld."""
        return any(cell.is_withheld for cell in self.cells)

    @property
    def is_rounded(self) -> bool:
        """True when a note about tens belongs beside them."""
        return any(isinstance(cell, RoundedCount) for cell in self.cells)


@dataclass(frozen=True)
class ShownQuestion:
    """One question's results as they may be seen.

    ``answers`` has no cells for open text and for fewer than five answers.
    """

    question: Question
    number: int
    n: Count
    answers: Answers


def answers_of_all(
    question: Question, counts: Mapping[int, int], size: int | None = None
) -> Answers:
    """Of the whole survey, which has ``size`` answers; without it nobody left the question empty.

    The figure is told in full where it solves none of the hidden cells, else rounded and bare, and
    not at all where even that would solve one.
    """
    parts = parts_of(question, counts, size)
    whole = figure_of(question, counts)
    if whole is None:
        kept = _without_small_rests(question, counts, hide_parts(parts))
        return _answers(question, counts, kept)

    for figure, least in _attempts(question, whole, answered_count(question, counts)):
        kept = hide_parts(parts, least_hidden=least)
        if None not in kept:
            return _answers(question, counts, kept, figure)
        if _solves_nothing(question, figure, parts, least):
            # Checked was what is printed; more digits in the API would say more than was checked.
            is_coarse = figure is not whole
            told = figure
            if not is_coarse:
                told = figure.as_printed()
            return _answers(question, counts, kept, told, is_coarse=is_coarse)
    return _answers(question, counts, hide_parts(parts, least_hidden=3), is_coarse=True)


def _attempts(
    question: Question, whole: QuestionFigure, n: int
) -> list[tuple[QuestionFigure, int]]:
    """What may be told, the best first: a figure, and how many cells at least are hidden beside it.

    The third cell that is hidden is seldom a small one, so a mean and its interval rather lose a
    digit. A score rather keeps its ones: of its eleven cells many are small.
    """
    least = least_hidden(question, n)
    bare = whole.coarse()
    shorter = whole.rounded(whole.known - 1)
    last_ways = [(bare.rounded(bare.known - 1), 3)]
    if question.kind == Kind.NPS:
        return [(whole, least), (whole, 3), (bare, 3), (bare, 4), *last_ways]
    return [
        (whole, least),
        (shorter, least),
        (bare, least),
        (whole, 3),
        (shorter, 3),
        (bare, 3),
        (bare, 4),
        *last_ways,
    ]


def _solves_nothing(
    question: Question, figure: QuestionFigure, parts: Sequence[int], least: int
) -> bool:
    """Whether ``figure`` may be printed beside ``parts``, of which some are hidden."""
    # The last part is who left the question empty, who is in no mean. That they are few is said
    # where they are (``answered_of_all``).
    most = {}
    if is_few_left(parts[-1]):
        most[len(parts) - 1] = LESS_THAN_ALL + SMALLEST_CELL - 1
    worths = [*worths_of(question), None]
    return may_stand_beside(
        _as_printed(question, figure),
        parts,
        least_hidden=least,
        mean=RoundedMean(worths, figure.known),
        most=most,
        hide=hide_parts,
    )


def hide_parts(parts: Sequence[int], *, least_hidden: int = 2) -> list[int | None]:
    """The answers to a question and, last, who left it empty; None for what is not told.

    Where few left it empty, how many answered is not told exactly (``answered_of_all``), so they
    are hidden and one of the answers with them. Where many did, the answers are parts of those who
    answered.
    """
    *own, skipped = parts
    if is_few_left(skipped):
        return hide_row([*own, None], least_hidden=least_hidden)
    return [*hide_row(own, least_hidden=least_hidden), skipped]


def _answers(
    question: Question,
    counts: Mapping[int, int],
    kept: Sequence[int | None],
    figure: QuestionFigure | None = None,
    *,
    is_coarse: bool = False,
) -> Answers:
    """``kept`` are the choices and, last, who left the question empty, which is not printed."""
    own = _numbers(question, counts)
    cells = counts_of(own, list(kept)[: len(own)])
    return Answers(cells, figure, is_coarse, frozenset(hidden_places(kept)))


def parts_of(question: Question, counts: Mapping[int, int], size: int | None) -> list[int]:
    """Answers by choice and, last, who left the question empty: together all answers to the survey.

    Several choices overlap, so that nobody is the last part of them.
    """
    own = _numbers(question, counts)
    skipped = 0
    if size is not None and question.kind != Kind.MULTIPLE:
        skipped = size - answered_count(question, counts)
    return [*own, skipped]


def _as_printed(question: Question, own: QuestionFigure):
    """What the page would print of other counts, as ``may_stand_beside`` asks for it.

    Of counts with another mean only that mean: it tells them apart already, and an interval takes
    a hundred times as long.
    """
    worths = worths_of(question)
    codes = question.codes
    has_interval = own.found.interval is not None
    own_mean = round(own.found.value, own.known)

    def printed(candidate: Sequence[int]) -> float | str | None:
        """The mean of these counts as the page prints it; None where nobody answered."""
        # The last part is who gave no answer, who is in no mean.
        own_numbers = candidate[: len(codes)]
        n = sum(own_numbers)
        if not n:
            return None
        mean = round(sum(map(mul, worths, own_numbers)) / n, own.known)
        if mean != own_mean or not has_interval:
            return mean
        other = figure_of(question, dict(zip(codes, own_numbers, strict=True)))
        return str(other.rounded(own.known))

    return printed


def worths_of(question: Question) -> list[int]:
    """What each of its answers adds, in the order of the choices."""
    return [worth(question, code) for code in question.codes]


def worth(question: Question, code: int) -> int:
    """What an answer adds to the mean, or to the score: −100, 0 or 100 of an NPS, its code of a
    scale.
    """
    if question.kind == Kind.NPS:
        return worth_of(code)
    return code


def _without_small_rests(question: Question, counts: Mapping[int, int], kept: list) -> list:
    """Of several choices, one that all but one to four readers took would name those."""
    if question.kind != Kind.MULTIPLE:
        return kept

    n = answered_count(question, counts)
    shown = []
    for cell in kept:
        names_the_rest = cell is not None and is_small(n - cell)
        if names_the_rest:
            shown.append(None)
        else:
            shown.append(cell)
    return shown


def _numbers(question: Question, counts: Mapping[int, int]) -> list[int]:
    """Answers by choice, in the order of the choices."""
    return [counts.get(code, 0) for code in question.codes]


def answered_of_all(answered: int, *wholes: int) -> Count:
    """How many answered, beside ``wholes`` of which they are a part and which are told elsewhere.

    Where few of a whole did not, it is told as a number of that whole alone: of 1,000 all who
    answered are "about 990", be they 986 or 999. So the means of a large survey keep an n.
    """
    few_left = [whole for whole in wholes if is_few_left(whole - answered)]
    if not few_left:
        return Count.of(answered)
    without_a_few = in_tens(min(few_left) - LESS_THAN_ALL)
    return RoundedCount.told(without_a_few).withheld_where(is_small(answered))


def is_few_left(rest: int) -> bool:
    """True where so few did not answer that their number is not told: 1 to 14.

    Some more than four, so that what is told does not say that there are one to four.
    """
    return 0 < rest < LESS_THAN_ALL + SMALLEST_CELL


def is_enough(n: Count) -> bool:
    """Results are shown from five answers on."""
    return n.is_shown and not n.is_zero


def count_of(n: int, least: int) -> Count:
    """Answers that a figure rests on: withheld below ``least``, and below five in any case."""
    return Count.of(n).withheld_where(0 < n < least)
