"""Survey results as charts with their table twins, and two questions as a table. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import numbers
from core.charts import Chart, flat_bars
from core.disclosure import Count, CrossedTable, Missing, RoundedCount
from core.localised import localised
from feedback.surveys import words
from feedback.surveys.definitions import Question
from feedback.surveys.figures import ShownQuestion
from feedback.surveys.models import Item
from feedback.surveys.queries import WholeAnswers

#: Characters of a label above a bar: so many Chinese ones are as wide as a phone.
LONGEST_LABEL = 22
#: Pixels of a chart: axis and margins, each bar, and the least, so that a title fits beside it.
AXIS_HEIGHT = 46
BAR_HEIGHT = 34
LEAST_HEIGHT = 170
NO_SPACE = "\u200b"


def labels_of(question: Question) -> list[str]:
    """What each of its answers says, in the order of the choices."""
    return [label(question, code) for code in question.codes]


def label(question: Question, code: int) -> str:
    """What an answer says, in the current language: the option's text, or the number with the word
    at its end of the scale.
    """
    if question.kind in Item.WITH_OPTIONS:
        return _option_label(question, code)

    lowest = question.choices[0].code
    highest = question.choices[-1].code
    words = {lowest: localised(question.low), highest: localised(question.high)}
    word = words.get(code)
    if word:
        return f"{code} {word}"
    return str(code)


def _option_label(question: Question, code: int) -> str:
    """The option's text in the current language; the code itself where no option has it."""
    for choice in question.choices:
        if choice.code == code:
            return localised(choice.text)
    return str(code)


@dataclass(frozen=True)
class Card:
    """A question on the page; ``chart`` is None for open text and for fewer than five answers."""

    shown: ShownQuestion
    chart: Chart | None

    @property
    def is_open_text(self) -> bool:
        """True where the answers were written: they are read, not counted."""
        return self.shown.question.kind == Item.Kind.TEXT


def cards(shown: Sequence[ShownQuestion], as_of: date) -> list[Card]:
    """One card per question, in their order; without a chart where the answers have no cells."""
    found = []
    for one in shown:
        picture = None
        if one.answers.cells:
            picture = chart(one, as_of)
        found.append(Card(one, picture))
    return found


def chart(shown: ShownQuestion, as_of: date) -> Chart:
    """Bars and table twin of one question that has cells; a note says how its mean is told."""
    question, answers = shown.question, shown.answers
    labels = labels_of(question)
    rows, sentences = [], []
    for text, count in zip(labels, answers.cells, strict=True):
        share = share_of(count, shown.n)
        rows.append((text, count, numbers.percent(share)))
        sentences.append(answer_in_words(text, count, share, shown.n))

    notes = []
    if answers.figure is not None:
        notes.append(str(answers.figure))
    if answers.is_rounded:
        notes.append(_("told in tens; fewer than ten are not shown"))
    elif answers.is_coarse:
        notes.append(words.why_coarse(answers.figure))

    bars = flat_bars(
        _bar_names(labels),
        answers.cells,
        sentences=sentences,
        height=max(LEAST_HEIGHT, AXIS_HEIGHT + BAR_HEIGHT * len(labels)),
    )
    return Chart(
        id=f"item-{question.ordinal}",
        figure=bars,
        caption=_("Readers by their answer to question %(n)s") % {"n": shown.number},
        columns=[_("Answer"), _("Readers"), pgettext("of answers", "Share")],
        rows=rows,
        n=shown.n,
        as_of=as_of,
        note=" · ".join(notes),
    )


def answer_in_words(answer: str, count: Count, share: float | Missing, n: Count) -> str:
    """What a bar says: how many gave the answer, what part of all that is, and of how many."""
    told, whole = count.protected(), n.protected()
    parts = {"answer": answer, "n": told, "share": numbers.percent(share), "whole": whole}
    if not told.is_shown:
        return _("%(answer)s: %(n)s") % parts
    if isinstance(share, Missing):
        return _("%(answer)s: %(n)s readers") % parts
    return _("%(answer)s: %(n)s readers, %(share)s of n=%(whole)s") % parts


def _bar_names(labels: Sequence[str]) -> list[str]:
    """Two options may read alike, and Plotly would put them on one bar: spaces that nobody sees
    tell them apart.
    """
    names = []
    for place, text in enumerate(labels):
        names.append(shorten(text) + NO_SPACE * place)
    return names


def share_of(count: Count, n: Count) -> float | Missing:
    """What a cell is of all who answered, between 0 and 1.

    Withheld where either is, where nobody answered, and where the whole is told less exactly than
    the part.
    """
    part, whole = count.public_number, n.public_number
    if part is None or not whole:
        return Missing.WITHHELD
    # Of a whole that is told as less than it is, no part may be taken.
    whole_alone_is_rounded = isinstance(n, RoundedCount) and not isinstance(count, RoundedCount)
    if part > whole or whole_alone_is_rounded:
        return Missing.WITHHELD
    return part / whole


def shorten(text: str) -> str:
    """A label no longer than ``LONGEST_LABEL`` characters, with an ellipsis
    where it was cut off.
    """
    if len(text) <= LONGEST_LABEL:
        return text
    kept = text[: LONGEST_LABEL - 1]
    return f"{kept}…"


@dataclass(frozen=True)
class Cross:
    """A table of two questions: ``rows`` are (label, cells), the cells in tens and without sums."""

    first: Question
    second: Question
    columns: list[str]
    rows: list[tuple[str, tuple[RoundedCount, ...]]]
    tells_any: bool


def cross(
    of_first: ShownQuestion,
    of_second: ShownQuestion,
    counts: Mapping[tuple[int, int], int],
    whole: WholeAnswers,
) -> Cross:
    """Two questions against each other; ``counts`` are {(code of first, code of second): n}.

    Who answered one of them and not the other is in no cell, and is looked at all the same: the
    results of the questions tell how many answered each.
    """
    first, second = of_first.question, of_second.question
    # In one order however the table is turned, so that both ways hide the same cells.
    if first.ordinal > second.ordinal:
        turned = {(row, column): n for (column, row), n in counts.items()}
        table = _crossed(of_second, of_first, turned, whole).turned()
    else:
        table = _crossed(of_first, of_second, counts, whole)

    row_labels = labels_of(first)
    column_labels = labels_of(second)
    return Cross(
        first=first,
        second=second,
        columns=column_labels,
        rows=list(zip(row_labels, table.rows, strict=True)),
        tells_any=table.tells_any,
    )


def _crossed(
    of_first: ShownQuestion,
    of_second: ShownQuestion,
    counts: Mapping[tuple[int, int], int],
    whole: WholeAnswers,
) -> CrossedTable:
    """The table with a last row and a last column of those who left a question empty."""
    first, second = of_first.question, of_second.question
    rows = []
    for row in first.choices:
        cells = [counts.get((row.code, column.code), 0) for column in second.choices]
        only_first = whole.of(first, row.code) - sum(cells)
        rows.append([*cells, only_first])

    only_second = []
    for place, column in enumerate(second.choices):
        both = sum(cells[place] for cells in rows)
        only_second.append(whole.of(second, column.code) - both)
    neither = whole.size - sum(map(sum, rows)) - sum(only_second)
    return CrossedTable.of(
        [*rows, [*only_second, neither]],
        hidden_rows=of_first.answers.hidden,
        hidden_columns=of_second.answers.hidden,
        unprinted_row=True,
        unprinted_column=True,
    )
