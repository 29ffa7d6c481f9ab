"""Whoever withdrew after the backup has withdrawn in the restored database, too."""

from collections import defaultdict
from itertools import starmap

from django.db import transaction

from crm.readers.actions import set_consent
from crm.readers.models import ConsentEvent, Reader, Suppression
from crm.readers.withdrawn import ANALYTICS, RESTORED, last_words, reader_digest

#: (channel, purpose) that somebody refused.
Word = tuple[str, str]


@transaction.atomic
def withdraw_listed() -> str:
    """Apply the list of withdrawals; a step of a restore (AFTER_RESTORE).

    A yes that was given since is not given again. Returns a line to tell, or nothing.
    """
    said = _refused_by_digest()
    if not said:
        return ""

    readers, known = 0, _refused_already()
    for reader in Reader.objects.iterator():
        listed = said.pop(reader_digest(reader), [])
        if _withdraw(reader, _news_to(reader, listed, known)):
            readers += 1
    # Digests of readers stand in the list as well; those that are left are of addresses.
    _suppress(said)
    return f"{readers} withdrawn again."


def _refused_by_digest() -> dict[bytes, list[Word]]:
    """{digest: (channel, purpose) that was refused last} of the list; a later yes takes a no back.
    Analytics are no consent and are left out.
    """
    said = defaultdict(list)
    for (channel, purpose, digest), allowed in last_words().items():
        is_consent = (channel, purpose) != ANALYTICS
        if is_consent and not allowed:
            said[digest].append((channel, purpose))
    return said


def _news_to(reader: Reader, listed: list[Word], known: set[tuple[int, str, str]]) -> list[Word]:
    """What of the list the restored database does not know of this reader: the row still allows it,
    or the ledger (``known``) has no such no.
    """
    return [
        (channel, purpose)
        for channel, purpose in listed
        if reader.allows(channel, purpose) or (reader.pk, channel, purpose) not in known
    ]


def _refused_already() -> set[tuple[int, str, str]]:
    """(reader, channel, purpose) of which the restored ledger itself says no last."""
    one_of_each = ("reader", "channel", "purpose")
    newest = ConsentEvent.objects.filter(reader__isnull=False).distinct(*one_of_each)
    rows = newest.order_by(*one_of_each, "-at", "-pk").values_list(*one_of_each, "granted")
    return {(reader, channel, purpose) for reader, channel, purpose, yes in rows if not yes}


def _withdraw(reader: Reader, words: list[Word]) -> bool:
    """Whether the row had allowed any of it."""
    had = any(starmap(reader.allows, words))
    for channel, purpose in words:
        set_consent(
            reader=reader,
            channel=channel,
            purpose=purpose,
            granted=False,
            source=RESTORED,
            by=None,
        )
    return had


def _suppress(said: dict[bytes, list[Word]]) -> None:
    """Suppress addresses that no row has any more, or not yet: a later file may bring them.

    What is on the list already stays as it is, but what only a joining put there is a person's own
    word from now on.
    """
    rows = []
    for digest, words in said.items():
        for channel, purpose in words:
            row = Suppression(channel=channel, purpose=purpose, digest=digest)
            row.reason = Suppression.WITHDRAWN
            rows.append(row)
    Suppression.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    joined = Suppression.objects.filter(reason=Suppression.JOINED, digest__in=list(said))
    for row in joined:
        if (row.channel, row.purpose) in said[bytes(row.digest)]:
            row.reason = Suppression.WITHDRAWN
            row.save(update_fields=["reason"])
