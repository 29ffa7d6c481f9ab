"""Which files may be looked into while somebody waits for the page."""

from typing import BinaryIO

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
