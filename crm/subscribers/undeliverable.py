"""Mailboxes that no letter reaches, of readers and of subscribers alike.

The doors by which mail servers say so (``LETTERS_REFUSED``, returned mail) call these, and readers
are marked by their own room.
"""

from collections.abc import Iterable

from django.db import transaction

from core.addresses import address_digest
from crm.letters.troubles import trouble_of
from crm.readers import undeliverable
from crm.subscribers.models import Subscriber


def note_refusals(refused: Iterable[tuple[str, str]]) -> int:
    """Of (address, reason why a mail to it was refused for good) mark those that are to blame
    themselves; returns how many readers are not reachable any more.
    """
    troubles = {address: trouble_of(reason) for address, reason in refused}
    return mark_undeliverable({one: said for one, said in troubles.items() if said})


@transaction.atomic
def mark_undeliverable(troubles: dict[str, str]) -> int:
    """Keep of each address its AddressTrouble, with whoever holds the mailbox; returns of how many
    readers it is new. A subscriber comes back by confirming the address again.
    """
    for address, trouble in troubles.items():
        known = Subscriber.objects.filter(digest=address_digest(address), trouble="")
        known.update(trouble=trouble)
    return undeliverable.mark_undeliverable(troubles)
