"""The log of a proxy as it writes it itself, line by line, as a table: who, when, which host.

The lines are those of the common log format, as EZproxy and other proxies write them:
``10.0.0.1 - A1 [05/Oct/2026:10:00:00 +0800] "GET https://example.org:443/a?q=x HTTP/1.1" 200 123``.
Addresses of pages and of computers are dropped here. A small log is read before it is stored
anywhere; of a large one, or a packed one, the file is removed as soon as a job has read it.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from crm.activities.hiding import host_of
from crm.imports.fields import MONTH_OF
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable, in_silence

#: A line in the common log format; of the request its address alone is read. A name may hold
#: blanks, and some write no zero before a day.
LINE = re.compile(
    r"\S+ (?P<ident>\S+) (?P<user>[^\[\]\"]{1,120}?) ?"
    r"\[(?P<day>\d\d?)/(?P<month>[A-Za-z]{3})/(?P<year>\d{4}):(?P<clock>\d\d:\d\d:\d\d)"
    r" (?P<zone>[+-]\d{4})\] "
    r'"(?:[A-Z]+ )?(?P<address>[^\s"]+)'
)
#: What stands for nobody.
NOBODY = "-"
HEADER = ("user", "timestamp", "host")
#: Lines among which the first of a log must stand: remarks stand over it.
LOOKED_AT = 20
#: Bytes of a line: addresses are long, and no request is longer than its server takes.
LONGEST = 64 << 10
#: How a packed file begins.
PACKED = b"\x1f\x8b"
#: Lines after which whoever waits is told that the work goes on.
BEAT = 5000
#: A use: (user, moment with its zone, host).
Use = tuple[str, str, str]


def is_packed(file: BinaryIO) -> bool:
    """Whether the file is gzip, as logs are put away; it is left at its beginning."""
    file.seek(0)
    head = file.read(len(PACKED))
    file.seek(0)
    return head == PACKED


def is_log(file: BinaryIO) -> bool:
    """Whether one of the first lines, unpacked where the file is packed, is a line of such a log;
    it is left at its beginning.
    """
    try:
        found = any(map(LINE.match, islice(lines_of(file), LOOKED_AT)))
    except (OSError, EOFError, zlib.error):
        # Damaged: whoever reads it as a table says so.
        found = False
    file.seek(0)
    return found


def as_table(log: BinaryIO, beat: Callable[[], None] = in_silence) -> BinaryIO:
    """The same uses as a CSV with the names of HEADER above them, in a temporary file that is left
    at its end and that the caller closes. Lines in which nobody is named are no uses. ``beat`` is
    called every BEAT lines. Raises Unreadable for a log that is larger than this site accepts.
    """
    # Closed by whoever asked for it.
    table = TemporaryFile("w+b")  # noqa: SIM115
    text = io.TextIOWrapper(table, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for number, line in enumerate(lines_of(log)):
        if number % BEAT == 0:
            beat()
        use = use_in(line)
        if use:
            rows.writerow(use)
    text.detach()
    return table


def lines_of(file: BinaryIO) -> Iterator[str]:
    """The lines of a log from its beginning, unpacked, without remarks and empty ones. A line
    longer than ``LONGEST`` is only its beginning: it is never in memory whole. Raises Unreadable
    where they are more than this site accepts.
    """
    is_new = True
    for piece in pieces_of(file):
        # Addresses may hold any bytes, and no use is lost for one that is no UTF-8.
        if is_new and piece.strip() and not piece.startswith(b"#"):
            yield piece.decode("utf-8", errors="replace")
        is_new = piece.endswith(b"\n")


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a log, unpacked, in pieces of at most ``LONGEST`` bytes, each with the end of
    its line if it holds that. Raises Unreadable as ``lines_of`` does.
    """
    plain = file
    if is_packed(file):
        plain = gzip.GzipFile(fileobj=file)
    size = 0
    while piece := plain.readline(LONGEST):
        size += len(piece)
        if size > settings.IMPORT_MAX_BYTES:
            raise Unreadable(_("The unpacked file is larger than this site accepts."))
        yield piece


def use_in(line: str) -> Use | None:
    """The use that a line tells of; None where nobody is named. A line that is none of such a log
    is three empty cells, so that its row is refused.
    """
    found = LINE.match(line)
    month = found and MONTH_OF.get(found["month"].casefold())
    if not month:
        return "", "", ""
    user = found["user"]
    if user == NOBODY:
        user = found["ident"]
    if user == NOBODY:
        return None
    moment = f"{found['year']}-{month:02}-{int(found['day']):02} {found['clock']}{found['zone']}"
    return user, moment, host_of(found["address"])


# --- in place of what was uploaded ----------------------------------------------------------------
def without_addresses(file: UploadedFile) -> UploadedFile:
    """The upload as a table under its name and ".csv", where it is a log; else the upload as it is.
    Raises Unreadable for a log that is larger than this site accepts.
    """
    if not is_log(file):
        return file
    table = as_table(file.file)
    return UploadedFile(table, name=f"{file.name}.csv", size=table.tell())


def put_table_for_log(batch: ImportBatch, beat: Callable[[], None] = in_silence) -> None:
    """Where the kept file of ``batch`` is a log, keep the table that it says instead, note that in
    the stored batch, and remove the log at once. Raises Unreadable, and what ``beat`` raises.
    """
    with batch.file.open("rb") as log:
        if not is_log(log):
            return
        with as_table(log, beat) as table:
            name, storage = batch.file.name, batch.file.storage
            batch.file.save(f"{batch.sha256[:24]}.table", File(table), save=False)
    batch.filename = f"{batch.filename}.csv"[-200:]
    # Before the log is gone: a worker that is lost here leaves a file that can be read.
    batch.save(update_fields=["file", "filename", "options"])
    storage.delete(name)


def refuse_without_header(batch: ImportBatch) -> None:
    """Raises Unreadable where rows become sessions and no column of the file has a name that is
    known: a log of another make is no table, and its lines hold the addresses of pages.
    """
    if batch.kind.by_session and not batch.mapping:
        raise Unreadable(
            _(
                "No column of this file says who used what. Send the log as the proxy writes it"
                " (common log format), or a table with a header. Nothing of the file is kept."
            )
        )
