"""Rows that stand in a file twice, word for word, with the item that they are about."""

from collections.abc import Iterable

from crm.imports.item_names import folded_name, names_a_code


class Repeated:
    """Whether the row at hand was in the file before. A file that names each copy of a book tells
    two loans of one moment apart, so the same row again is the same loan, written twice. Nothing is
    kept of a row but a number, in memory, for as long as the file is read.
    """

    def __init__(self):
        """No row was there yet."""
        self.seen: set[int] = set()
        self.is_again = False

    def look(self, row: list[str]) -> None:
        """Note the row before anything is taken out of it; it stays as it is."""
        key = hash(tuple(row))
        self.is_again = key in self.seen
        self.seen.add(key)


def repeated_in(never: Iterable[str]) -> Repeated | None:
    """For a file with a column of barcodes among those that are ``never`` read, by their names;
    None for any other: a title is that of several copies, and they may go out together.
    """
    if any(names_a_code(folded_name(name)) for name in never):
        return Repeated()
    return None
