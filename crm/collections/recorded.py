"""Of which days it is known whether somebody borrowed from a collection."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from crm.clock.terms_in_force import days_of
from crm.collections.models import ListedCollection
from crm.collections.terms import LISTED_LOANS
from crm.readers.models import Activity
from crm.sources.coverage import shut_between
from crm.sources.days import Coverage, Told, weigh
from crm.sources.models import CoveredSpan

LOAN = Activity.Kind.LOAN.value


def compared(
    collection: ListedCollection, first: date, last: date, campus: int | None = None
) -> Coverage:
    """Of which days it is known who borrowed from the collection: those of files whose loans were
    compared with it and all kept, as far back as such loans are kept.

    ``campus``: the key of one; without it every place must be told of. Three statements.
    """
    spans = CoveredSpan.objects.filter(
        compared__contains=[collection.pk], source__named=True, first__lte=last
    )
    kept_since = timezone.localdate() - timedelta(days=days_of(LISTED_LOANS))
    told = []
    for span in spans.filter(last__gte=kept_since):
        told.append(replace(_told_of(span), first=max(span.first, kept_since)))
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
