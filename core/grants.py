"""What the application's own role may do in the database: each room says in its ``grants.py`` which
of its tables are kept, settings list the rooms.

A table that no room names is ordinary: the role reads, adds, changes and removes its rows. Rows of
a kept table it reads and adds only. Whatever must change or remove such a row is a function of the
owner's, defined by a migration of the room's app, registered here and run with the owner's rights.
A test compares what is said here with the catalogue of a migrated database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.conf import settings

from core.rooms import said_by


@dataclass(frozen=True)
class Kept:
    """A table to which the application only ever adds.

    ``moving``: fields of a row that go on changing, such as a state; all others stay as they were
    written, and no row is removed. ``by_owner``: its rows come and go by functions of the owner's
    alone, and the application only reads them.
    """

    model: str
    moving: tuple[str, ...] = ()
    by_owner: bool = False

    @property
    def table(self) -> str:
        """The name of the model's table, without the schema.

        LookupError where no app has the model.
        """
        return table_of(self.model)

    def moving_columns(self) -> list[str]:
        """The columns of the moving fields.

        Names as the database has them, so ``campus_id`` for ``campus``. FieldDoesNotExist for a
        field that the model lacks.
        """
        meta = apps.get_model(self.model)._meta
        return [meta.get_field(name).column for name in self.moving]


@dataclass(frozen=True)
class Rights:
    """What all rooms say together.

    ``maintained``: tables of which the application renews the planner's statistics. ``emptied``:
    tables that it may empty at once. ``functions``: signatures of owner's functions that it calls,
    ``huixiang_undo_consents(bigint, bigint[])``.
    """

    kept: tuple[Kept, ...]
    maintained: tuple[str, ...]
    emptied: tuple[str, ...]
    functions: tuple[str, ...]


def table_of(model: str) -> str:
    """``crm_consentevent`` for ``crm.ConsentEvent``; tables between two models have a name too.

    LookupError where no app has the model.
    """
    return apps.get_model(model)._meta.db_table


@cache
def registered() -> Rights:
    """All rights, in the order of the rooms."""
    return Rights(
        kept=tuple(said("KEPT")),
        maintained=tuple(map(table_of, said("MAINTAINED"))),
        emptied=tuple(map(table_of, said("EMPTIED"))),
        functions=tuple(said("OWNER_FUNCTIONS")),
    )


def said(name: str) -> Iterator:
    """What each room lists under ``name``.

    The rooms are ROOMS_WITH_GRANTS, in the order of the settings; a room whose ``grants`` lacks the
    name lists nothing.
    """
    return said_by(settings.ROOMS_WITH_GRANTS, "grants", name)
