"""Addresses that no letter reaches, as mail servers say of them; the way back is a verb
(``actions.try_address_again``), or another address.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from crm.letters.troubles import trouble_of
from crm.readers.models import Reader
from crm.readers.queries import holders_of
from crm.staff import audit
from crm.staff.words import AuditAction


def note_refusals(refused: Iterable[tuple[str, str]]) -> int:
    """Of (address, reason why a mail to it was refused for good) mark those that are to blame
    themselves; returns how many readers are not reachable any more.
    """
    found = {}
    for address, reason in refused:
        trouble = trouble_of(reason)
        if trouble:
            found[address] = trouble
    return mark_undeliverable(found)


def mark_undeliverable(troubles: dict[str, str]) -> int:
    """Keep of each address its AddressTrouble, with every reader who holds the mailbox; what is
    known already stays as it is. Returns how many readers it is new of.
    """
    marked = 0
    # One by one: whoever holds several rows at once may wait for an import that waits for them.
    for address in sorted(troubles):
        marked += _mark(address, troubles[address])
    return marked


@transaction.atomic
def _mark(address: str, trouble: str) -> int:
    """How many readers of the mailbox it is new of; each of them gets an audit row."""
    held = Reader.objects.select_for_update(of=("self",)).filter(email_trouble="")
    rows = list(held.filter(pk__in=holders_of([address]).values("pk")).order_by("pk"))
    now = timezone.now()
    for reader in rows:
        Reader.objects.filter(pk=reader.pk).update(
            email_trouble=trouble, email_trouble_at=now, updated_at=now
        )
        audit.record(action=AuditAction.ADDRESS_TROUBLE, by=None, on=reader, trouble=trouble)
    return len(rows)
