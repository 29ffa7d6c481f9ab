"""Survey results as pages show them.

Suppressed counts, charts with their table twins, no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import numbers
from core.charts import Chart, flat_bars
from core.disclosure import SMALLEST_CELL, hide_row, hide_table
from core.estimates import Estimate
from core.localised import localised
from core.templatetags.huixiang import people
from feedback.surveys.definitions import Definition, Kind, Question
from feedback.surveys.queries import GroupedCounts
from feedback.surveys.results import answered_count, mean_of, nps_of

#: From here on a mean with one decimal leaves several ways to fill two hidden cells; below, three
#: are hidden.
MEAN_TELLS_LITTLE = 50
#: Characters of a label beside a bar.
LONGEST_LABEL = 26


@dataclass(frozen=True)
class Shown:
    """One question's results as they may be seen.

    ``chart`` is None for open text and for fewer than five answers.
    """

    question: Question
    number: int
    n: int
    chart: Chart | None


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


def show_all(
    definition: Definition,
    counts: GroupedCounts,
    group: object,
    sizes: Mapping[object, int],
    as_of: date,
) -> list[Shown]:
    """Every question for one group; the other groups decide what must be hidden."""
    groups = [group, *(other for other in sizes if other != group)]
    shown = []
    for number, question in enumerate(definition.items, start=1):
        by_group = counts.get(question.ordinal, {})
        shown.append(show(question, number, by_group, groups, as_of))
    return shown


def show(
    question: Question, number: int, by_group: Mapping, groups: Sequence, as_of: date
) -> Shown:
    """The first of ``groups``; ``by_group`` is {group: {code: n}}."""
    counts = by_group.get(groups[0], {})
    n = answered_count(question, counts)
    if question.kind == Kind.TEXT or n < SMALLEST_CELL:
        return Shown(question, number, n, None)
    row = visible_counts(question, by_group, groups)
    note = figure(question, counts, coarse=None in row)
    return Shown(question, number, n, chart(question, number, row, n, as_of, note))


def visible_counts(question: Question, by_group: Mapping, groups: Sequence) -> list[int | None]:
    """Counts of the first group in the order of the choices, None where hidden.

    Hidden among its own answers, and against the other groups: they and the total give it away.
    """
    table = []
    for group in groups:
        counts = by_group.get(group, {})
        table.append([counts.get(choice.code, 0) for choice in question.choices])
    own = table[0]
    n = answered_count(question, by_group.get(groups[0], {}))
    if len(groups) > 1:
        own = hide_table(table)[0]
    return hide_row(own, least_hidden=least_hidden(question, n))


def least_hidden(question: Question, n: int) -> int:
    """Two hidden cells could be solved from an exact mean beside them.

    Few answers make even a rounded one exact.
    """
    has_mean = question.kind in (Kind.SCALE, Kind.NPS)
    if has_mean and n < MEAN_TELLS_LITTLE:
        return 3
    return 2


@dataclass(frozen=True)
class QuestionFigure:
    """The one number of a question: a mean or an NPS, printed with so many ``digits``."""

    name: str
    found: Estimate
    digits: int


def figure_of(question: Question, counts: Mapping[int, int]) -> QuestionFigure | None:
    """None for questions whose answers have no mean."""
    if question.kind == Kind.SCALE:
        return QuestionFigure(_("mean"), mean_of(counts, lowest=1, highest=question.top), 2)
    if question.kind == Kind.NPS:
        return QuestionFigure("NPS", nps_of(counts), 0)
    return None


def figure(question: Question, counts: Mapping[int, int], *, coarse: bool) -> str:
    """Mean or NPS in words.

    Beside hidden cells (``coarse``) it is rounded and bare: they could be solved from it.
    """
    own = figure_of(question, counts)
    if own is None:
        return ""
    if coarse:
        return f"{own.name} {numbers.number(own.found.value, min(own.digits, 1))}"
    return f"{own.name} {numbers.number(own.found.value, own.digits)}{bounds(own)}"


def bounds(figure: QuestionFigure) -> str:
    """ " (95 % interval 3.12 to 4.01)", or nothing where there is no interval."""
    if figure.found.interval is None:
        return ""
    low, high = figure.found.interval
    words = _("%(level)d %% interval %(low)s to %(high)s") % {
        "level": figure.found.percent_level,
        "low": numbers.number(low, figure.digits),
        "high": numbers.number(high, figure.digits),
    }
    return f" ({words})"


def chart(
    question: Question, number: int, row: Sequence[int | None], n: int, as_of: date, note: str
) -> Chart:
    """Bars and table twin of one question.

    ``row`` holds the counts in the order of the choices, None where hidden.
    """
    labels = [label(question, choice.code) for choice in question.choices]
    # Two options may read alike; Plotly would put them on one bar.
    bars = [shorten(text) + "\u200b" * place for place, text in enumerate(labels)]
    notes = [note]
    if None in row:
        notes.append(_("cells under five persons are hidden"))
    return Chart(
        id=f"item-{question.ordinal}",
        figure=flat_bars(bars, row, height=max(170, 46 + 34 * len(labels))),
        caption=_("Readers by their answer to question %(n)s") % {"n": number},
        columns=[_("Answer"), _("Readers"), _("Share")],
        rows=[
            (text, people_cell(count), share_cell(count, n))
            for text, count in zip(labels, row, strict=True)
        ],
        n=n,
        as_of=as_of,
        note=" · ".join(filter(None, notes)),
    )


def people_cell(count: int | None) -> str:
    if count is None:
        return _("hidden")
    return people(count)


def share_cell(count: int | None, n: int) -> str:
    if count is None:
        return "–"
    return numbers.per_hundred(100 * count / n)


def shorten(text: str) -> str:
    if len(text) <= LONGEST_LABEL:
        return text
    return text[: LONGEST_LABEL - 1] + "…"


@dataclass(frozen=True)
class Cross:
    """A table of two questions: ``rows`` are (label, cells, total), in words fit to be seen."""

    first: Question
    second: Question
    columns: list[str]
    rows: list[tuple[str, list[str], str]]
    totals: list[str]
    n: int


def cross(first: Question, second: Question, counts: Mapping[tuple[int, int], int]) -> Cross:
    """Small cells and small totals hidden, and what either could be computed from."""
    table = []
    for row in first.choices:
        table.append([counts.get((row.code, column.code), 0) for column in second.choices])
    cells = hide_table(table)
    row_totals = hide_row([sum(row) for row in table])
    column_totals = hide_row([sum(column) for column in zip(*table, strict=True)])

    rows = []
    for choice, row, total in zip(first.choices, cells, row_totals, strict=True):
        printed = [people_cell(cell) for cell in row]
        rows.append((label(first, choice.code), printed, people_cell(total)))
    return Cross(
        first=first,
        second=second,
        columns=[label(second, choice.code) for choice in second.choices],
        rows=rows,
        totals=[people_cell(total) for total in column_totals],
        n=sum(counts.values()),
    )
