"""Answers of one group of readers as they may be shown, and of everybody as the group of all.

No HTTP, no database.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.disclosure import (
    SHOWN,
    SMALLEST_CELL,
    Count,
    CountRow,
    CrossedTable,
    Missing,
    RoundedCount,
    hidden_places,
    hide_row,
    in_tens,
    may_split,
)
from feedback.surveys.definitions import Definition, Kind, Question
from feedback.surveys.figures import (
    Answers,
    ShownQuestion,
    answered_of_all,
    answers_of_all,
    figure_of,
    parts_of,
    worths_of,
)
from feedback.surveys.queries import GroupedCounts, Split
from feedback.surveys.results import answered_count


@dataclass(frozen=True)
class Groups:
    """The answers to one question by group: ``counts`` {group: {code: n}}, ``sizes`` all answers
    of each group, be they to this question or not; ``asked`` is the group to be shown.
    """

    asked: object
    counts: Mapping[object, Mapping[int, int]]
    sizes: Mapping[object, int]

    @property
    def own(self) -> Mapping[int, int]:
        """{code: n} of the group asked for; empty where it gave no answer."""
        return self.of(self.asked)

    @property
    def own_size(self) -> int:
        """Members of the group that was asked for; 0 where it has none."""
        return self.sizes.get(self.asked, 0)

    @property
    def size(self) -> int:
        """All answers to the survey."""
        return sum(self.sizes.values())

    @property
    def is_everybody(self) -> bool:
        """True where there is no other group, so that figures of it are those of the whole."""
        return set(self.sizes) <= {self.asked}

    def of(self, group: object) -> Mapping[int, int]:
        """Answers of one group by their code; empty for a group without any."""
        return self.counts.get(group, {})

    def together(self) -> dict[int, int]:
        """{code: n} of all groups."""
        total: Counter = Counter()
        for counts in self.counts.values():
            total.update(counts)
        return dict(total)

    def crossed(
        self, rows: Mapping[object, Sequence[int]], hidden_parts: Collection[int]
    ) -> tuple[RoundedCount, ...]:
        """The parts of the group asked for, in tens and but for the last, which is not printed.

        ``rows``: the parts of every group. ``hidden_parts``: those of which not even the sum over
        all groups is told.
        """
        # In one order whichever group is asked for, so that all of them hide the same cells.
        groups = sorted(rows, key=str)
        sizes = hide_row([self.sizes.get(group, 0) for group in groups])
        table = CrossedTable.of(
            [rows[group] for group in groups],
            hidden_rows=hidden_places(sizes),
            hidden_columns=hidden_parts,
            unprinted_column=True,
        )
        return table.rows[groups.index(self.asked)]

    def part(self, parts: Mapping[object, int], whole: Count) -> RoundedCount:
        """A part of the group asked for; ``parts`` of every group make up ``whole``.

        Rounded, or withheld where with ``whole`` and the other groups it would tell of few.
        """
        rows = {}
        for group in self.sizes:
            part = parts.get(group, 0)
            rows[group] = [part, self.sizes[group] - part]
        hidden = (0, 1)
        if whole.state == SHOWN:
            hidden = ()
        return self.crossed(rows, hidden)[0]


def answers_of_group(question: Question, groups: Groups) -> Answers:
    """The answers of the group asked for, in tens: those of all groups together stand on another
    page.

    Without a mean where it could tell of others; of several choices there is none.
    """
    whole = answers_of_all(question, groups.together(), groups.size)
    if question.kind == Kind.MULTIPLE:
        return Answers(_chosen_by_group(question, groups, whole))

    rows = {}
    for group, size in groups.sizes.items():
        rows[group] = parts_of(question, groups.of(group), size)
    cells = groups.crossed(rows, whole.hidden)

    figure = figure_of(question, groups.own)
    told = None
    if figure is not None:
        worths = worths_of(question)
        told = figure.of_group(min(worths), max(worths))
    return Answers(cells, told, is_coarse=told is None)


def _chosen_by_group(question: Question, groups: Groups, whole: Answers) -> tuple[Count, ...]:
    """Of several choices each is a table of its own: who took it and who did not, by group."""
    cells = []
    for choice, of_all in zip(question.choices, whole.cells, strict=True):
        taken = {group: groups.of(group).get(choice.code, 0) for group in groups.sizes}
        cells.append(groups.part(taken, of_all))
    return tuple(cells)


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
    shown = []
    for number, question in enumerate(definition.items, start=1):
        groups = Groups(group, counts.get(question.ordinal, {}), sizes)
        shown.append(show(question, number, groups, least=least))
    return shown


def show(
    question: Question, number: int, groups: Groups, *, least: int = SMALLEST_CELL
) -> ShownQuestion:
    """The question for the group asked for.

    Below ``least`` answers nothing is told, not even their number; open text and fewer than five
    answers have no cells.
    """
    answered = answered_count(question, groups.own)
    if 0 < answered < least:
        return ShownQuestion(question, number, Count.without(Missing.WITHHELD), Answers())

    if question.kind == Kind.TEXT or answered < SMALLEST_CELL:
        answers = Answers()
    elif groups.is_everybody:
        answers = answers_of_all(question, groups.own, groups.own_size)
    else:
        answers = answers_of_group(question, groups)
    return ShownQuestion(question, number, _answered(question, groups), answers)


def _answered(question: Question, groups: Groups) -> Count:
    """How many of the group answered the question."""
    if groups.is_everybody:
        return _answered_of_all(question, groups.own, groups.own_size)

    whole = _answered_of_all(question, groups.together(), groups.size)
    answered = {group: answered_count(question, groups.of(group)) for group in groups.sizes}
    return groups.part(answered, whole)


def _answered_of_all(question: Question, counts: Mapping[int, int], size: int) -> Count:
    """How many of ``size`` answered, as it may be told beside ``size``."""
    answered = answered_count(question, counts)
    if question.kind == Kind.TEXT:
        return Count.part_of(answered, size)
    return answered_of_all(answered, size)


# --- whether a group may be shown -----------------------------------------------------------------
def may_be_shown(
    split: Split, sizes: Mapping[object, int], n: int, *, least: int = SMALLEST_CELL
) -> bool:
    """False where the group, the rest, or another group could be computed to be one to four.

    With a larger ``least`` also where any group has fewer answers than that.
    """
    if least > SMALLEST_CELL and min(sizes.values(), default=least) < least:
        return False
    return size_of(split, sizes, n).is_shown


def size_of(split: Split, sizes: Mapping[object, int], n: int) -> Count:
    """Answers of the group asked for; withheld where it may not be shown.

    Of ``n`` in all. Groups that overlap (segments) are told in tens: two of them may differ by one
    reader.
    """
    own = sizes.get(split.group, 0)
    if not may_split(own, n):
        return Count.without(Missing.WITHHELD)
    if split.is_partition:
        shown_sizes = CountRow.of(list(sizes.values()))
        return dict(zip(sizes, shown_sizes, strict=True))[split.group]
    if len(sizes) == 1:
        return Count.of(own)
    return RoundedCount.told(in_tens(own))
