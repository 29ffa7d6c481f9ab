"""What the portal holds of a person: each room says it in its ``holds.py``, settings list the
rooms.

A test finds every column that points at a reader and fails for one that no room has registered.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db.models import Model


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


@cache
def registered() -> tuple[Hold, ...]:
    """All holds, in the order of the rooms."""
    found = []
    for room in settings.ROOMS_WITH_HOLDS:
        found += import_module(f"{room}.holds").HOLDS
    return tuple(found)
