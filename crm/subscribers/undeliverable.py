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
    """Mark addresses to which a mail was refused for good, of (address, the server's reason).

    Only those that are to blame themselves: a reason that is about the sender or the letter marks
    nobody. Returns how many readers are not reachable any more.
    """
    troubles = {address: trouble_of(reason) for address, reason in refused}
    return mark_undeliverable({one: said for one, said in troubles.items() if said})


@transaction.atomic
def mark_undeliverable(troubles: dict[str, str]) -> int:
    """Keep of each address its AddressTrouble, with whoever holds the mailbox.

    Returns of how many readers it is new; subscribers are not counted. A trouble that a subscriber
    has already stays; confirming the address again ends it.
    """
    for address, trouble in troubles.items():
        known = Subscriber.objects.filter(digest=address_digest(address), trouble="")
        known.update(trouble=trouble)
    return undeliverable.mark_undeliverable(troubles)
