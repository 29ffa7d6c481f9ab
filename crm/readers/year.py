"""The last twelve months of a reader, a row for each kind of what happened."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils import timezone
from django.utils.formats import date_format

from core.numbers import number
from crm.readers.parts import Gaps
from crm.readers.timeline import Happened, start_of_month
from crm.readers.words import in_month, kind_labels, sorted_kinds


@dataclass(frozen=True)
class YearOfKind:
    """One kind in the last twelve months: what it is called, a value for each month as (month in
    words, number or None where nothing was recorded), the sum in words, and when it happened last:
    a day, or a month where the day is not known.
    """

    label: str
    points: list[tuple[str, int | None]]
    told: str
    last: str


def year_of(counted: Happened, months: list[date], gaps: Gaps, say) -> list[YearOfKind]:
    """A row for each kind that happened in one of ``months`` (first days, the oldest first), the
    most frequent first; ``say`` turns a month into words.
    """
    together: Counter[str] = Counter()
    for month in months:
        together.update(counted.of(month))
    labels = kind_labels()
    rows = []
    for kind, n in sorted_kinds(together):
        value = partial(_value, counted, gaps.get(kind, set()), kind)
        points = [(say(month), value(month)) for month in months]
        last = _last_in_words(counted, kind, [month for month in months if value(month)])
        rows.append(YearOfKind(labels.get(kind, kind), points, number(n), last))
    return rows


def _last_in_words(counted: Happened, kind: str, months: list[date]) -> str:
    """When a kind happened last, of the months in which it did (the oldest first)."""
    newest = months[-1]
    last = counted.last.get(kind)
    # What has a day may be older than what is known by its month alone.
    if last is None or last < start_of_month(newest):
        return in_month(newest)
    # Within twelve months no day stands twice: its year says nothing.
    return date_format(timezone.localtime(last), "MONTH_DAY_FORMAT")


def _value(counted: Happened, unrecorded: set[date], kind: str, month: date) -> int | None:
    """How often in one month; None where it was not recorded: that is not zero."""
    n = counted.of(month)[kind]
    # What was noted all the same is a number, however little was recorded of the month.
    if not n and month in unrecorded:
        return None
    return n
