"""The refused rows of an import as a file, to be put right and sent again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.imports.models import ImportBatch


def refusal_rows(batch: ImportBatch) -> Iterator[list]:
    """The heading, then one row per refused row, streamed: there may be 400,000 of them.

    Lists of cells; the reason in words, in the language of the moment.
    """
    header = batch.report.get("header", [])
    number = batch.mapping.get("number")
    place = 0
    if number in header:
        place = header.index(number)

    yield [_("Line"), _("Reason"), *header]
    for refusal in batch.refusals.iterator(chunk_size=2000):
        cells = refusal.raw
        # Of a row refused while merging only its number is kept: it goes under its column.
        if len(cells) == 1 and refusal.field:
            cells = [""] * place + cells
        yield [refusal.line, refusal.said, *cells]
