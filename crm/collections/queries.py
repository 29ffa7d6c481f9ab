"""Who borrowed from a collection, as a number of persons."""

from dataclasses import dataclass

from django.db.models import QuerySet

from core.disclosure import Count
from crm.collections.models import ListedCollection, ListedLoan
from crm.readers.models import Reader
from crm.staff.models import User

#: What statements of other apps may name.
READABLE = ("crm_listedloan",)


@dataclass(frozen=True)
class CollectionLine:
    """A collection and how many of the viewer's readers borrowed from it."""

    collection: ListedCollection
    readers: Count


def borrowers(collection: ListedCollection, of: QuerySet[Reader]) -> QuerySet[Reader]:
    """Those readers of ``of`` who borrowed something in the collection, each once.

    Only loans that were compared with it count: those that came in while the list was there.
    """
    loans = ListedLoan.objects.filter(collection=collection)
    return of.filter(pk__in=loans.values("reader"))


def collection_lines(user: User) -> list[CollectionLine]:
    """All collections by name, with the readers whom ``user`` may open. Two statements for each.

    The numbers are protected as those for everybody.
    """
    visible = Reader.objects.visible_to(user)
    found = []
    for collection in ListedCollection.objects.defer("digests"):
        readers = Count.of(borrowers(collection, visible).count())
        found.append(CollectionLine(collection, readers))
    return found
