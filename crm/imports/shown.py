"""Which readers stand in rows of a file that somebody is shown, so that they can be told."""

from collections.abc import Iterable

from core.addresses import normal_number
from crm.imports.models import ImportBatch
from crm.readers.bearers import numbered
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace
from crm.readers.queries import holders_of

#: Cells that are looked up together.
TOGETHER = 5000


def look_at_rows(batch: ImportBatch, rows: Iterable[Iterable], *, by) -> None:
    """Rows of the file of ``batch`` are about to be shown to ``by``: tell the readers in them.

    A row that was refused says of no cell for certain what it is, so each is taken for a number and
    for an address. Whoever is no reader yet has no page on which to be told.
    """
    if not batch.kind.names_readers:
        return
    readers, cells = set(), set()
    for row in rows:
        cells.update(map(str, filter(None, row)))
        if len(cells) >= TOGETHER:
            readers |= _known(batch, cells)
            cells = set()
    readers |= _known(batch, cells)
    look_at_many(readers, by=by, place=LookPlace.IMPORT)


def _known(batch: ImportBatch, cells: set[str]) -> set[int]:
    """Keys of the readers who bear one of these numbers, or have one of these addresses.

    One statement for the addresses and those of ``numbered`` for each system; none without cells.
    """
    if not cells:
        return set()
    # Addresses lose the same invisible characters before they are stored.
    words = set(map(normal_number, cells))
    addressed = holders_of(word for word in words if "@" in word)
    found = set(addressed.values_list("pk", flat=True))
    for system in set(batch.systems):
        found |= numbered(system, words)
    return found
