"""Whose number it is: numbers of readers are one in several writings (``core.addresses``)."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Exact, In

from core.addresses import number_key, number_key_of
from crm.readers.models import Identity, Reader


def written_so(numbers: Iterable[str], column: str = "number") -> Q:
    """Rows whose ``column`` holds one of the numbers, in whichever writing: capitals and blanks do
    not matter.
    """
    keys = sorted(set(map(number_key, numbers)))
    key = number_key_of(column)
    # Most numbers are their own key, and those are found by the index that holds them unique.
    is_another_writing = ~Q(Exact(F(column), key))
    return Q(**{f"{column}__in": keys}) | (is_another_writing & Q(In(key, keys)))


def has_number(number: str) -> Q:
    """Readers who bear the number in one of the systems, as a first or a further one and in
    whichever writing.
    """
    return Q(pk__in=_bearers(number))


def of_reader_numbered(number: str) -> Q:
    """Rows with a key ``reader`` to somebody who bears the number, as ``has_number`` says it."""
    return Q(reader__in=_bearers(number))


def _bearers(number: str) -> QuerySet:
    """Keys of who bears the number; both tables are asked by their indexes, which a condition with
    OR over the two of them could not.
    """
    written = written_so([number])
    first = Reader.objects.filter(written).values("pk")
    return first.union(Identity.objects.filter(written).values("reader"))


def numbered(system: str, numbers: Iterable[str]) -> set[int]:
    """Keys of the readers who bear one of these numbers of the system, as a first or a further one
    and in whichever writing.
    """
    written = written_so(numbers)
    first = Reader.objects.filter(written, source=system)
    further = Identity.objects.filter(written, system=system)
    return {*first.values_list("pk", flat=True), *further.values_list("reader", flat=True)}


def numbers_of(reader: Reader) -> list[tuple[str, str]]:
    """(code of the system, number) of a reader, the first one first."""
    further = reader.identities.values_list("system", "number")
    return [(reader.source, reader.number), *further]


def bears(reader: Reader, number: str) -> bool:
    """Whether the reader bears the number in one of the systems, as a first or a further one and in
    whichever writing. One statement.
    """
    key = number_key(number)
    return any(number_key(own) == key for _system, own in numbers_of(reader))
