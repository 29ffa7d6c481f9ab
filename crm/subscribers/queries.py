"""Which subscribers a letter may go to."""

from collections.abc import Iterable

from django.db.models import QuerySet

from core.addresses import address_digest, address_key
from core.disclosure import Count
from crm.readers.models import Purpose, Reader
from crm.readers.queries import holders_of, on_stop_list, suppressed_among
from crm.subscribers.models import Subscriber


def reachable(purpose: str, among: Iterable[str] | None = None) -> list[Subscriber]:
    """Subscribers who asked for letters of ``purpose`` and may get one; where addresses are given,
    of these alone.

    Not those whose address refused it since, through whichever door, nor mailboxes of a reader on
    the stop list: the widow of a reader reads his mail.
    """
    asked = Subscriber.objects.wanting(purpose)
    if among is not None:
        asked = asked.filter(digest__in=list(map(address_digest, among)))
    wanting = list(asked)
    addresses = [(one.pk, one.address) for one in wanting]
    refused = suppressed_among(addresses, purpose)
    stopped = _of_stopped(wanting)
    return [one for one in wanting if one.pk not in refused | stopped]


def _of_stopped(subscribers: list[Subscriber]) -> set[int]:
    """Keys of those in whose mailbox a reader reads to whom staff have stopped everything."""
    held = holders_of(one.address for one in subscribers)
    stopped = on_stop_list(Reader.objects.filter(pk__in=held.values("pk")))
    mailboxes = set(map(address_key, stopped.values_list("email", flat=True)))
    return {one.pk for one in subscribers if address_key(one.address) in mailboxes}


def subscriptions_of(reader: Reader) -> QuerySet:
    """The subscription of the address in a reader's row, found by the address's keyed hash.

    One row or none, confirmed or only asked for; none for a reader without an address.
    """
    if not reader.email:
        return Subscriber.objects.none()
    return Subscriber.objects.filter(digest=address_digest(reader.email))


def counted() -> list[tuple[str, Count]]:
    """(purpose in words, how many asked for it and confirmed) for each purpose, in their order.

    Nobody of staff may open them, so small numbers are not told. One statement for each.
    """
    rows = []
    for purpose in Purpose:
        n = Subscriber.objects.wanting(purpose).count()
        rows.append((str(purpose.label), Count.of(n)))
    return rows
