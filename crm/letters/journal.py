"""What a worker was about to do and what came of it, kept in a file that survives ``kill -9``.

One append-only file per run of the sending loop. Before a message's content goes out, its intent is
written; after the server's answer, the outcome. A live run holds the file's lock, so the sweep
knows which runs are dead and settles their rows exactly: between two batch updates of the database
nothing is left to guess but the one message in flight.

Lines: ``B token`` batch, ``I id`` intent, ``A id time`` accepted, ``R id kind reason`` refused, ``S
token`` settled.
"""

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from django.conf import settings

#: Ends of the names of journals: one speaks of deliveries, the other of single letters.
DELIVERIES, LETTERS = ".deliveries", ".letters"
#: How a journal is opened: one that is there already belongs to another run.
NEW_FILE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND
#: What a line begins with.
BATCH, INTENT, ACCEPTED, REFUSED, SETTLED = "B", "I", "A", "R", "S"
ABOUT_A_MAIL = frozenset({INTENT, ACCEPTED, REFUSED})


@dataclass
class Batch:
    """What the journal knows of one claimed batch.

    By the key of a delivery or a letter: ``accepted`` when (seconds since 1970), ``refused`` (kind
    of answer, reason). What was intended and is in neither may have gone out without our hearing
    the answer.
    """

    token: str
    intended: set[int] = field(default_factory=set)
    accepted: dict[int, float] = field(default_factory=dict)
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)


class Journal:
    """The journal of one run.

    ``with Journal() as journal``: a clean end removes the file, a fault leaves it.
    """

    def __init__(self, folder: Path | None = None, *, suffix: str = DELIVERIES):
        """Makes up the name of a new run; the file is made when the journal is entered."""
        self.folder = Path(folder or settings.JOURNAL_DIR)
        self.run = uuid.uuid4().hex[:20]
        self.path = self.folder / f"{self.run}{suffix}"
        self.batches = 0
        self.held_back = b""

    def __enter__(self):
        """Make the file and lock it for as long as the run lasts. OSError where that fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        self.handle = os.open(fresh, NEW_FILE, 0o600)
        fcntl.flock(self.handle, fcntl.LOCK_EX)

        # Only now can a sweep see it: never without its lock.
        fresh.rename(self.path)
        return self

    def __exit__(self, error_type, error, trace):
        """Remove the file after a clean end; after a fault leave it, with what was held back."""
        if error_type is None:
            self.path.unlink(missing_ok=True)
        else:
            # The fault may be the full disk itself; what is held back is then lost, and the row of
            # its message becomes one in doubt.
            with contextlib.suppress(OSError):
                self.flush()
        os.close(self.handle)

    def _write(self, line: str) -> None:
        """``line`` behind what was held back, in one system call.

        It is in the file entirely, or this raises OSError (the disk is full) before anything is
        sent.
        """
        data = self.held_back + line.encode()
        self.held_back = b""

        written = os.write(self.handle, data)
        if written != len(data):
            raise OSError(f"journal {self.path} is full")

    def flush(self) -> None:
        """Write the outcome that was held back, if there is one.

        OSError where there is no room.
        """
        if self.held_back:
            self._write("")

    def begin(self) -> str:
        """Open a batch; the token returned marks the rows it claims."""
        self.batches += 1
        token = f"{self.run}:{self.batches}"
        self._write(f"{BATCH} {token}\n")
        return token

    def intend(self, pk: int) -> None:
        """Must return before the content of ``pk`` may leave; also writes any outcome held back.

        In the file when it returns, though a power cut may lose it. OSError where there is no room:
        then nothing may leave.
        """
        self._write(f"{INTENT} {pk}\n")

    def accepted(self, pk: int, at: float) -> None:
        """The server took the message at ``at``, in seconds since 1970.

        Held back and written with the next intent, in one call. That costs nothing in safety: until
        then only ``pk`` is in doubt.
        """
        self.held_back += f"{ACCEPTED} {pk} {at:.3f}\n".encode()

    def refused(self, pk: int, kind: str, reason: str) -> None:
        """The server did not take the message: the kind of its answer, and its words."""
        # A line end in the server's words would begin a line of the journal.
        one_line = " ".join(reason.split())
        self._write(f"{REFUSED} {pk} {kind} {one_line}\n")

    def settled(self, token: str) -> None:
        """The rows of ``token`` are committed; what was written about them no longer matters."""
        os.ftruncate(self.handle, 0)
        self._write(f"{SETTLED} {token}\n")


def replay(text: str) -> list[Batch]:
    """The batches of a journal that are not settled, each with what was written about it."""
    batches: dict[str, Batch] = {}
    # A journal begins with a batch; what stood before one belongs to nobody.
    current = Batch("")

    for line in _whole_lines(text):
        mark, _space, rest = line.partition(" ")
        if mark == BATCH:
            current = Batch(rest)
            batches[rest] = current
        elif mark == SETTLED:
            batches.pop(rest, None)
        else:
            _note(current, mark, rest)

    return list(batches.values())


def _whole_lines(text: str) -> Iterator[str]:
    """Lines without their ends; a last one that a crash cut off is left out."""
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            return
        yield line.rstrip("\n")


def _note(batch: Batch, mark: str, rest: str) -> None:
    """Take one line about one mail into ``batch``."""
    # A file that a power cut left behind may hold anything; the lines that can be read still count.
    if mark not in ABOUT_A_MAIL:
        return

    number, _space, detail = rest.partition(" ")
    pk = int(number)

    if mark == INTENT:
        batch.intended.add(pk)
    elif mark == ACCEPTED:
        batch.accepted[pk] = float(detail)
    elif mark == REFUSED:
        kind, _space, reason = detail.partition(" ")
        batch.refused[pk] = (kind, reason)


@contextlib.contextmanager
def abandoned(path: Path):
    """``with abandoned(path) as batches``: lock a journal whose run is dead and give its batches.

    Gives None while its run is alive or if it is gone.
    """
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
    else:
        yield _batches_of(path)
    finally:
        os.close(handle)


def _batches_of(path: Path) -> list[Batch] | None:
    """What a journal holds; None where it has been removed meanwhile."""
    # Another sweep may have settled and removed it between our opening and our lock.
    if not path.exists():
        return None
    return replay(path.read_text(errors="replace"))


def files(folder: Path | None = None, *, suffix: str = DELIVERIES) -> list[Path]:
    """All journals of one sort there are, in the order of their names.

    Of runs that are at work, and of dead ones. JOURNAL_DIR unless a folder is given; empty where it
    is not there.
    """
    found = Path(folder or settings.JOURNAL_DIR).glob(f"*{suffix}")
    return sorted(found, key=attrgetter("name"))
