"""What is said of a file that seems to hold no readers."""

from django.utils.translation import gettext as _

from core.kinds import FileKind, registered
from crm.imports.guessing import guess_by_names
from crm.imports.models import ImportBatch
from crm.imports.remarks import has_numbers


def likelier_kind(header: list[str], batch: ImportBatch) -> FileKind | None:
    """The kind of file whose fields more of the columns name than those of the batch's own; None
    where it is the likeliest.

    It has to name two at least. Of kinds with equally many the first is taken.
    """
    best, most = None, max(1, len(guess_by_names(header, batch.kind)))
    for kind in registered():
        known = len(guess_by_names(header, kind))
        if known > most:
            best, most = kind, known
    return best


def no_numbers(header: list[str], batch: ImportBatch) -> str:
    """What is missing where no column is the reader number, and what the file may be instead; empty
    where one is.

    A sentence in the language of the moment; it stops nothing by itself.
    """
    if has_numbers(batch):
        return ""
    kind = likelier_kind(header, batch)
    if kind:
        return _(
            "No column was recognised as the reader number. The columns look like a file of another"
            " kind: %(kind)s."
        ) % {"kind": kind.label}
    return _(
        "No column was recognised as the reader number. If there is one, choose it below; a file"
        " that names no persons does not belong here."
    )
