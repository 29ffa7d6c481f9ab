"""Following a tracked link: one line appended to a journal now, rows, counters and activity in bulk
later.

The address is ``/go/<code>`` for a poster or post and ``/go/<code>/<key>`` in a mail. Only the code
and a signed key travel; the target is stored. No session, no cache server, and for a link seen in
the last minute no database either.
"""

import contextlib
import errno
import fcntl
import logging
import os
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from campaigns.hosts.known import is_taken_off
from campaigns.links import keys
from campaigns.links.seen import UNSEEN, Visit

log = logging.getLogger(__name__)

SUFFIX = ".clicks"
#: How long what a code leads to is remembered, in seconds.
TTL = 60
#: As long as a code can be stored.
LONGEST_CODE = 12
LARGEST_CACHE = 10_000
#: Stands in the journal for a visitor without a key: no delivery has this id.
NOBODY = 0
#: Stands in the journal for the page on which one leaves: no link has this id.
WAY_OUT = 0
#: One statement, since the disk is full and many may come.
MISSED = """
INSERT INTO campaigns_missedclicks (day, n)
VALUES (%s, 1)
ON CONFLICT (day) DO UPDATE SET n = campaigns_missedclicks.n + 1
"""


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """Where a code leads; ``is_shut`` where its host was taken off the list of known ones."""

    link_id: int
    address: str
    carries_key: bool
    is_shut: bool


class LinkTargets:
    """What each code leads to, remembered for a minute per process.

    Unknown codes are remembered too.
    """

    def __init__(self):
        self.known: dict[str, tuple[float, LinkTarget | None]] = {}

    def get(self, code: str) -> LinkTarget | None:
        """What ``code`` leads to, None where it leads nowhere. OperationalError as ``look_up``."""
        until, target = self.known.get(code, (0.0, None))
        if until > time.monotonic():
            return target

        target = self.look_up(code)
        # Whoever tries codes at random fills it; starting anew costs one query for each link.
        if len(self.known) >= LARGEST_CACHE:
            self.known.clear()
        self.known[code] = (time.monotonic() + TTL, target)
        return target

    def look_up(self, code: str) -> LinkTarget | None:
        """Ask the database, a second time with a fresh connection.

        Raises OperationalError when it is away.
        """
        try:
            return self.ask(code)
        except (OperationalError, InterfaceError):
            # A fresh connection would stand outside of the transaction that is under way.
            if connection.in_atomic_block:
                raise
            # A restart of PostgreSQL leaves every process with a connection that is dead.
            connection.close()
            return self.ask(code)

    def ask(self, code: str) -> LinkTarget | None:
        """The queries on the way of a visitor, two at most, and only for a code not seen lately;
        None for an unknown code.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, target, carries_key FROM campaigns_trackedlink WHERE code = %s", [code]
            )
            row = cursor.fetchone()
        if row is None:
            return None

        link_id, target, carries_key = row
        return LinkTarget(link_id, iri_to_uri(target), carries_key, is_taken_off(target))


class ClickJournal:
    """This process's file of clicks.

    The lock is held for one write only, so a flush can take the file over.
    """

    def __init__(self):
        self.handle: int | None = None
        self.path: Path | None = None
        self.guard = threading.Lock()

    def append(self, line: bytes) -> None:
        """Write one line, whole, into this process's file or into a new one. OSError where there is
        no room.
        """
        # Threads of a process share its file, and its lock keeps only other processes out.
        with self.guard:
            while not self.write(line):
                self.open()

    def write(self, line: bytes) -> bool:
        """False when there is no file, a flush has taken it away since, or the folder is another
        one; else True, and the line is written.
        """
        if self.handle is None or self.path.parent != settings.JOURNAL_DIR:
            return False
        fcntl.flock(self.handle, fcntl.LOCK_SH)
        try:
            # The flush renames the file while it holds the lock: what has our name now may be
            # another file, or none.
            with contextlib.suppress(FileNotFoundError):
                if os.stat(self.path).st_ino == os.fstat(self.handle).st_ino:
                    self.write_whole(line)
                    return True
            return False
        finally:
            if self.handle is not None:
                fcntl.flock(self.handle, fcntl.LOCK_UN)

    def write_whole(self, line: bytes) -> None:
        """OSError where there is no room for all of it; what was begun ends this file, and the
        flush leaves the broken line out.
        """
        if os.write(self.handle, line) < len(line):
            os.close(self.handle)
            self.handle = None
            raise OSError(errno.ENOSPC, f"no room for a click in {self.path}")

    def open(self) -> None:
        """Begin a new file; a flush that has the old one goes on with it."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None
        settings.JOURNAL_DIR.mkdir(parents=True, exist_ok=True)
        self.path = settings.JOURNAL_DIR / f"{uuid.uuid4().hex[:24]}{SUFFIX}"
        self.handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)


