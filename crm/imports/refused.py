"""The refused rows of an import as a file, to be put right and sent again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.imports.models import ImportBatch
from crm.imports.shapes import place_of


def refusal_rows(batch: ImportBatch) -> Iterator[list]:
    """The heading, then one row per refused row, streamed: there may be 400,000 of them.

    Lists of cells; the reason in words, in the language of the moment.
    """
    header = batch.report.get("header", [])
    before = [""] * place_of(batch.mapping.get("number", ""), header)

    yield [_("Line"), _("Reason"), *header]
    for refusal in batch.refusals.iterator(chunk_size=2000):
        cells = refusal.raw
        # Of a row refused while merging only its number is kept: it goes under its column.
        if len(cells) == 1 and refusal.field:
            cells = before + cells
        yield [refusal.line, refusal.said, *cells]
