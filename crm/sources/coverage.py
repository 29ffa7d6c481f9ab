"""The one question for whoever shows, compares or judges a figure: was it recorded at all?"""

from collections.abc import Iterable
from datetime import date

from crm.readers.models import Activity
from crm.sources.days import Coverage, Recorded, Shut, Told, days_of, weigh
from crm.sources.models import ClosedSpan, CoveredSpan, DataSource

#: What the portal writes down itself, on every day: of these no day is ever missing.
OWN_KINDS = frozenset(
    {
        Activity.Kind.CLICK,
        Activity.Kind.ANSWER,
        Activity.Kind.VOICE,
        Activity.Kind.CONTRIBUTION,
    }
)


def covered(
    kinds: str | Iterable[str], first: date, last: date, campus: int | None = None
) -> Coverage:
    """Of which days from ``first`` to ``last`` activities of ``kinds`` are recorded.

    Of several kinds those that some source tells of must all be there; one that no source ever told
    of is nothing that the library records, and is missed only where it is asked for alone.
    ``campus``: the key of one; without it every place must be recorded. Two statements, for any
    number of days.
    """
    asked = {kinds} if isinstance(kinds, str) else set(kinds)
    recorded_elsewhere = asked - OWN_KINDS
    if not recorded_elsewhere:
        return Coverage(dict.fromkeys(days_of(first, last), Recorded.FULL))
    return weigh(first, last, told_of(recorded_elsewhere, last), shut_between(first, last), campus)


def told_of(kinds: Iterable[str], last: date) -> list[Told]:
    """What all sources of these kinds told of days up to ``last``, however long ago.

    A source that was taken out of service counts as telling all from then on.
    """
    spans = CoveredSpan.objects.filter(source__kinds__overlap=list(kinds), first__lte=last)
    found = []
    ends = {}
    for span in spans.select_related("source"):
        whole = span.state == CoveredSpan.State.FULL
        found.append(Told(span.source_id, span.campus_id, span.first, span.last, whole))
        if span.source.until and span.source.until < last:
            ends[span.source_id] = span.source.until
    for source, until in ends.items():
        found.append(Told(source, None, until, last))
    return found


def shut_between(first: date, last: date) -> list[Shut]:
    rows = ClosedSpan.objects.filter(first__lte=last, last__gte=first)
    return [Shut(row.campus_id, row.first, row.last) for row in rows]


def kinds_recorded(kinds: Iterable[str]) -> set[str]:
    """Those of ``kinds`` that the portal writes down itself or that some source has told of."""
    asked = set(kinds)
    told = DataSource.objects.filter(spans__isnull=False, kinds__overlap=list(asked))
    found = asked & OWN_KINDS
    for listed in told.values_list("kinds", flat=True).distinct():
        found |= asked & set(listed)
    return found
