"""The log of a proxy as it writes it itself, line by line, as a table: who, when, which host.

What a line says is told by ``proxy_lines``. Addresses of pages and of computers are dropped here. A
small log is read before it is stored anywhere; of a large one, or a packed one, the file is removed
as soon as a job has read it.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from crm.activities.proxy_lines import LogLines, Use, is_session
from crm.imports.encodings import bare_utf16, encoding_of_mark
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable, in_silence

HEADER = ("user", "timestamp", "host")
#: Lines among which the first of a log must stand: remarks stand over it.
LOOKED_AT = 20
#: Characters of a line: addresses are long, and no request is longer than its server takes.
LONGEST = 64 << 10
#: How a remark begins.
REMARK = "#"
#: How a packed file begins.
PACKED = b"\x1f\x8b"
#: Lines after which whoever waits is told that the work goes on.
BEAT = 5000
#: Bytes by which it is told in which encoding a log is.
HEAD = 4096


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
    known, looked_at = LogLines(), 0
    found = False
    try:
        for line in lines_of(file):
            if line.startswith(REMARK):
                known.see(line)
                continue
            found = known.is_line(line)
            looked_at += 1
            if found or looked_at == LOOKED_AT:
                break
    except Unreadable:
        # Damaged: whoever reads it as a table says so.
        found = False
    file.seek(0)
    return found


def as_table(log: BinaryIO, beat: Callable[[], None] = in_silence) -> BinaryIO:
    """The same uses as a CSV with the names of HEADER above them, in a temporary file that is left
    at its end and that the caller closes. Lines in which nobody is named are no uses. ``beat`` is
    called every BEAT lines. Raises Unreadable for a log that is larger than this site accepts or
    damaged, and for one that names no persons.
    """
    # Closed by whoever asked for it.
    table = TemporaryFile("w+b")  # noqa: SIM115
    text = io.TextIOWrapper(table, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(HEADER)
    named = sessions = 0
    for use in uses_in(log, beat):
        rows.writerow(use)
        named += 1
        sessions += is_session(use[0])
    text.detach()
    refuse_nobody(named, sessions)
    return table


def uses_in(log: BinaryIO, beat: Callable[[], None]) -> Iterator[Use]:
    """The uses of a log in its order. Raises Unreadable, also where its fields name no user."""
    known = LogLines()
    for number, line in enumerate(lines_of(log)):
        if number % BEAT == 0:
            beat()
        if line.startswith(REMARK):
            known.see(line)
            continue
        if known.names_nobody:
            raise Unreadable(
                _(
                    "The fields of this log name no user (cs-username). Have the proxy write it,"
                    " and send the log again. Nothing of the file is kept."
                )
            )
        use = known.use_in(line)
        if use:
            yield use


def refuse_nobody(named: int, sessions: int) -> None:
    """Raises Unreadable for a log whose lines are all nobody's, or of sessions alone: ``named``
    uses, ``sessions`` of them with the number of a session in place of a person.
    """
    if named == 0:
        raise Unreadable(_("No line of this log names a person. Nothing of the file is kept."))
    if sessions == named:
        raise Unreadable(
            _(
                "This log names sessions and no persons. Have the proxy write who it was (EZproxy:"
                " Option LogUser), and send the log again. Nothing of the file is kept."
            )
        )


def lines_of(file: BinaryIO) -> Iterator[str]:
    """The lines of a log from its beginning, unpacked, remarks among them and empty ones not,
    whichever sign ends them. A line longer than ``LONGEST`` is only its beginning: it is never in
    memory whole. Raises Unreadable where they are more than this site accepts, and over damage.
    """
    plain = gzip.GzipFile(fileobj=file) if is_packed(file) else file
    try:
        encoding = encoding_in(plain)
        # Addresses may hold any bytes, and no use is lost for one that is no UTF-8.
        text = io.TextIOWrapper(plain, encoding, errors="replace", newline=None)
        try:
            yield from whole_lines(text)
        finally:
            # It would close the file of whoever asked.
            text.detach()
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(_("The compressed file is damaged.")) from error


def encoding_in(plain: BinaryIO) -> str:
    """In which encoding the bytes are: UTF-16 or 32 where a mark or their zeros say so, else UTF-8.
    The stream is left at its beginning.
    """
    head = plain.read(HEAD)
    plain.seek(0)
    encoding = encoding_of_mark(head) or bare_utf16(head)
    if encoding in {"", "utf-8"}:
        return "utf-8-sig"
    return encoding


def whole_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a text that are not empty, each at most ``LONGEST`` characters of it. Raises
    Unreadable where they are more than this site accepts.
    """
    size, is_new = 0, True
    while piece := text.readline(LONGEST):
        size += len(piece)
        if size > settings.IMPORT_MAX_BYTES:
            raise Unreadable(_("The unpacked file is larger than this site accepts."))
        if is_new and piece.strip():
            yield piece.removeprefix("\ufeff")
        is_new = piece.endswith("\n")


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
