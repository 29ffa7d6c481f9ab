"""The steps of an import, which each room with files of its own says for its kinds.

All kinds of file take one way: kept, looked into, mapped, previewed, run, undone. The verbs, jobs
and pages of that way stand in this room once. What differs stands in ``files.STEPS`` of the rooms.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from core.kinds import FileKind
from core.rooms import said_by
from crm.imports.counts import ImportCounts, UndoneImport
from crm.imports.heading import Meaning
from crm.imports.models import ImportBatch
from crm.staff.models import User


class FileRead(Protocol):
    """A file whose rows were all gone through; ``rows``: how many they are."""

    rows: int


@dataclass(frozen=True)
class Written:
    """What an import did. ``report``: what the counts do not say, for the page of the import."""

    counts: ImportCounts
    report: dict


def as_it_is(file: Any, _kind: FileKind) -> Any:
    """Most files are kept as they come."""
    return file


def anything(_path: Path) -> None:
    """Nothing that is no table of such a kind is known beforehand."""


def may_stay(_file: Any, _kind: FileKind) -> bool:
    """Most files are kept until they are imported."""
    return False


def nothing_to_put(_batch: ImportBatch, _beat: Callable[[], None]) -> None:
    """A file that may stay is its own table."""


def nothing_by_name(_column: str) -> bool:
    """Of most files every column may be missed that holds something."""
    return False


def never_too_late(_batch: ImportBatch) -> None:
    """What nobody counts into something else can be taken back at any time."""


@dataclass(frozen=True)
class ImportSteps:
    """What one room does at each step of an import, for its ``kinds`` (codes of FileKind).

    ``meaning(kind)`` tells what the name at the top of a column means; by it the header is found.
    ``map_columns(batch, header, sample)`` says what the columns of a fresh file seem to be;
    ``refuse(path)`` raises Unreadable for what has a door of its own. ``problems(batch)`` says what
    keeps the file from being imported as it is mapped; raises Unreadable. ``opened(batch, report)``
    is the file read once, in a ``with``; ``weighed(read, batch, by)`` is its preview, of
    the class ``preview``, and ``write(read, batch)`` stores it, inside a transaction that holds the
    batch. ``take_back(batch)`` undoes that, unless ``refuse_too_late(batch)`` has refused.
    ``before(file, kind)`` may make a table of an uploaded file that is none yet. Where that is work
    for a worker ``may_not_stay(file, kind)`` is true, and ``put_table(batch, beat)`` puts the table
    in place of the kept file as soon as it was read. ``tables``: which a large import leaves
    without statistics. ``keeps_file``: the file is needed after the import. ``needless(column)``:
    whether a column that nobody took is called like one that nobody misses.
    """

    kinds: Iterable[str]
    meaning: Callable[[FileKind], Meaning]
    map_columns: Callable[[ImportBatch, list[str], list[list[str]]], None]
    problems: Callable[[ImportBatch], list[str]]
    opened: Callable[[ImportBatch, Callable | None], AbstractContextManager[FileRead]]
    preview: type
    weighed: Callable[[Any, ImportBatch, User | None], Any]
    write: Callable[[Any, ImportBatch], Written]
    take_back: Callable[[ImportBatch], UndoneImport]
    refuse_too_late: Callable[[ImportBatch], None] = never_too_late
    refuse: Callable[[Path], None] = anything
    before: Callable[[Any, FileKind], Any] = as_it_is
    may_not_stay: Callable[[Any, FileKind], bool] = may_stay
    put_table: Callable[[ImportBatch, Callable[[], None]], None] = nothing_to_put
    tables: tuple[str, ...] = ()
    keeps_file: bool = False
    needless: Callable[[str], bool] = nothing_by_name


def steps_of(batch: ImportBatch) -> ImportSteps:
    """The steps of the batch's kind of file, by the rooms in ROOMS_WITH_FILES.

    LookupError where no room takes such files any more.
    """
    for steps in said_by(settings.ROOMS_WITH_FILES, "files", "STEPS"):
        if batch.takes in steps.kinds:
            return steps
    raise LookupError(batch.takes)
