"""What an import, or its undoing, did to the readers, in numbers."""

from dataclasses import asdict, dataclass

from core.disclosure import CountRow


@dataclass(frozen=True)
class ImportCounts:
    """How many rows of a file were new, changed something, changed nothing, were refused."""

    created: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True)
class UndoneImport:
    """What taking an import back did to the readers, or the rows, that it had brought.

    ``passed`` are a later import's from now on, which has them too: they go with that one. ``kept``
    were left alone because something else came after the import.
    """

    deleted: int
    restored: int
    kept: int
    passed: int = 0


def for_the_trail(counts: ImportCounts | UndoneImport) -> dict[str, int | None]:
    """``{name: number}`` with their total ``rows``, as everybody may be told them; else None.

    Staff limited to a campus keep reading what they did, also when they may no longer open these
    readers, and of a file of two rows "changed: 1" or "kept: 1" says what became of a person. The
    exact numbers stand in the batch, whose page is for those who handle the file.
    """
    numbers = asdict(counts)
    shown = CountRow.of(list(numbers.values()))
    told = {"rows": shown.total.public_number}
    for name, count in zip(numbers, shown, strict=True):
        told[name] = count.public_number
    return told
