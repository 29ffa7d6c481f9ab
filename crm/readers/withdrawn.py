"""The list of withdrawals that outlives the database (``WITHDRAWN_LIST``).

A backup is older than the library: whoever withdrew since would be mailed again. So each last word
about a channel and a purpose is noted outside of the database as well, under keyed hashes: of the
addresses, as the suppression list keeps them, and of the reader. A line is
``<time> no|yes <channel> <purpose> <digest>``. Whether the library may compute about somebody
stands there as a channel and purpose of its own.
"""

import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import disks
from core.addresses import address_digest, keyed_digest
from crm.readers.models import ConsentEvent, ContactChannel, Purpose, Reader
from crm.readers.queries import addresses_of

log = logging.getLogger(__name__)

NO, YES = "no", "yes"
#: A whole line of the list, as ``_lines`` writes it. A disk that was full cuts lines off.
LINE = re.compile(
    rf"[^ ]* (?P<word>{NO}|{YES}) (?P<channel>[^ ]*) (?P<purpose>[^ ]*) (?P<digest>[0-9a-f]{{64}})"
)
#: In place of channel and purpose: computing about the reader.
ANALYTICS = ("analytics", "computing")
#: What a line may speak of: a consent by channel and purpose, or computing about the reader.
SUBJECTS = {*product(ContactChannel.values, Purpose.values), ANALYTICS}
#: A no that the list could not take, since its disk was full, is added for so long.
ADDED_WITHIN = timedelta(days=7)
#: The source of what is withdrawn again: the list has it already.
RESTORED = "restored"
#: (channel, purpose, digest)
Key = tuple[str, str, bytes]


def reader_digest(reader: Reader) -> bytes:
    """The keyed hash by which a reader is known again in a restored backup: of their number and its
    system, which a restore does not change as it may change the key of the row.
    """
    return keyed_digest(f"withdrawn {reader.source} {reader.number}")


def note(readers: Iterable[Reader], channel: str, purpose: str, *, granted: bool) -> None:
    """Add the last word of these rows of one person.

    A no is of every address that leads to them, a yes of the one that they have now. A no is noted
    before the commit: undone, it keeps a mail back at most. A yes only after it. Where the list
    cannot be written, the word itself holds all the same.
    """
    digests = set()
    for reader in readers:
        digests.add(reader_digest(reader))
        digests.update(map(address_digest, _led_to(reader, channel, granted)))

    if granted:
        note_allowed(digests, channel, purpose)
    else:
        note_refused(digests, channel, purpose)


def _led_to(reader: Reader, channel: str, granted: bool) -> Iterable[str]:
    """The addresses of a reader that a word is about: a no of all that ever led to them, a yes of
    the one in their row.
    """
    if not granted:
        return addresses_of(reader, channel)
    return filter(None, [reader.address_on(channel)])


def note_refused(digests: Iterable[bytes], channel: str, purpose: str) -> None:
    """Add a no of addresses that may stand in no row, before the commit."""
    _append(_lines(NO, channel, purpose, digests))


def note_allowed(digests: Iterable[bytes], channel: str, purpose: str) -> None:
    """Add a yes of addresses, after the commit: undone, it would mail somebody who said no."""
    text = _lines(YES, channel, purpose, digests)
    transaction.on_commit(partial(_append, text), robust=True)


def note_analytics(reader: Reader, *, allowed: bool) -> None:
    """Add whether the library may compute about a reader, as ``note`` adds a consent: a no before
    the commit, a yes after it.
    """
    digests = {reader_digest(reader)}
    if allowed:
        note_allowed(digests, *ANALYTICS)
    else:
        note_refused(digests, *ANALYTICS)


def note_missing() -> int:
    """Add each no of the last days that the ledger has and the list does not; returns how many."""
    listed = last_words()
    one_of_each = ("reader", "channel", "purpose")
    since = timezone.now() - ADDED_WITHIN
    # Files come again after a restore, and say it again.
    recent = ConsentEvent.objects.filter(reader__isnull=False, import_run=None, at__gte=since)
    newest = recent.order_by(*one_of_each, "-at", "-pk").distinct(*one_of_each)
    added = 0
    for event in newest.select_related("reader").exclude(purpose=""):
        key = (event.channel, event.purpose, reader_digest(event.reader))
        is_listed = event.source == RESTORED or listed.get(key) is False
        if not event.granted and not is_listed:
            note([event.reader], event.channel, event.purpose, granted=False)
            added += 1
    return added


def note_missing_analytics() -> int:
    """Add who has analytics switched off and is not listed so; returns how many.

    Reads every such reader, however long ago they said it.
    """
    listed = silenced()
    added = 0
    for reader in Reader.objects.filter(analytics=False).iterator():
        if reader_digest(reader) not in listed:
            note_analytics(reader, allowed=False)
            added += 1
    return added


def silenced() -> set[bytes]:
    """Digests of the readers about whom nothing may be computed, by their last word."""
    found = set()
    for (channel, purpose, digest), allowed in last_words().items():
        if (channel, purpose) == ANALYTICS and not allowed:
            found.add(digest)
    return found


def _lines(word: str, channel: str, purpose: str, digests: Iterable[bytes]) -> str:
    """A line of the list for each digest, all of this moment, in the order of the digests."""
    line = f"{timezone.now().isoformat()} {word} {channel} {purpose}"
    return "".join(f"{line} {digest.hex()}\n" for digest in sorted(digests))


def _append(text: str) -> None:
    """Write at the end of the list. A full disk is logged and not raised: ``complete_withdrawals``
    adds what is missing.
    """
    try:
        disks.append(Path(settings.WITHDRAWN_LIST), text)
    except OSError:
        log.exception("the list of withdrawals could not be written")


def last_words() -> dict[Key, bool]:
    """{(channel, purpose, digest): whether it was allowed last}; spoilt lines are left out."""
    path = Path(settings.WITHDRAWN_LIST)
    if not path.exists():
        return {}
    # Lists of several places are put together: the time of a line decides, not its place.
    words = {}
    for line in sorted(path.read_text(errors="replace").splitlines()):
        found = LINE.fullmatch(line)
        if found and found.group("channel", "purpose") in SUBJECTS:
            digest = bytes.fromhex(found["digest"])
            words[found["channel"], found["purpose"], digest] = found["word"] == YES
    return words
