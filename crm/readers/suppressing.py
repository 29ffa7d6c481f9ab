"""The list of addresses that nothing is sent to any more: how a person's own no gets onto it.

What a joining of two records put there (``Suppression.JOINED``) goes with the joining. A no that is
said meanwhile, through whichever door, makes it the person's own, which stays.
"""

from collections.abc import Iterable

from django.db import transaction

from core.addresses import address_digest
from crm.readers import withdrawn
from crm.readers.models import ContactChannel, Reader, Suppression
from crm.readers.queries import addresses_of
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


def suppress_addresses(
    reader: Reader, channel: str, purpose: str, *, source: str, by: User | None
) -> None:
    """Put the reader's address on the suppression list for one purpose, and those they had.

    Part of a verb: to be called in its transaction. The trail gets a row where any was new.
    """
    is_new = False
    for address in sorted(addresses_of(reader, channel)):
        is_new |= _refuse(channel, purpose, address_digest(address))
    if is_new:
        audit.record(
            action=AuditAction.ADDRESS_SUPPRESS,
            by=by,
            on=reader,
            channel=channel,
            purpose=purpose,
            source=source,
        )


def _refuse(channel: str, purpose: str, digest: bytes) -> bool:
    """Put a digest on the suppression list; True where nobody had said so of this address: it was
    not on it, or only because a joining put it there.
    """
    row, created = Suppression.objects.get_or_create(
        channel=channel,
        purpose=purpose,
        digest=digest,
        defaults={"reason": Suppression.WITHDRAWN},
    )
    hardened = Suppression.objects.filter(pk=row.pk, reason=Suppression.JOINED)
    return bool(hardened.update(reason=Suppression.WITHDRAWN)) or created


@transaction.atomic
def suppress_digest(
    *, digest: bytes, purposes: Iterable[str], source: str, by: User | None
) -> list[str]:
    """Stop mail to an address of which only the digest is known, since no row has it any more;
    returns the purposes for which that was new. The caller vouches for the digest: the signed key
    of a mail named it.
    """
    written = []
    for purpose in purposes:
        listed = Suppression.objects.stopping(ContactChannel.EMAIL, purpose)
        # What only a joining listed would go with it.
        said = listed.filter(digest=digest).exclude(reason=Suppression.JOINED)
        if said.exists() or not _refuse(ContactChannel.EMAIL, purpose, digest):
            continue
        withdrawn.note_refused([digest], ContactChannel.EMAIL, purpose)
        written.append(purpose)
        audit.record(
            action=AuditAction.ADDRESS_SUPPRESS,
            by=by,
            channel=ContactChannel.EMAIL,
            purpose=purpose,
            source=source,
        )
    return written
