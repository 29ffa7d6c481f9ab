"""Reading the mailbox that returned mail comes to, by IMAP."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from imap_tools import (
    AND,
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxUnencrypted,
    MailMessageFlags,
)

log = logging.getLogger(__name__)

#: Messages of one visit; the next one goes on.
MOST = 500
#: Bytes that are read of one message: reports are short, and say what they say at the beginning.
MOST_BYTES = 2 * 1024 * 1024
#: Seconds of one visit.
MOST_SECONDS = 150
#: Seconds in which the server must answer a command.
TIMEOUT = 20
#: How each kind of address is opened, and the port that it means without one.
KINDS = {"imaps": (MailBox, 993), "imap": (MailBoxUnencrypted, 143)}


def read_mailbox(take: Callable[[bytes], None]) -> int | None:
    """Hand what is not read so far to ``take`` and mark it as read; returns how many messages, MOST
    at most, 0 where no mailbox is set, and None where it cannot be read.

    A message stays in the mailbox. One that was taken in and not marked, because the connection was
    lost, is taken in once all the same.
    """
    if not settings.RETURN_MAILBOX:
        return 0
    try:
        return _read_new(take)
    except (OSError, IMAP4.error, ImapToolsError) as fault:
        # It is looked into again in a few minutes; what is in it stays.
        log.warning("the mailbox for returned mail cannot be read: %s", fault)
        return None


def _read_new(take: Callable[[bytes], None]) -> int:
    """As ``read_mailbox``; raises what the connection raises."""
    with _opened(settings.RETURN_MAILBOX) as mailbox:
        taken = 0
        until = time.monotonic() + MOST_SECONDS
        for uid in mailbox.uids(AND(seen=False))[:MOST]:
            # A worker ends a task that takes too long, and would do so in the midst of a message.
            if time.monotonic() > until:
                break
            _take_one(mailbox, uid, take)
            mailbox.flag(uid, MailMessageFlags.SEEN, True)
            taken += 1
    return taken


def _take_one(mailbox: BaseMailBox, uid: str, take: Callable[[bytes], None]) -> None:
    """Hand one message to ``take``, as its bytes stand in the mailbox.

    Whatever it is that anybody sent here, those behind it come next: a fault is in the log.
    """
    # Peeking marks nothing: a message marked before it is taken in would be lost in a crash.
    _status, answer = mailbox.client.uid("fetch", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    # Beside the pair of what was asked for and its bytes stands the end of the line.
    for part in answer:
        if not isinstance(part, tuple):
            continue
        try:
            # Of its own: what cannot be taken in takes nothing else back.
            with transaction.atomic():
                take(part[1])
        # The database is away: the message stays unread, and the next visit finds it.
        except (OperationalError, InterfaceError):
            raise
        # Anybody may send anything here, and a message that nobody can take in stops no other.
        except Exception:
            log.exception("a returned message cannot be taken in")


@contextmanager
def _opened(url: str) -> Iterator[BaseMailBox]:
    """``with _opened("imaps://user:password@host/INBOX") as mailbox``; imap:// is not encrypted.
    KeyError for any other kind of address.
    """
    parts = urlsplit(url)
    kind, usual_port = KINDS[parts.scheme]
    box = kind(parts.hostname, port=parts.port or usual_port, timeout=TIMEOUT)
    # A password may hold @ or /, which an address writes as %40 and %2F.
    user, password = unquote(str(parts.username)), unquote(str(parts.password))
    with box.login(user, password, unquote(parts.path.strip("/"))) as opened:
        yield opened
