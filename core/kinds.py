"""The kinds of file a library uploads: each room says in its ``kinds.py`` which it takes, settings
list the rooms.

The import (crm/imports) is the machinery: it reads files, maps their columns to the fields a kind
has, stages, weighs and writes. What a field is called, which words in a header mean it and what
happens to a stored row stands with the room whose rows these are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from core.rooms import said_by


@dataclass(frozen=True)
class TargetField:
    """Something a column of the file may be said to hold.

    ``headers``: words for it as they stand at the top of columns, separated by blanks, lower case
    and without punctuation. ``writes``: the column of the kind's model that it ends in; several
    fields may share one.
    """

    code: str
    label: str
    headers: str
    writes: str


@dataclass(frozen=True)
class WrittenColumn:
    """How one column of the stored row is written, as SQL over the staged row ``s``.

    ``known``: its value where the row ``r`` is stored already; ``new``: where it is not. ``said``:
    what the staged row says of it as jsonb, true where it says something, NULL where nothing; empty
    where that is whether the staged column of the same name is filled.
    """

    column: str
    known: str
    new: str
    said: str = ""

    @property
    def says(self) -> str:
        """SQL of ``said``."""
        return self.said or f"CASE WHEN s.{self.column} IS NOT NULL THEN true END"


@dataclass(frozen=True)
class Layout:
    """How a known system names the columns of a file, so that its files need no mapping by hand.

    All words are names of columns in lower case and without punctuation, separated by blanks.
    ``marks``: all of them tell such a file. ``columns``: {field: names it may have, the best
    first}. ``left``: columns that are left out, whatever their names mean elsewhere. ``numbers``:
    {name of a column: code of the system whose numbers it holds}. ``note``: what a person should
    know who brings such a file.
    """

    code: str
    name: str
    marks: str
    columns: Mapping[str, str]
    left: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class FileKind:
    """One kind of file. Its rows become rows of ``model`` ("crm.Reader").

    ``pages``: how the names of the pages of its imports begin. ``does``: what a row of the file
    says that a reader did (``Activity.Kind``), the first where the row itself does not say which.
    ``never``: words at the top of columns that are not read, whatever somebody says they are.
    ``by_file``: False where such rows are sent by programs, and nobody uploads a file of them.
    ``by_session``: rows of one person, day and platform are one. ``may_be_nameless``: the library
    may have them stored without saying whose they are. ``has_items``: its rows may be compared with
    listed collections. ``by_month``: rows say how often in a month, and not when.
    ``names_readers``: False where rows only count, and name nobody. ``layouts``: files of known
    systems, the first that fits is taken.
    """

    code: str
    label: str
    model: str
    fields: tuple[TargetField, ...]
    written: tuple[WrittenColumn, ...] = ()
    pages: str = "crm:import"
    does: tuple[str, ...] = ()
    never: str = ""
    by_file: bool = True
    by_session: bool = False
    may_be_nameless: bool = False
    has_items: bool = False
    by_month: bool = False
    names_readers: bool = True
    layouts: tuple[Layout, ...] = ()

    def page_of(self, step: str) -> str:
        """The name of the page of an import of such a file: "detail", "map", "preview" …"""
        return f"{self.pages}-{step}"

    def model_class(self) -> type[Model]:
        """The model itself; LookupError where no app has one of this name."""
        return apps.get_model(self.model)

    def field_of_header(self) -> dict[str, str]:
        """{word at the top of a column: field}.

        Words are those of ``headers``, as a file of any known sender writes them. A later field
        wins where two claim one word.
        """
        found = {}
        for target in self.fields:
            for word in target.headers.split():
                found[word] = target.code
        return found


@cache
def registered() -> tuple[FileKind, ...]:
    """All kinds, in the order of the rooms.

    From ``kinds.KINDS`` of each room in ROOMS_WITH_KINDS. Imported when asked: the rooms import
    this file.
    """
    return tuple(said_by(settings.ROOMS_WITH_KINDS, "kinds", "KINDS"))


def kind_named(code: str) -> FileKind:
    """Raises LookupError where no room takes such files.

    By ``FileKind.code``, among the kinds of all rooms.
    """
    for kind in registered():
        if kind.code == code:
            return kind
    raise LookupError(code)
