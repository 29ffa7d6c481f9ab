"""Who borrowed from a collection, as a number of persons."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from core.disclosure import Count
from crm.collections.models import ListedCollection, ListedLoan
from crm.readers.models import Reader
from crm.staff.models import User

#: What statements of other apps may name.
READABLE = ("crm_listedloan",)


@dataclass(frozen=True)
class CollectionLine:
    """A collection and how many of the viewer's readers borrowed from it; ``last``: the last day of
    such a loan, None where the number is not told.
    """

    collection: ListedCollection
    readers: Count
    last: date | None


def borrowers(collection: ListedCollection, of: QuerySet[Reader]) -> QuerySet[Reader]:
    """Those readers of ``of`` who borrowed something in the collection, each once.

    Only loans that were compared with it count: those that came in while the list was there.
    """
    loans = ListedLoan.objects.filter(collection=collection)
    return of.filter(pk__in=loans.values("reader"))


def collection_lines(user: User) -> list[CollectionLine]:
    """All collections by name, with the readers whom ``user`` may open. Three statements for each.

    The numbers are protected as those for everybody; a last day is told only beside a number.
    """
    visible = Reader.objects.visible_to(user)
    found = []
    for collection in ListedCollection.objects.defer("digests"):
        readers = Count.of(borrowers(collection, visible).count())
        last = None
        if readers.is_shown and not readers.is_zero:
            mine = collection.loans.filter(reader__in=visible)
            last = mine.aggregate(day=Max("day"))["day"]
        found.append(CollectionLine(collection, readers, last))
    return found
