"""Reading the mailbox that returned mail comes to, by IMAP."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from django.conf import settings
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
#: Seconds in which the server must answer a command.
TIMEOUT = 20
INBOX = "INBOX"


def read_mailbox(take: Callable[[bytes], None]) -> int:
    """Hand what is not read so far to ``take`` and mark it as read; returns how many messages.

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
        return 0


def _read_new(take: Callable[[bytes], None]) -> int:
    read = 0
    with _opened(settings.RETURN_MAILBOX) as mailbox:
        for message in mailbox.fetch(AND(seen=False), limit=MOST, mark_seen=False):
            take(message.obj.as_bytes())
            read += 1
            mailbox.flag(message.uid, MailMessageFlags.SEEN, True)
    return read


@contextmanager
def _opened(url: str) -> Iterator[BaseMailBox]:
    """``with _opened("imaps://user:password@host/INBOX") as mailbox``; imap:// is not encrypted."""
    parts = urlsplit(url)
    kind = MailBox if parts.scheme == "imaps" else MailBoxUnencrypted
    # The library's own default is the port of the kind.
    port = {"port": parts.port} if parts.port else {}
    folder = unquote(parts.path.strip("/")) or INBOX
    box = kind(parts.hostname, timeout=TIMEOUT, **port)
    with box.login(unquote(parts.username or ""), unquote(parts.password or ""), folder) as opened:
        yield opened
