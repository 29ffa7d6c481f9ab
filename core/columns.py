"""One column of many rows, or some columns of one."""

from collections.abc import Iterable
from typing import Any


def keys_of(rows: Iterable) -> list:
    """The primary keys of rows, in their order."""
    return [row.pk for row in rows]


def names_of(rows: Iterable) -> dict[Any, str]:
    """{primary key: what the row calls itself, in the present language}."""
    return {row.pk: str(row) for row in rows}


def values_of(row, names: Iterable[str]) -> dict[str, Any]:
    """{name: value} of these columns of one row."""
    return {name: getattr(row, name) for name in names}


def first_column(cursor) -> list:
    """The first value of every row that the cursor's last statement gave."""
    return [row[0] for row in cursor.fetchall()]
