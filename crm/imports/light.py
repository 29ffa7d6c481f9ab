"""Which files may be looked into, or counted, while somebody waits for the page."""

from typing import BinaryIO

from crm.imports.load import AT_ONCE
from crm.imports.models import ImportBatch

#: A plain table of this size is gone through in a few hundredths of a second.
LIGHT = 1 << 20
#: How files begin that unpack to more than they are, and workbooks of Excel 97.
PACKED = (b"PK", b"\x1f\x8b", b"\xd0\xcf")


def is_light(file: BinaryIO) -> bool:
    """True for a small file of plain text; whatever unpacks is work for a worker.

    ``file`` has a ``size`` in bytes; it stands at its beginning afterwards.
    """
    head = file.read(2)
    file.seek(0)
    return file.size <= LIGHT and head not in PACKED


def is_long(batch: ImportBatch) -> bool:
    """Whether a worker counts what the file would do: it has many rows, or, where nobody counted
    its lines as of a workbook, many bytes.
    """
    if batch.rows is None:
        return batch.size > LIGHT
    return batch.rows > AT_ONCE