targets = LinkTargets()
click_journal = ClickJournal()


def is_code(code: str) -> bool:
    """True for what a code can look like.

    Everything else (a NUL, say) never reaches the database.
    """
    if len(code) > LONGEST_CODE:
        return False
    return code.isascii() and code.isalnum()


def follow(code: str, key: str, *, visit: Visit = UNSEEN, counts: bool = True) -> str | None:
    """The address to send the visitor to, or None for an unknown code or a key we did not make,
    and for a link that is shut.

    ``counts=False`` leaves no trace. Whether it was a person is judged later, by all that came.
    OperationalError when the link must be looked up and cannot be.
    """
    delivery_id = delivery_of(key)
    target = target_of(code, key)
    if target is None or target.is_shut:
        return None
    if counts:
        write_down(target.link_id, delivery_id, visit)
    return address_for(target, delivery_id)


def note_way_out(delivery_id: int, visit: Visit) -> None:
    """Somebody, or something, opened the page on which the reader of a mail leaves."""
    write_down(WAY_OUT, delivery_id, visit)


def shut_target(code: str, key: str) -> str | None:
    """Where a link that is shut would lead, to be said in words; None for every other one, open or
    unknown.
    """
    target = target_of(code, key)
    if target is None or not target.is_shut:
        return None
    return target.address


def target_of(code: str, key: str) -> LinkTarget | None:
    """What a code leads to, shut or not; None for an unknown one, and beside a key we did not make.
    OperationalError where it must be looked up and cannot be.
    """
    if delivery_of(key) is None or not is_code(code):
        return None
    return targets.get(code)


def delivery_of(key: str) -> int | None:
    """Whose mail a key comes from: NOBODY without one, None for one we did not make."""
    if not key:
        return NOBODY
    return keys.parse_key(key, keys.CLICK)


def write_down(link_id: int, delivery_id: int, visit: Visit) -> None:
    """Put one visit into the journal; where the disk is full it costs the count, not the reader."""
    line = b"%d %d %.3f %s\n" % (link_id, delivery_id, time.time(), visit.as_fields())
    try:
        click_journal.append(line)
    except OSError as fault:
        log.error("a click could not be written down: %s", fault)
        if visit.looks_only or link_id == WAY_OUT:
            return
        # The database may be full as well.
        with contextlib.suppress(DatabaseError):
            count_missed()


def count_missed() -> None:
    """One click more that no journal holds, for the desk to tell."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MISSED, [timezone.localdate()])


def address_for(target: LinkTarget, delivery_id: int) -> str:
    """The target, with the reader's key for a page of this site that asks who comes."""
    if not target.carries_key or delivery_id == NOBODY:
        return target.address

    # Another purpose than the click's: the page that is asked accepts no key from a link.
    key = f"k={keys.delivery_key(delivery_id, keys.ANSWER)}"
    parts = urlsplit(target.address)
    query = key
    if parts.query:
        query = f"{parts.query}&{key}"
    # Before the fragment: what stands behind the # never reaches the server.
    return parts._replace(query=query).geturl()
