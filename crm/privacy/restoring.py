"""Whoever switched analytics off after the backup has them off in the restored database, too."""

from django.db import transaction

from crm.privacy.actions import set_analytics
from crm.readers.models import Reader
from crm.readers.withdrawn import reader_digest, silenced


@transaction.atomic
def silence_listed() -> str:
    """Apply what the list of withdrawals says of computing; a step of a restore (AFTER_RESTORE).

    Returns a line to tell, or nothing.
    """
    digests = silenced()
    if not digests:
        return ""
    n = 0
    for reader in Reader.objects.filter(analytics=True).iterator():
        if reader_digest(reader) in digests:
            set_analytics(reader=reader, allowed=False, by=None)
            n += 1
    return f"{n} switched off analytics again."
