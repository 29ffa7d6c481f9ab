"""The items of a file compared with the listed collections, in memory, row by row."""

from collections.abc import Callable, Iterable

from crm.collections.items import digest_of, item_number, parted
from crm.collections.models import ListedCollection
from crm.imports.copying import NULL, copy_array


class ItemKeys:
    """{digest of an item: keys of the collections it is in}, for one file.

    The file's columns that name items are emptied as they are compared; of a row only the keys of
    collections are remembered, until the row is converted, and which of the file's listed items it
    was: the first, the second … False where no collection has an item.
    """

    def __init__(self, collections: dict[int, set[bytes]]):
        """``collections``: {key of a collection: digests of its items}."""
        self.found: dict[bytes, list[int]] = {}
        for key, digests in sorted(collections.items()):
            for digest in digests:
                self.found.setdefault(digest, []).append(key)
        #: Of the row that was marked last, and its item among those of the file so far.
        self.of_row: set[int] = set()
        self.item: int | None = None
        self.met: dict[bytes | str, int] = {}

    def __bool__(self):
        """Whether any collection has an item."""
        return bool(self.found)

    def marking(
        self, places: Iterable[int], title: int | None = None
    ) -> Callable[[list[str]], None]:
        """A step that compares what stands in these columns, and empties them. ``title``: the one
        of them by which items are the same, however many copies there are.

        The step takes one row of cells and changes it in place. Only the collections of the last
        row are remembered, so ``found_in`` must be asked before the next one.
        """
        places = list(places)

        def step(row: list[str]) -> None:
            """Compare one row, and empty the cells that name its items."""
            self.of_row, self.item = set(), None
            called = ""
            if title is not None:
                called = row[title].strip().casefold()
            for place in places:
                number = item_number(row[place])
                row[place] = ""
                if number:
                    self.note(digest_of(number), called)

        return step

    def note(self, digest: bytes, called: str) -> None:
        """Remember the collections of an item of the row; of two that are listed the first is
        counted, by what it is ``called`` where the file says so.
        """
        keys = self.found.get(digest)
        if not keys:
            return
        self.of_row.update(keys)
        if self.item is None:
            self.item = self.met.setdefault(called or digest, len(self.met))

    def item_of(self, _row: list[str]) -> str:
        """Which of the file's listed items the row is of, as a text of COPY; NULL for none."""
        if self.item is None:
            return NULL
        return str(self.item)

    def found_in(self, _row: list[str]) -> str:
        """Keys of the collections of the row, as a text of COPY: an array in order, or NULL for
        none.

        The row itself has been emptied by then; the one that was marked last is meant.
        """
        if not self.of_row:
            return NULL
        return copy_array(map(str, sorted(self.of_row)))


def item_keys() -> ItemKeys:
    """All collections that there are, with all their digests in memory. One statement."""
    stored = ListedCollection.objects.values_list("pk", "digests")
    return ItemKeys({key: parted(digests) for key, digests in stored})
