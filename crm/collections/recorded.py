"""Of which days it is known whether somebody borrowed from a collection."""

from datetime import date

from django.utils import timezone

from crm.collections.models import ListedCollection
from crm.readers.models import Activity
from crm.sources.coverage import shut_between, told_of
from crm.sources.days import Coverage, weigh
from crm.sources.models import CoveredSpan


def compared(
    collection: ListedCollection, first: date, last: date, campus: int | None = None
) -> Coverage:
    """Of which days the loans were compared with the list: those that a file told of after the list
    was added. What came in before it names no item any more, and is no loan from elsewhere.

    ``campus``: the key of one; without it every place must be told of. Two statements.
    """
    spans = CoveredSpan.objects.filter(
        source__named=True,
        source__kinds__overlap=[Activity.Kind.LOAN.value],
        first__lte=last,
        told_at__gte=collection.made_at,
    )
    spans = spans.exclude(state=CoveredSpan.State.LOST).select_related("source")
    return weigh(first, last, list(map(told_of, spans)), shut_between(first, last), campus)


def added_on(collection: ListedCollection) -> date:
    """The day on which the list was added, at the library."""
    return timezone.localdate(collection.made_at)
