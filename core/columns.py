"""One column of many rows, or some columns of one; and the one row of those that were found."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any


def the_only(found: Collection) -> Any:
    """The one that was found; None where there is none, and where there are several, of which
    nobody knows which is meant.
    """
    if len(found) != 1:
        return None
    return next(iter(found))


def key_of(row: Any) -> Any:
    """The primary key of a row; None where there is no row."""
    if row is None:
        return None
    return row.pk


def keys_of(rows: Iterable) -> list:
    """The primary keys of rows, in their order.

    Evaluates a query set, whole rows and all: ``values_list`` is cheaper where the rows are not
    needed.
    """
    return [row.pk for row in rows]


def names_of(rows: Iterable) -> dict[Any, str]:
    """{primary key: what the row calls itself, in the present language}.

    One statement for a query set; a ``__str__`` that follows a relation takes one more for each
    row.
    """
    return {row.pk: str(row) for row in rows}


def values_of(row, names: Iterable[str]) -> dict[str, Any]:
    """{name: value} of these columns of one row.

    AttributeError for a name that the row does not have. A relation gives the related row itself.
    """
    return {name: getattr(row, name) for name in names}


def differing(row, wanted: Mapping[str, Any]) -> list[str]:
    """The names of those ``wanted`` values that the row does not have yet, in their order.

    ``wanted``: {column: value}. AttributeError for a column that the row does not have.
    """
    return [name for name, value in wanted.items() if getattr(row, name) != value]


def set_differing(row, wanted: Mapping[str, Any]) -> list[str]:
    """Set those values that the row does not have yet and give their names; nothing is saved.

    As ``differing``.
    """
    changed = differing(row, wanted)
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


def first_column(cursor) -> list:
    """The first value of every row that the cursor's last statement gave.

    Fetches all that is left: the cursor has nothing more to give after it. Empty for no row.
    """
    return [row[0] for row in cursor.fetchall()]
