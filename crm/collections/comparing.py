"""The items of a file compared with the listed collections, in memory, row by row."""

from collections.abc import Callable, Iterable

from crm.collections.items import digest_of, item_number, parted
from crm.collections.models import ListedCollection
from crm.imports.copying import NULL, copy_array


class ItemKeys:
    """{digest of an item: keys of the collections it is in}, for one file.

    The file's columns that name items are emptied as they are compared; of a row only the keys of
    collections are remembered, until the row is converted. False where no collection has an item.
    """

    def __init__(self, collections: dict[int, set[bytes]]):
        self.found: dict[bytes, list[int]] = {}
        for key, digests in sorted(collections.items()):
            for digest in digests:
                self.found.setdefault(digest, []).append(key)
        #: Of the row that was marked last.
        self.of_row: set[int] = set()

    def __bool__(self):
        return bool(self.found)

    def marking(self, places: Iterable[int]) -> Callable[[list[str]], None]:
        """A step that compares what stands in these columns, and empties them.

        The step takes one row of cells and changes it in place. Only the collections of the last
        row are remembered, so ``found_in`` must be asked before the next one.
        """
        places = list(places)

        def step(row: list[str]) -> None:
            self.of_row = set()
            for place in places:
                number = item_number(row[place])
                if number:
                    self.of_row.update(self.found.get(digest_of(number), ()))
                row[place] = ""

        return step

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
