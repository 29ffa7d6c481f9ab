"""The refused rows of an import as a file, to be put right and sent again."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.imports.describing import format_of
from crm.imports.items import emptied
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.opening import Unreadable
from crm.imports.remarks import never_read_in
from crm.imports.rows import parse_table
from crm.imports.shapes import place_of
from crm.imports.staging import places_named

Reason = ImportRefusal.Reason
#: What is wrong with a row whatever else stands in its file.
REFUSED_AGAIN = {Reason.MISSING_KIND, Reason.OTHER_CAMPUS, Reason.ANOTHER_PERSON}


def refusal_rows(batch: ImportBatch) -> Iterator[list]:
    """The heading, then one row per refused row, streamed: there may be 400,000 of them.

    Lists of cells; the reason in words, in the language of the moment. Of a row that was refused
    for what the library knows only its number is kept. While the file itself is still kept, the row
    is given back as it stands there if it is refused for the same (``REFUSED_AGAIN``) when it comes
    back as it is. Of two rows of one reader that is not so: the older one would change somebody.
    """
    header = batch.report.get("header", [])
    yield [_("Line"), pgettext("of a refusal", "Reason"), *header]
    originals = Originals(batch)
    for refusal in batch.refusals.order_by("line").iterator(chunk_size=2000):
        yield [refusal.line, refusal.said, *cells_of(refusal, batch, originals)]


def cells_of(refusal: ImportRefusal, batch: ImportBatch, originals: "Originals") -> list[str]:
    """The cells of a refused row under the heads of its file."""
    is_number_alone = len(refusal.raw) == 1 and refusal.field
    if not is_number_alone:
        return refusal.raw
    if refusal.reason in REFUSED_AGAIN:
        return originals.at(refusal.line) or number_alone(refusal, batch)
    return number_alone(refusal, batch)


def number_alone(refusal: ImportRefusal, batch: ImportBatch) -> list[str]:
    """The number, all that is known of the row, under the head of its column."""
    header = batch.report.get("header", [])
    before = [""] * place_of(batch.mapping.get("number", ""), header)
    return before + refusal.raw


class Originals:
    """The rows of a batch's file as they are read, asked for in the order of their lines. The file
    is opened when the first is asked for; without it, and where it is no table any more, none is
    known.
    """

    def __init__(self, batch: ImportBatch):
        """Opens nothing yet."""
        self.batch = batch
        self.rows = None
        #: Places of the columns that the batch keeps of refused rows, once the file is open.
        self.kept: list[int] = []

    def at(self, line: int) -> list[str] | None:
        """The cells of the row in ``line``, which lies below all that were asked for; None where
        there is none, and for a broken one.
        """
        if self.rows is None:
            self.rows = self.opened()
        with suppress(Unreadable):
            for found, row in self.rows:
                if found >= line:
                    return self.taken(found, row, line)
        return None

    def taken(self, found: int, row, line: int) -> list[str] | None:
        """The row where it is the one that was asked for; else it is kept for whoever asks next."""
        if found > line:
            self.rows = chain([(found, row)], self.rows)
            return None
        if not isinstance(row, list):
            return None
        return list(map(row.__getitem__, self.kept))

    def opened(self) -> Iterator:
        """The rows of the file; none where it is not kept any more."""
        if not self.batch.file:
            return iter(())
        try:
            header, rows = parse_table(Path(self.batch.file.path), format_of(self.batch))
        except (Unreadable, OSError):
            return iter(())
        self.kept = places_named(header, self.batch.report.get("header", []))
        # A file of before may have kept columns that say what somebody borrowed.
        return emptied(rows, places_named(header, never_read_in(self.batch)))
