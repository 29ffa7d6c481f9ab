"""Which rows are published together: each room says it in its ``publications.py``, settings list
the rooms.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from core import grants


@dataclass(frozen=True)
class Rows:
    """Rows that belong to a published thing. ``owner``: SQL over a row ``t``, the thing's id."""

    model: str
    owner: str


@dataclass(frozen=True)
class Chain:
    """Things of one model, each published once, with the rows that belong to each."""

    code: str
    model: str
    rows: tuple[Rows, ...]

    @property
    def table(self) -> str:
        """The name in the database of the table whose rows the chain seals; LookupError where no
        such model is installed.
        """
        return apps.get_model(self.model)._meta.db_table


@cache
def registered() -> dict[str, Chain]:
    """{code: chain}, in the order of the rooms.

    Read once from the ``publications`` of each room in ``ROOMS_WITH_PUBLICATIONS``; a room without
    that file is an ImportError.
    """
    found = {}
    for room in settings.ROOMS_WITH_PUBLICATIONS:
        for chain in import_module(f"{room}.publications").CHAINS:
            found[chain.code] = chain
    return found


def registered_checks() -> Iterator[Callable]:
    """Functions without arguments that yield breaks (``published/breaks.py``): what no hash of a
    row can tell, such as whether a state follows from a decision.
    """
    for room in settings.ROOMS_WITH_PUBLICATIONS:
        for name in getattr(import_module(f"{room}.publications"), "CHECKS", []):
            yield import_string(name)


def moving_columns(table: str) -> list[str]:
    """Columns that may change after the publication; no seal speaks of them.

    They follow from the grants that rooms declare; empty for a table of which none is declared.
    """
    for kept in grants.registered().kept:
        if kept.table == table:
            return kept.moving_columns()
    return []
