"""Of which days it is known whether somebody borrowed from a collection."""

from datetime import date

from django.db.models import Q

from crm.collections.models import ListedCollection
from crm.readers.models import Activity
from crm.sources.coverage import shut_between
from crm.sources.days import Coverage, Told, weigh
from crm.sources.models import CoveredSpan

LOAN = Activity.Kind.LOAN.value


def compared(
    collection: ListedCollection, first: date, last: date, campus: int | None = None
) -> Coverage:
    """Of which days the loans were compared with the list: those that a file told of after the list
    was added. What came in before it names no item any more, and is no loan from elsewhere.

    ``campus``: the key of one; without it every place must be told of. Two statements.
    """
    # A span that names nothing tells of all that its source does.
    of_loans = Q(tells__contains=[LOAN]) | Q(tells=[], source__kinds__contains=[LOAN])
    spans = CoveredSpan.objects.filter(
        of_loans, source__named=True, first__lte=last, told_at__gte=collection.made_at
    )
    told = list(map(_told_of, spans.exclude(state=CoveredSpan.State.LOST)))
    return weigh(first, last, told, shut_between(first, last), campus)


def _told_of(span: CoveredSpan) -> Told:
    """A stored span as the questions about days take it, as far as it is of loans."""
    return Told(
        span.source_id,
        span.campus_id,
        span.first,
        span.last,
        whole=span.state == CoveredSpan.State.FULL,
        apart=span.apart,
        tells=frozenset({LOAN}),
    )
