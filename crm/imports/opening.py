"""A file's bytes and its text, and why it may be no table."""

import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

#: Bytes that are taken from a file at once.
CHUNK = 1 << 20
#: A line longer than this is no row of a table; it also bounds the memory one row can take.
LONGEST_LINE = 4 << 20


def in_silence() -> None:
    """The sign of life of work that nobody waits for."""


class Unreadable(Exception):
    """The file cannot be read as a table at all; the text is meant for the person who chose it.

    It is about the file, not about a step somebody asked for: what may not be done now is
    core.refusals.Refused.
    """


@dataclass(frozen=True)
class TableFormat:
    """How a file is parsed.

    ``kind`` csv or xlsx, ``packed`` where gzip lies around it, ``rows`` an estimate (lines of the
    file, or None). A workbook has neither encoding nor delimiter.
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    packed: bool = False
    rows: int | None = None


class CappedStream(io.RawIOBase):
    """A reading stream that stops a decompression bomb at ``limit`` bytes."""

    def __init__(self, source, limit: int):
        self.source = source
        self.left = limit

    def readable(self):
        return True

    def readinto(self, buffer):
        """Raises Unreadable over damaged gzip, and once more than ``limit`` bytes came."""
        try:
            count = self.source.readinto(buffer)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(_("The compressed file is damaged.")) from error

        self.left -= count
        if self.left < 0:
            raise Unreadable(_("The unpacked file is larger than this site accepts."))
        return count

    def close(self):
        self.source.close()
        super().close()


def open_bytes(path: Path, *, packed: bool) -> io.BufferedReader:
    """The table's bytes, unpacked where ``packed``.

    After ``IMPORT_MAX_BYTES`` of them comes Unreadable.
    """
    # The stream that is returned closes it.
    source = gzip.open(path) if packed else path.open("rb", buffering=0)  # noqa: SIM115
    capped = CappedStream(source, settings.IMPORT_MAX_BYTES)
    return io.BufferedReader(capped, CHUNK)


def open_text(path: Path, form: TableFormat) -> io.TextIOWrapper:
    """The table's text with any byte order mark.

    What cannot be decoded is U+FFFD, so that only its row is refused.
    """
    raw = open_bytes(path, packed=form.packed)
    # The csv module wants line ends as they are: one inside quotes belongs to its cell.
    return io.TextIOWrapper(raw, form.encoding, errors="replace", newline="")
