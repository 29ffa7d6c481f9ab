"""Of which days it is known whether somebody borrowed from a collection."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone

from crm.clock.terms_in_force import days_of
from crm.collections.models import ListedCollection
from crm.collections.terms import LISTED_LOANS
from crm.readers.models import Activity
from crm.sources.coverage import shut_between
from crm.sources.days import Coverage, Shut, Told, weigh
from crm.sources.models import CoveredSpan

LOAN = Activity.Kind.LOAN.value


class ComparedDays:
    """Of which days it is known who borrowed from a listed collection, for any number of them: what
    was compared, and when the library was shut, is read once.
    """

    def __init__(self, first: date, last: date):
        """Of days from ``first`` to ``last``, both among them. Runs no statement."""
        self.first, self.last = first, last
        self.kept_since = timezone.localdate() - timedelta(days=days_of(LISTED_LOANS))

    @cached_property
    def spans(self) -> list[CoveredSpan]:
        """Days of loans that were compared with any list. One statement."""
        spans = CoveredSpan.objects.filter(source__named=True, first__lte=self.last)
        spans = spans.select_related("source")
        return list(spans.exclude(compared=[]).filter(last__gte=self.kept_since))

    @cached_property
    def shut(self) -> list[Shut]:
        """Closed days of all places. One statement."""
        return shut_between(self.first, self.last)

    def of(
        self, collection: ListedCollection, first: date, last: date, campus: int | None = None
    ) -> Coverage:
        """The days of one collection; see ``compared``. ``first`` and ``last`` lie within those
        that were read.
        """
        told = []
        for span in self.spans:
            if collection.pk in span.compared and span.first <= last:
                told.append(replace(_told_of(span), first=max(span.first, self.kept_since)))
        return weigh(first, last, told, self.shut, campus)


def compared(
    collection: ListedCollection, first: date, last: date, campus: int | None = None
) -> Coverage:
    """Of which days it is known who borrowed from the collection: those of files whose loans were
    compared with it and all kept, as far back as such loans are kept.

    ``campus``: the key of one; without it every place must be told of. Three statements.
    """
    return ComparedDays(first, last).of(collection, first, last, campus)


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
        regular=span.source.is_regular,
    )
