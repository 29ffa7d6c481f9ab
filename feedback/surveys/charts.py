"""Survey results as pages show them.

Suppressed counts, charts with their table twins, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import numbers
from core.charts import Chart, flat_bars
from core.disclosure import hide_row, hide_table
from core.estimates import Estimate
from core.localised import localised
from core.templatetags.huixiang import people
from feedback.surveys.definitions import Definition, Kind, Question
from feedback.surveys.results import answered_count, mean_of, nps_of

#: From here on a mean with one decimal leaves several ways to fill two hidden cells; below, three
#: are hidden.
MEAN_TELLS_LITTLE = 50


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
        return next(
            (localised(choice.text) for choice in question.choices if choice.code == code),
            str(code),
        )
    low, high = localised(question.low), localised(question.high)
    ends = {question.choices[0].code: low, question.choices[-1].code: high}
    return f"{code} {ends[code]}" if ends.get(code) else str(code)


def show_all(
    definition: Definition, groups: dict[int, dict], group: object, sizes: dict, as_of
) -> list[Shown]:
    """Every question for one group of ``{ordinal.

    {group: {code: n}}}``; the others decide what must be hidden.
    """
    others = [key for key in sizes if key != group]
    return [
        show(question, number, groups.get(question.ordinal, {}), [group, *others], as_of)
        for number, question in enumerate(definition.items, start=1)
    ]


def show(question: Question, number: int, by_group: dict, groups: Sequence, as_of) -> Shown:
    counts = by_group.get(groups[0], {})
    n = answered_count(question, counts)
    if question.kind == Kind.TEXT or n < 5:
        return Shown(question, number, n, None)
    codes = [choice.code for choice in question.choices]
    table = [[by_group.get(group, {}).get(code, 0) for code in codes] for group in groups]
    hidden = hide_table(table)[0] if len(groups) > 1 else table[0]
    row = hide_row(hidden, least_hidden=least_hidden(question, n))
    words = figure(question, counts, coarse=None in row)
    return Shown(question, number, n, chart(question, number, codes, row, n, as_of, words))


def least_hidden(question: Question, n: int) -> int:
    """Two hidden cells could be solved from an exact mean beside them.

    Few answers make even a rounded one exact.
    """
    has_mean = question.kind in (Kind.SCALE, Kind.NPS)
    return 3 if has_mean and n < MEAN_TELLS_LITTLE else 2


def figure(question: Question, counts: dict[int, int], coarse: bool) -> str:
    """Mean or NPS in words.

    Beside hidden cells the mean is rounded and bare: they could be solved from it.
    """
    if question.kind == Kind.SCALE:
        found, digits, name = mean_of(counts, lowest=1, highest=question.top), 2, _("mean")
    elif question.kind == Kind.NPS:
        found, digits, name = nps_of(counts), 0, "NPS"
    else:
        return ""
    if coarse:
        return f"{name} {numbers.number(found.value, min(digits, 1))}"
    return f"{name} {numbers.number(found.value, digits)}" + bounds(found, digits)


def bounds(found: Estimate, digits: int) -> str:
    """ " (95 % interval 3.12 to 4.01)", or nothing where there is no interval."""
    if found.interval is None:
        return ""
    low, high = found.interval
    words = _("%(level)d %% interval %(low)s to %(high)s") % {
        "level": found.percent_level,
        "low": numbers.number(low, digits),
        "high": numbers.number(high, digits),
    }
    return f" ({words})"


def chart(
    question: Question, number: int, codes: list[int], row: list, n: int, as_of, note: str
) -> Chart:
    """Bars and table twin of one question.

    ``row`` holds the counts in the order of ``codes``, None where hidden.
    """
    labels = [label(question, code) for code in codes]
    # Two options may read alike; Plotly would put them on one bar.
    bars = [shorten(text) + "\u200b" * place for place, text in enumerate(labels)]
    rows = [
        (text, people_cell(count), "–" if count is None else numbers.per_hundred(100 * count / n))
        for text, count in zip(labels, row, strict=True)
    ]
    return Chart(
        id=f"item-{question.ordinal}",
        figure=flat_bars(bars, row, height=max(170, 46 + 34 * len(codes))),
        caption=_("Readers by their answer to question %(n)s") % {"n": number},
        columns=[_("Answer"), _("Readers"), _("Share")],
        rows=rows,
        n=n,
        as_of=as_of,
        note=" · ".join(
            filter(None, [note, _("cells under five persons are hidden") if None in row else ""])
        ),
    )


def people_cell(count: int | None) -> str:
    return _("hidden") if count is None else people(count)


def shorten(text: str, most: int = 26) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True)
class Cross:
    """A table of two questions: ``rows`` are (label, cells, total); None is a hidden cell."""

    first: Question
    second: Question
    columns: list[str]
    rows: list[tuple[str, list[str], str]]
    totals: list[str]
    n: int


def cross(first: Question, second: Question, counts: dict[tuple[int, int], int]) -> Cross:
    rows = [choice.code for choice in first.choices]
    columns = [choice.code for choice in second.choices]
    table = [[counts.get((a, b), 0) for b in columns] for a in rows]
    hidden = hide_table(table)
    sums = hide_row([sum(row) for row in table])
    totals = hide_row([sum(column) for column in zip(*table, strict=True)])
    return Cross(
        first,
        second,
        [label(second, b) for b in columns],
        [
            (label(first, a), [people_cell(cell) for cell in row], people_cell(total))
            for a, row, total in zip(rows, hidden, sums, strict=True)
        ],
        [people_cell(total) for total in totals],
        sum(counts.values()),
    )
