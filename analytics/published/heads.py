"""The last seals of all chains, noted outside of the database.

Whoever puts an old copy of the database in place of the new one, or removes the end of a chain with
everything that speaks of it, leaves a database without a fault. The list of heads knows of more. It
is only added to, and lies beside the backups as well (``ops/backup.py``).
"""

import logging
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core import disks

log = logging.getLogger(__name__)
#: The list inside a backup.
MEMBER = "heads"


@dataclass(frozen=True)
class NotedHead:
    """The last seal of a chain at some time."""

    chain: str
    number: int
    sha256: str

    @property
    def line(self) -> str:
        """One line of the noted file: chain, number and digest, with a space between and without
        the break at its end.
        """
        return f"{self.chain} {self.number} {self.sha256}"


def note(heads: list[NotedHead]) -> None:
    """Add what the list lacks, on disk before this returns. A full disk is told in the log: what
    was found in the database is worth more than the list.
    """
    path = Path(settings.HEADS_LIST)
    try:
        known = set(noted(path))
        lines = [head.line + "\n" for head in heads if head not in known]
        if lines:
            disks.append(path, "".join(lines))
    except OSError as fault:
        log.error("the heads of the chains could not be noted in %s: %s", path, fault)


def noted(path: Path) -> Iterator[NotedHead]:
    """What a list says, or the one inside a backup; nothing where there is none.

    A line that was cut off by a crash is left out.
    """
    for line in text_of(path).splitlines():
        words = line.split()
        # A chain, a number and a SHA-256 in hex: a crash may leave anything in the last line.
        if len(words) == 3 and words[1].isdigit() and len(words[2]) == 64:
            yield NotedHead(words[0], int(words[1]), words[2])


def text_of(path: Path) -> str:
    """The text of a list, also where it is a member of a backup.

    Empty where there is no such file, and where the backup has no list in it.
    """
    if not path.exists():
        return ""
    if not tarfile.is_tarfile(path):
        return path.read_text()
    with tarfile.open(path) as archive, suppress(KeyError):
        return archive.extractfile(MEMBER).read().decode()
    return ""
