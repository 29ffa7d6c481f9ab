"""The list of the erased: a file outside of the database, by which a restored backup erases again.

A line is a moment, a word and the keyed hash of a person, which a line that was cut off lacks:

``begun``      written before the commit: they are being erased
``erased``     written after it, with the moment that the database noted
``withdrawn``  what was begun at that moment was rolled back: nobody went

Lines may stand twice and in any order (``ops/backup.py`` joins lists). What was begun and not
withdrawn counts as erased, so that a crash between the commit and its line brings nobody back;
``settle`` finds out from the database what became of it. A line of the hash alone has no moment: it
is of before there were moments, and is given the one that the database noted.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core import disks
from crm.privacy.models import Erasure

log = logging.getLogger(__name__)

BEGUN, ERASED, WITHDRAWN = "begun", "erased", "withdrawn"
#: A moment and a word, both of which lines of before there were moments lack, and the digest.
LINE = re.compile(
    r"(?:(?P<at>\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d) "
    rf"(?P<word>{BEGUN}|{ERASED}|{WITHDRAWN}) )?"
    r"(?P<digest>[0-9a-f]{64})"
)
#: Who erases holds this lock with others of their kind; who settles the list holds it alone.
LOCK = f"hashtext('{Erasure._meta.db_table}')"
LOCK_WITH_OTHERS = f"SELECT pg_advisory_xact_lock_shared({LOCK})"
LOCK_ALONE = f"SELECT pg_try_advisory_xact_lock({LOCK})"
#: The clock by which the database notes an erasure: two clocks would not agree on what was first.
NOW = "SELECT clock_timestamp()"


class ListLine(NamedTuple):
    """One line; of before there were moments ``at`` is None."""

    digest: bytes
    at: datetime | None
    word: str

    def __str__(self):
        return f"{self.at.isoformat()} {self.word} {self.digest.hex()}"


# --- the file -------------------------------------------------------------------------------------
def read() -> set[ListLine]:
    """What the list holds; a line cut off by a crash is left out.

    Empty where there is no list. Lines of the hash alone, of before there were moments, have ``at``
    None.
    """
    path = Path(settings.ERASED_LIST)
    if not path.exists():
        return set()
    found = set()
    for text in path.read_text(errors="replace").splitlines():
        line = _line_of(text)
        if line is not None:
            found.add(line)
    return found


def _line_of(text: str) -> ListLine | None:
    """What a line of the list says; None where it was cut off or is none, be it for its day.

    A line of the hash alone is of somebody erased before there were moments.
    """
    found = LINE.fullmatch(text)
    if found is None:
        return None
    key = bytes.fromhex(found["digest"])
    if found["at"] is None:
        return ListLine(key, None, ERASED)
    try:
        return ListLine(key, datetime.fromisoformat(found["at"]), found["word"])
    except ValueError:
        return None


def append(lines: Iterable[ListLine]) -> None:
    """Add lines, on disk before this returns. Raises OSError where there is no room.

    Sorted as texts; nothing is opened where there are none. The list is ERASED_LIST.
    """
    text = "".join(f"{line}\n" for line in sorted(lines, key=str))
    if text:
        disks.append(Path(settings.ERASED_LIST), text)


def erased_until(lines: Iterable[ListLine]) -> dict[bytes, datetime]:
    """{digest: the moment they were last erased}: rows made later are of somebody who came back.

    Of what was not withdrawn. A digest without a moment has no entry.
    """
    return _last_moments(_standing(set(lines)))


def _last_moments(lines: Iterable[ListLine]) -> dict[bytes, datetime]:
    """{digest: the latest moment that these lines name for it}."""
    found: dict[bytes, datetime] = {}
    for digest, at, _word in lines:
        if at is not None:
            found[digest] = max(at, found.get(digest, at))
    return found


def _standing(lines: set[ListLine]) -> set[ListLine]:
    """The lines but those about what was begun and withdrawn again."""
    withdrawn = _saying(WITHDRAWN, lines)
    begun = {line._replace(word=BEGUN) for line in withdrawn}
    return lines - withdrawn - begun


def _saying(word: str, lines: set[ListLine]) -> set[ListLine]:
    """Those of the lines that say this word."""
    return {line for line in lines if line.word == word}


# --- around an erasure ----------------------------------------------------------------------------
def hold() -> None:
    """Let nobody settle the list before this transaction has ended. Before any row is locked."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_WITH_OTHERS)


@contextmanager
def noted(digest: bytes) -> Iterator[None]:
    """Note that somebody is being erased inside, and that they are once it is committed.

    Raises OSError, with nothing done, where the list cannot be written: nobody is erased whom a
    restored backup would bring back.
    """
    begun = ListLine(digest, _now(), BEGUN)
    append([begun])
    try:
        yield
    except BaseException:
        _withdraw(begun)
        raise
    transaction.on_commit(lambda: _confirm(digest), robust=True)


def _now() -> datetime:
    """The moment by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        return cursor.fetchone()[0]


def _withdraw(begun: ListLine) -> None:
    """What raised in the meantime is rolled back. A list without room is settled later."""
    try:
        append([begun._replace(word=WITHDRAWN)])
    except OSError:
        log.exception("an erasure was rolled back, and the list of the erased cannot say so")


def _confirm(digest: bytes) -> None:
    """Write down that the erasure was committed, at the moment the database has for it."""
    times = Erasure.objects.filter(digest=digest).values_list("at", flat=True)
    append([ListLine(digest, times.latest("at"), ERASED)])


# --- what became of it ----------------------------------------------------------------------------
@transaction.atomic
def settle() -> bool:
    """Write down what became of whatever was begun: by the database, which knows.

    False with nothing done while somebody is being erased.
    """
    if not _alone():
        return False
    lines = read()
    lines |= _add(lines, _of_the_database())
    _add(lines, [line._replace(word=WITHDRAWN) for line in _without_end(lines)])
    return True


@transaction.atomic
def believe() -> dict[bytes, datetime]:
    """In a restored database: whatever was begun counts for good, and what has no moment gets one.

    The database is older than the list, so it cannot say what became of it. Returns
    ``erased_until``.
    """
    lines = read()
    lines |= _add(lines, _of_the_database())
    lines |= _add(lines, [line._replace(word=ERASED) for line in _without_end(lines)])
    known = erased_until(lines)
    # Not noted in this database: they went after it was saved, so that any row in it is older.
    undated = {line.digest for line in lines if line.at is None} - known.keys()
    now = timezone.now()
    lines |= _add(lines, [ListLine(digest, now, ERASED) for digest in undated])
    return erased_until(lines)


def _alone() -> bool:
    """Whether nobody is being erased; from then on nobody can be until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_ALONE)
        return cursor.fetchone()[0]


def _add(known: set[ListLine], lines: Iterable[ListLine]) -> set[ListLine]:
    """Append those that are not ``known``; returns them."""
    lacking = set(lines) - known
    append(lacking)
    return lacking


def _of_the_database() -> list[ListLine]:
    """Every erasure that this database knows of, in the order they were made."""
    rows = Erasure.objects.order_by("pk").values_list("digest", "at")
    return [ListLine(bytes(digest), at, ERASED) for digest, at in rows]


def _without_end(lines: set[ListLine]) -> list[ListLine]:
    """What was begun and of which no line says whether it came to its end."""
    ends = _last_moments(_saying(ERASED, lines))
    begun = _saying(BEGUN, _standing(lines))
    found = []
    for line in begun:
        if line.digest not in ends or ends[line.digest] < line.at:
            found.append(line)
    return found
