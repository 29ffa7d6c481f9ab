"""What a mark of a chart says: one sentence, shown on hover and read out on focus."""

import re
from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.charts.counts import cell_text, drawn_interval
from core.disclosure import Count
from core.numbers import interval

#: How months and days are written along an axis; whether the calendar has them is another question.
MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def month_of(label) -> date | None:
    """The first day of the month that a label names ("2026-03"); None of any other label."""
    text = str(label)
    if MONTH.fullmatch(text):
        return _in_the_calendar(f"{text}-01")
    return None


def day_of(label) -> date | None:
    """The day that a label names ("2026-03-09"); None of any other label."""
    text = str(label)
    if DAY.fullmatch(text):
        return _in_the_calendar(text)
    return None


def _in_the_calendar(text: str) -> date | None:
    """The day of an ISO date; None where the calendar has no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def in_words(label) -> str:
    """A label of an axis as a sentence says it: months and ISO days by the language's own rule.

    "2026-03" → "2026年3月" and "March 2026"; any other label as it is, "2026-13" too.
    """
    if month := month_of(label):
        return date_format(month, "YEAR_MONTH_FORMAT")
    if day := day_of(label):
        return date_format(day, "DATE_FORMAT")
    return str(label)


def of_value(label, name: str, value) -> str:
    """A value of a series: "2026年3月：读者 118", or that it is not shown or not measured.

    ``value`` is a Count, a number or None.
    """
    said = _("%(label)s: %(series)s %(value)s")
    return said % {"label": in_words(label), "series": name, "value": cell_text(value)}


def of_values(labels: Sequence, name: str, values: Sequence) -> list[str]:
    """The sentence of each value of a series, in the order of the labels."""
    sentences = []
    for label, value in zip(labels, values, strict=True):
        sentences.append(of_value(label, name, value))
    return sentences


def of_row(label: str, value) -> str:
    """A value that has a label and no series: "临江大学：96,480"."""
    return _("%(label)s: %(value)s") % {"label": label, "value": cell_text(value)}


def of_interval(
    label: str,
    point: float | None,
    bounds: tuple[float, float] | None,
    n: Count | int | None = None,
) -> str:
    """An estimate with its interval and the number it rests on: "海报：8.2（3.1–13.3），n=318".

    Without ``n`` where that is not told; "not measured" where there is no estimate.
    """
    if drawn_interval(point, bounds) is None:
        return of_row(label, None)
    parts = {
        "label": label,
        "value": cell_text(point),
        "interval": interval_text(bounds),
        "n": cell_text(n),
    }
    if is_told(n):
        return _("%(label)s: %(value)s (%(interval)s), n=%(n)s") % parts
    return _("%(label)s: %(value)s (%(interval)s)") % parts


def of_estimate(label: str, printed: str | None, n: Count | int | None = None) -> str:
    """An estimate as its page prints it: "海报：14.8 %（13.2–16.7 %），n=318".

    "not measured" where ``printed`` is None; without ``n`` where that is not told.
    """
    if is_told(n):
        parts = {"label": label, "printed": cell_text(printed), "n": cell_text(n)}
        return _("%(label)s: %(printed)s, n=%(n)s") % parts
    return of_row(label, printed)


def is_told(n: Count | int | None) -> bool:
    """Whether a sentence may say a number: it is known, and everybody may be told it."""
    if isinstance(n, Count):
        return n.protected().is_shown
    return n is not None


def interval_text(bounds: tuple[float, float]) -> str:
    """The two ends of an interval, as a table prints them: "3.1–13.3"."""
    low, high = bounds
    return interval(cell_text(low), cell_text(high))
