"""Survey results as charts with their table twins, and two questions as a table. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import numbers
from core.charts import Chart, flat_bars, heights
from core.disclosure import Count, CountTable, Missing
from core.localised import localised
from feedback.surveys.definitions import Kind, Question
from feedback.surveys.figures import ShownQuestion

#: Characters of a label beside a bar.
LONGEST_LABEL = 26


def label(question: Question, code: int) -> str:
    """What an answer says: the option's text, or the number with its end word."""
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE):
        for choice in question.choices:
            if choice.code == code:
                return localised(choice.text)
        return str(code)
    lowest, highest = question.choices[0].code, question.choices[-1].code
    ends = {lowest: localised(question.low), highest: localised(question.high)}
    word = ends.get(code)
    if word:
        return f"{code} {word}"
    return str(code)


@dataclass(frozen=True)
class Card:
    """A question on the page; ``chart`` is None for open text and for fewer than five answers."""

    shown: ShownQuestion
    chart: Chart | None


def cards(shown: Sequence[ShownQuestion], as_of: date) -> list[Card]:
    found = []
    for one in shown:
        found.append(Card(one, chart(one, as_of) if one.answers.cells else None))
    return found


def chart(shown: ShownQuestion, as_of: date) -> Chart:
    """Bars and table twin of one question."""
    question, answers = shown.question, shown.answers
    labels = [label(question, choice.code) for choice in question.choices]
    # Two options may read alike; Plotly would put them on one bar.
    bars = [shorten(text) + "\u200b" * place for place, text in enumerate(labels)]
    rows = []
    for text, count in zip(labels, answers.cells, strict=True):
        rows.append((text, count, share_cell(count, shown.n)))
    notes = []
    if answers.figure is not None:
        notes.append(str(answers.figure))
    if answers.hides_some:
        notes.append(_("cells under five persons are hidden"))
    return Chart(
        id=f"item-{question.ordinal}",
        figure=flat_bars(bars, heights(answers.cells), height=max(170, 46 + 34 * len(labels))),
        caption=_("Readers by their answer to question %(n)s") % {"n": shown.number},
        columns=[_("Answer"), _("Readers"), _("Share")],
        rows=rows,
        n=shown.n,
        as_of=as_of,
        note=" · ".join(notes),
    )


def share_cell(count: Count, n: Count) -> str:
    """What a cell is of all who answered, in per cent."""
    if count.public_number is None:
        return numbers.percent(Missing.WITHHELD)
    return numbers.percent(count.public_number / n.public_number)


def shorten(text: str) -> str:
    if len(text) <= LONGEST_LABEL:
        return text
    return text[: LONGEST_LABEL - 1] + "…"


@dataclass(frozen=True)
class Cross:
    """A table of two questions: ``rows`` are (label, cells, total)."""

    first: Question
    second: Question
    columns: list[str]
    rows: list[tuple[str, tuple[Count, ...], Count]]
    totals: tuple[Count, ...]
    n: Count


def cross(first: Question, second: Question, counts: Mapping[tuple[int, int], int]) -> Cross:
    """Small cells and small totals hidden, and what either could be computed from."""
    found = []
    for row in first.choices:
        found.append([counts.get((row.code, column.code), 0) for column in second.choices])
    table = CountTable.of(found)
    labels = [label(first, choice.code) for choice in first.choices]
    return Cross(
        first=first,
        second=second,
        columns=[label(second, choice.code) for choice in second.choices],
        rows=list(zip(labels, table.rows, table.row_totals, strict=True)),
        totals=table.column_totals,
        n=table.total,
    )
