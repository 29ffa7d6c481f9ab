"""A preview that was counted once, kept for its page until the file is mapped otherwise or runs."""

import json
import secrets
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.columns import first_column
from crm.imports.models import ImportBatch
from crm.imports.staging import PREFIX, SCHEMA, drop

#: A count is taken anew after this time: what is stored has changed since.
HOLDS = timedelta(days=1)
#: The kind of job that counts a large file.
PREVIEW = "crm.preview_import"
#: In the report of a batch: the table that keeps what was counted, and when.
KEPT = "preview"


def keep(batch: ImportBatch, found: Any) -> None:
    """Keep what was counted, in a table of the staging schema that the batch names.

    An earlier count of the file is dropped.
    """
    forget(batch)
    table = f"{SCHEMA}.{PREFIX}{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE {table} (found jsonb)")
        cursor.execute(f"INSERT INTO {table} VALUES (%s)", [as_json(found)])
    batch.report = batch.report | {KEPT: {"table": table, "at": timezone.now().isoformat()}}
    ImportBatch.objects.filter(pk=batch.pk).update(report=batch.report)


def kept(batch: ImportBatch, kind: type) -> Any:
    """What was counted of this file, as it is mapped now, as a ``kind``; None where it must be
    counted anew. A count is old after a day, and so is one that another version kept in its form.
    """
    noted = batch.report.get(KEPT)
    if not noted or timezone.now() - parse_datetime(noted["at"]) > HOLDS:
        return None
    try:
        return thawed(kind, stored_in(noted["table"]))
    except (KeyError, TypeError, AttributeError):
        return None


def stored_in(table: str) -> Any:
    """What a table of such a preview keeps, as JSON has it; None where it keeps nothing, and where
    the table is gone. Two statements at most.
    """
    with connection.cursor() as cursor:
        # A crash of the database empties the table, and a sweep may have dropped it.
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(f"SELECT found::text FROM {table}")
        found = first_column(cursor) or ["null"]
    return json.loads(found[0])


def forget(batch: ImportBatch) -> None:
    """Drop what was counted: the file is mapped otherwise now, runs, or is gone.

    Without such a count nothing is asked of the database.
    """
    noted = batch.report.pop(KEPT, None)
    if noted:
        drop(noted["table"])
        ImportBatch.objects.filter(pk=batch.pk).update(report=batch.report)


# --- as JSON --------------------------------------------------------------------------------------
def as_json(found: Any) -> str:
    """A preview as a text for the table that keeps it; ``thawed`` reads what JSON makes of it. What
    JSON knows no form of is written as its own text.
    """
    return json.dumps(frozen(found), ensure_ascii=False, default=str)


def frozen(value: Any) -> Any:
    """Dataclasses and stored rows as {name: value}, tuples as lists, sets as sorted lists, all else
    as it is; days become texts only as JSON.
    """
    if is_dataclass(value):
        return {one.name: frozen(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Model):
        return {one.attname: getattr(value, one.attname) for one in value._meta.concrete_fields}
    if isinstance(value, list | tuple):
        return list(map(frozen, value))
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def thawed(kind: Any, value: Any) -> Any:
    """What ``frozen`` made, as ``kind`` again: a dataclass with what its hints name, a row that is
    not stored, lists of such, days and moments. What no hint speaks of stays as JSON has it.
    """
    if value is None:
        return None
    make = MAKE.get(get_origin(kind))
    if make is None:
        make = next((make for is_such, make in SUCH if is_such(kind)), as_scalar)
    return make(kind, value)


def as_list(kind: Any, value: list) -> list:
    """A list of one kind: ``list[Kind]`` says of which."""
    (of,) = get_args(kind)
    return [thawed(of, one) for one in value]


def as_frozenset(_kind: Any, value: list) -> frozenset:
    """A set of texts, which JSON keeps as a list."""
    return frozenset(value)


def as_tuple(kind: Any, value: list) -> tuple:
    """A tuple whose parts have each a kind of their own: ``tuple[str, bool]`` has two. Raises
    ValueError where there are more or fewer.
    """
    return tuple(thawed(part, one) for part, one in zip(get_args(kind), value, strict=True))


def as_first(kind: Any, value: Any) -> Any:
    """What may be missing and is there: ``Kind | None`` says of which kind it is then."""
    return thawed(get_args(kind)[0], value)


def as_dataclass(kind: type, value: dict) -> Any:
    """A dataclass, each field by its hint. Raises KeyError for a field that it does not have, and
    TypeError where one is missing.
    """
    hints = get_type_hints(kind)
    return kind(**{name: thawed(hints[name], one) for name, one in value.items()})


def as_dict(kind: Any, value: dict) -> dict:
    """A dict whose kind is a TypedDict: each value by the hint of its name; values of other names
    stay as JSON has them.
    """
    hints = get_type_hints(kind)
    return {name: thawed(hints.get(name), one) for name, one in value.items()}


def as_row(kind: type[Model], value: dict) -> Model:
    """An instance that is not stored; its fields know what a text stands for."""
    fields_of = {one.attname: one for one in kind._meta.concrete_fields}
    return kind(**{name: fields_of[name].to_python(one) for name, one in value.items()})


def as_scalar(kind: Any, value: Any) -> Any:
    """A day or a moment; numbers and texts are what they were."""
    return SCALARS.get(kind, same)(value)


def same(value: Any) -> Any:
    """Numbers and texts are what they were."""
    return value


SCALARS: dict[Any, Callable] = {date: date.fromisoformat, datetime: datetime.fromisoformat}
#: By the outer kind of a hint, and else by the first question that is answered with yes.
MAKE = {
    frozenset: as_frozenset,
    list: as_list,
    tuple: as_tuple,
    UnionType: as_first,
    Union: as_first,
}
SUCH = (
    (is_dataclass, as_dataclass),
    (is_typeddict, as_dict),
    (lambda kind: isinstance(kind, type) and issubclass(kind, Model), as_row),
)
