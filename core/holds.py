"""What the portal holds of a person: each room says it in its ``holds.py``, settings list the
rooms. There a room also says where it names campuses and colleges without a foreign key.

Every hold has three rules: how its rows are shown and exported, what becomes of them when the
person is erased, and why they are kept. A test finds every column that points at a reader and fails
for one that no room has registered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.text import capfirst

from core.rooms import said_by


class Erase(StrEnum):
    """What happens to the rows of a person who is erased."""

    #: They go.
    DELETE = "delete"
    #: They stay without the person, and what the person wrote in them goes (``Hold.writes``).
    DETACH = "detach"
    #: As DETACH, with a random token in place of the person (``erased``).
    TOKEN = "token"
    #: The person's key is taken out of the row's list of keys.
    TAKE_OUT = "take out"
    #: They hang on rows that lose the person, and say nothing by themselves.
    KEEP = "keep"


#: After which of them rows are left, without the person.
STAYS = {Erase.DETACH, Erase.TOKEN, Erase.KEEP}


@dataclass(frozen=True)
class Shown:
    """One column of a hold for the person: what it is called and where its value stands.

    ``path`` is an attribute path of the model ("survey__title"); ``says`` turns the value into
    words where it is not said as it stands; where nothing stands only with ``says_nothing``.
    ``for_programs``: codes of ours, which stand in the file for programs alone. ``beside``: path of
    what is needed to say it; ``says`` is then handed {"value": …, "beside": …}. ``joined``: rows
    that differ in nothing else are shown as one, with these values in a row.
    """

    label: Any
    path: str
    says: Callable[[Any], Any] | None = None
    says_nothing: bool = False
    for_programs: bool = False
    beside: str = ""
    joined: bool = False


class RowsOfAModel:
    """For whatever names its ``model``, and perhaps what its rows are ``called``."""

    called = ""

    def model_class(self) -> type[Model]:
        """The model itself; LookupError where no app has one of this name."""
        return apps.get_model(self.model)

    @property
    def kind(self) -> str:
        """What its rows are to others than the person.

        In the present language: what the hold itself says, else the model's plural.
        """
        return str(self.called) or kind_of(self.model_class())


@dataclass(frozen=True)
class Hold(RowsOfAModel):
    """Rows of ``model`` ("crm.ConsentEvent") that belong to a reader by ``field``.

    ``field`` is the key, or the way to it over other rows ("delivery__reader"). ``title`` and
    ``shown`` are how the person reads it, newest first by ``order``; ``left_out`` narrows what is
    shown. ``purpose`` is why the library keeps it and ``basis`` what allows that, for the register
    of processing. ``writes`` is {column: SQL} for rows that stay: the value each then has.

    ``follows``: the rows are made from the reader's own row and go with it when an import is
    undone; any other row that names a reader keeps the reader.

    ``leaves``: SQL that runs first, for what figures rest on when the rows themselves go.

    For joining two records of one person (``crm.merges.moving``): rows that go ``aside`` are
    not moved: they are made anew every night, or are of the record and not of the person. ``joins``
    is SQL that runs before, ``parts`` after they are back, with ``v_kept``, ``v_gone`` and the
    moment ``v_now`` or ``v_at``. ``lets_go`` is {column: SQL} of a row that loses its person since
    the kept record has such a row already.
    """

    model: str
    field: str
    erase: Erase
    follows: bool = False
    title: Any = ""
    shown: tuple[Shown, ...] = ()
    order: str = "-pk"
    left_out: Mapping[str, Any] = field(default_factory=dict)
    purpose: Any = ""
    basis: Any = ""
    writes: Mapping[str, str] = field(default_factory=dict)
    #: What its rows are to others than the person, where the model's name says it of another hold.
    called: Any = ""
    leaves: str = ""
    aside: bool = False
    joins: str = ""
    parts: str = ""
    lets_go: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_direct(self) -> bool:
        """Whether the rows themselves hold the person's key.

        False where it leads over another row ("survey__reader").
        """
        return "__" not in self.field

    def rows(self, reader) -> QuerySet:
        """The rows that belong to ``reader`` and may be shown to them, the newest first.

        One query set, not evaluated. Where the key stands in a list (``Erase.TAKE_OUT``) rows whose
        list contains it. Managers that hide rows are passed by.
        """
        if self.erase == Erase.TAKE_OUT:
            mine = {f"{self.field}__overlap": reader.keys()}
        else:
            mine = {self.field: reader}
        found = self.model_class()._base_manager.filter(**mine)
        if self.left_out:
            found = found.exclude(**self.left_out)
        return found.order_by(self.order, "-pk")


@dataclass(frozen=True)
class AddressHold(RowsOfAModel):
    """A column that may hold a person's address although no key says whose row it is.

    ``field`` may be a way over other rows ("voice__email"). Rows with one of the addresses of
    somebody who is erased get ``writes``, {column: SQL}.
    """

    model: str
    field: str
    writes: Mapping[str, str]


@dataclass(frozen=True)
class AccountHold(RowsOfAModel):
    """Rows about a person to which no key of their reader's row leads: those of the account they
    sign in with, those that name them, those with their address.

    ``field`` is the column by which they are theirs. ``find`` hands out the rows of a reader where
    it takes more than the key of the account in that column; columns that it adds may be shown.
    ``erase`` says what becomes of them when the person is erased, which each room does by itself.
    ``alone``: one row at most, which reads better as labels and values than as a table.
    """

    model: str
    field: str
    erase: Erase
    title: Any
    shown: tuple[Shown, ...]
    purpose: Any
    basis: Any
    order: str = "-pk"
    find: Callable[[Any], QuerySet] | None = None
    alone: bool = False
    #: What its rows are to others than the person, where a package's model has no good name.
    called: Any = ""

    def rows(self, reader) -> QuerySet:
        """The rows that are about ``reader``, the newest first; none for one without an account.

        By the account's key in ``field``, or by the function ``find`` where the hold has one. Not
        evaluated.
        """
        if self.find is not None:
            found = self.find(reader)
        elif reader.user_id is None:
            found = self.model_class()._base_manager.none()
        else:
            found = self.model_class()._base_manager.filter(**{self.field: reader.user_id})
        return found.order_by(self.order, "-pk")


@dataclass(frozen=True)
class OwnLine:
    """One thing that a person made here: what it is, where it stands, and its page."""

    text: str
    state: str
    url: str
    at: Any


@dataclass(frozen=True)
class OwnThings:
    """What a person made here and goes back to: the newest stand on their page as links.

    ``find`` hands out the rows of a reader, the newest first; ``say`` turns one into its line.
    ``all_at`` names the page with all of them.
    """

    title: Any
    all_at: str
    find: Callable[[Any], QuerySet]
    say: Callable[[Any], OwnLine]


@dataclass(frozen=True)
class Unknowable:
    """Rows of which nobody can tell whose they are: ``title`` and ``why`` say so to everybody;
    ``purpose`` is what the library keeps them for.
    """

    model: str
    title: Any
    why: Any
    purpose: Any


@dataclass(frozen=True)
class Mention:
    """A JSON column that names campuses or colleges by their codes: no foreign key says so."""

    model: str
    field: str

    def names(self, code: str) -> bool:
        """Whether any row has ``code`` as one of its texts."""
        rows = apps.get_model(self.model).objects.annotate(said=Cast(self.field, TextField()))
        return rows.filter(said__contains=f'"{code}"').exists()


def kind_of(model: type[Model]) -> str:
    """The name of the model's rows, as a title.

    In the present language, with a capital first letter.
    """
    return capfirst(str(model._meta.verbose_name_plural))


@cache
def registered() -> tuple[Hold, ...]:
    """All holds, in the order of the rooms.

    From ``holds.HOLDS`` of each room in ROOMS_WITH_HOLDS.
    """
    return of_all_rooms("HOLDS")


@cache
def account_holds() -> tuple[AccountHold, ...]:
    """What hangs on accounts or only names a person, in the order of the rooms.

    From ``holds.ACCOUNTS`` of each room.
    """
    return of_all_rooms("ACCOUNTS")


def shown_holds() -> tuple[Hold | AccountHold, ...]:
    """Everything that a person is shown of themself: first what they sign in with.

    From ``account_holds`` and ``registered``: the order of the person's page and of their file.
    """
    return account_holds() + registered()


@cache
def own_things() -> tuple[OwnThings, ...]:
    """What people make here and go back to, in the order of the rooms.

    From ``holds.MINE`` of each room; shown with links on the person's own page.
    """
    return of_all_rooms("MINE")


@cache
def unknowables() -> tuple[Unknowable, ...]:
    """What is kept of people and leads to nobody, in the order of the rooms.

    From ``holds.UNKNOWABLE`` of each room. The register of processing and the person's own page
    name them.
    """
    return of_all_rooms("UNKNOWABLE")


@cache
def address_holds() -> tuple[AddressHold, ...]:
    """Columns with addresses of people and no key, in the order of the rooms.

    From ``holds.ADDRESSES`` of each room. When somebody is erased they are found by the address.
    """
    return of_all_rooms("ADDRESSES")


@cache
def mentions() -> tuple[Mention, ...]:
    """All mentions of campuses and colleges, in the order of the rooms.

    From ``holds.MENTIONS`` of each room. An import of places that is taken back asks them first.
    """
    return of_all_rooms("MENTIONS")


def of_all_rooms(name: str) -> tuple:
    """What each room lists under ``name``.

    A room whose ``holds`` lacks the name adds nothing.
    """
    return tuple(said_by(settings.ROOMS_WITH_HOLDS, "holds", name))
