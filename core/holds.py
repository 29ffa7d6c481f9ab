"""What the portal holds of a person: each room says it in its ``holds.py``, settings list the
rooms. There a room also says where it names campuses and colleges without a foreign key.

A test finds every column that points at a reader and fails for one that no room has registered.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db.models import Model, TextField
from django.db.models.functions import Cast


class Erase(StrEnum):
    """What happens to the rows of a person who is erased."""

    DELETE = "delete"
    DETACH = "detach"


@dataclass(frozen=True)
class Hold:
    """Rows of ``model`` ("crm.ConsentEvent") whose ``field`` points at a reader.

    ``follows``: the rows are made from the reader's own row and go with it when an import is
    undone; any other row that names a reader keeps the reader.
    """

    model: str
    field: str
    erase: Erase
    follows: bool = False

    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)


@dataclass(frozen=True)
class Mention:
    """A JSON column that names campuses or colleges by their codes: no foreign key says so."""

    model: str
    field: str

    def names(self, code: str) -> bool:
        """Whether any row has ``code`` as one of its texts."""
        rows = apps.get_model(self.model).objects.annotate(said=Cast(self.field, TextField()))
        return rows.filter(said__contains=f'"{code}"').exists()


@cache
def registered() -> tuple[Hold, ...]:
    """All holds, in the order of the rooms."""
    return of_all_rooms("HOLDS")


@cache
def mentions() -> tuple[Mention, ...]:
    """All mentions of campuses and colleges, in the order of the rooms."""
    return of_all_rooms("MENTIONS")


def of_all_rooms(name: str) -> tuple:
    found = []
    for room in settings.ROOMS_WITH_HOLDS:
        found += getattr(import_module(f"{room}.holds"), name, [])
    return tuple(found)
