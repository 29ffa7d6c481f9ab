"""Whoever left after the backup subscribes in the restored database no more."""

from crm.readers.queries import suppressed_among
from crm.subscribers.models import Subscriber


def end_refused() -> str:
    """Take out of each subscription what its mailbox refused since, and delete those of which
    nothing is left; a step of a restore (AFTER_RESTORE), after the list of refusals was applied.

    Returns a line to tell, or nothing.
    """
    ended = 0
    for subscriber in Subscriber.objects.confirmed().iterator():
        wanted = [one for one in subscriber.purposes if not _is_refused(subscriber, one)]
        if wanted:
            Subscriber.objects.filter(pk=subscriber.pk).update(purposes=wanted)
        else:
            Subscriber.objects.filter(pk=subscriber.pk).forget()
            ended += 1
    if not ended:
        return ""
    return f"{ended} subscriptions ended again."


def _is_refused(subscriber: Subscriber, purpose: str) -> bool:
    """Whether the list of refusals keeps letters of the purpose from the mailbox."""
    return bool(suppressed_among([(subscriber.pk, subscriber.address)], purpose))
