"""When a disk is full, or the database away: what an error of the system, or of the database, means
by it, and whether a folder can be written to now; and adding to a list that must not lose a line.
"""

import contextlib
import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

#: No space left, a quota that is used up, a file that may not grow further.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: What PostgreSQL calls it (disk_full of its appendix A).
DATABASE_FULL = "53100"
#: So long people are told that the database had no room.
TOLD_FOR = timedelta(days=1)
#: So much must fit for a folder to count as one that can be written to.
PROBE = b"\0" * 65_536


def is_full(error: BaseException | None) -> bool:
    """True for the error of a write for which there was no room.

    Of a quota and of the largest size of a file as well (``FULL``). Only OSError: the database's is
    ``is_database_full``.
    """
    return isinstance(error, OSError) and error.errno in FULL


def is_database_full(error: BaseException | None) -> bool:
    """True where PostgreSQL said that it had no room to write (its own disk, or a quota).

    Looks at what the error came of, too: Django wraps psycopg2's, which alone has the code. False
    for None.
    """
    while error is not None:
        if getattr(error, "pgcode", None) == DATABASE_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def is_database_away(error: BaseException | None) -> bool:
    """True for what a lost connection to the database raises, and where it takes none."""
    # psycopg2 has a plain DatabaseError for a connection that breaks off inside a row; its
    # subclasses are about the data.
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def note_database_full() -> None:
    """Remember, for ``database_full_at``, that it was so; beside the database, which can take
    nothing.
    """
    # Told to nobody then, since this disk is full as well; the folders have their own entry.
    with contextlib.suppress(OSError):
        _database_note().touch()


def database_full_at() -> datetime | None:
    """When the database last had no room; None where that was not within ``TOLD_FOR``.

    How much room it has now is nothing that PostgreSQL tells.
    """
    try:
        at = datetime.fromtimestamp(_database_note().stat().st_mtime, UTC)
    except OSError:
        return None
    if datetime.now(UTC) - at > TOLD_FOR:
        return None
    return at


def _database_note() -> Path:
    """The file whose time says when the database had no room; it may not be there."""
    return Path(settings.LOCAL_DIR) / "database_full"


def has_room(folder: Path) -> bool:
    """Whether a small file can be written into ``folder``, which is made where it is missing."""
    path = Path(folder) / f".room-{os.getpid()}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PROBE)
    except OSError:
        return False
    finally:
        # A file that was cut short takes room, too.
        path.unlink(missing_ok=True)
    return True


def append(path: Path, text: str) -> None:
    """Add lines to a file, which is made where it is missing; on the disk before this returns.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        # Behind a line that a crash cut off the first new one would be a part of it.
        if is_cut_off(file):
            file.write(b"\n")
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def is_cut_off(file: BinaryIO) -> bool:
    """Whether the last line of a file lacks its end.

    An empty file has no line to lack one. The place in the file is at its end afterwards.
    """
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return False
    file.seek(size - 1)
    return file.read(1) != b"\n"


def folders() -> dict[str, Path]:
    """The folders that the portal writes to, by what they hold.

    By what they hold: the page of the day asks each of them for room (``has_room``).
    """
    return {"journals": settings.JOURNAL_DIR, "media": settings.MEDIA_ROOT}
