"""What statements name: tables only downwards and only readable ones, states never as literals."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db.models import Model, TextChoices

from tests.house.reading import nodes_of
from tests.house.test_architecture import (
    ROOMS,
    module_of,
    modules,
    parsed,
    sources,
    stands_later,
)

#: A word that could be a table's name; a column of it (``crm_reader.id``) counts as well. The
#: database reads names in capitals as the same names, so texts are searched in small letters.
WORD = re.compile(r"(?<![\w.])[a-z]+_[a-z_0-9]+")
IS_SQL = re.compile(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|WHERE|WITH|COPY|VALUES)\b",
    re.IGNORECASE,
)
#: The beginning of a table's name whose end is filled in: ``FROM feedback_{name}``.
PUT_TOGETHER = re.compile(rf"(?<!\w)(?:{'|'.join(ROOMS)})_(?![a-z])", re.IGNORECASE)
QUOTED = re.compile(r"'([a-z_]+)'")
#: Fields that say in which state a row is.
STATE_FIELDS = {"state", "phase"}


def project_models() -> Iterator[type[Model]]:
    for label in ROOMS:
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


@cache
def tables() -> dict[str, str]:
    """``{table: module of its model}`` of the project's own models."""
    return {model._meta.db_table: model.__module__ for model in project_models()}


@cache
def states() -> frozenset[str]:
    """Every value that a row's state or phase may have."""
    found = set()
    for model in project_models():
        for field in model._meta.local_fields:
            if field.name in STATE_FIELDS and field.choices:
                found |= {value for value, _label in field.choices}
    return frozenset(found)


# --- texts ----------------------------------------------------------------------------------------
def docstrings_of(tree: ast.AST) -> set[ast.AST]:
    """Texts that stand alone as a statement."""
    found = set()
    for node in nodes_of(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)
    return found


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every string of a file, the fixed parts of an f-string joined.

    Docstrings are left out.
    """
    tree = parsed(path)
    said = docstrings_of(tree)
    for node in nodes_of(tree):
        if isinstance(node, ast.JoinedStr):
            parts = fixed_parts(node)
            said.update(parts)
            yield node.lineno, " ".join(part.value for part in parts)

    for node in nodes_of(tree):
        if is_text(node) and node not in said:
            yield node.lineno, node.value


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def fixed_parts(node: ast.JoinedStr) -> list[ast.Constant]:
    """What an f-string says between its values."""
    return [part for part in node.values if is_text(part)]


@cache
def texts() -> tuple[tuple[str, int, str], ...]:
    """(module, line, text) of every string of the apps."""
    found = []
    for path in sources():
        found += [(module_of(path), line, text) for line, text in texts_of(path)]
    return tuple(found)


def statements() -> Iterator[tuple[str, int, str]]:
    for module, line, text in texts():
        if IS_SQL.search(text):
            yield module, line, text


# --- tables ---------------------------------------------------------------------------------------
def room_module(module: str) -> str:
    """``crm.readers`` of ``crm.readers.models``."""
    return ".".join(module.split(".")[:2])


def readable(owner: str) -> tuple[str, ...]:
    """Tables and views that the room of ``owner`` lets other apps' statements name."""
    queries = f"{room_module(owner)}.queries"
    if queries not in modules():
        return ()
    return getattr(import_module(queries), "READABLE", ())


def is_of_another_app(module: str, owner: str) -> bool:
    return module.split(".")[0] != owner.split(".")[0]


def named_tables() -> Iterator[tuple[str, int, str, str]]:
    """(module, line, table, module of the table's model) for every table that a text names.

    Any text counts, not only a whole statement: a name may stand in a constant that a statement
    fills in. Where a room's ``READABLE`` names its own tables, it names what is its own.
    """
    known = tables()
    for module, line, text in texts():
        for table in tables_in(text):
            yield module, line, table, known[table]


def tables_in(text: str) -> set[str]:
    return set(WORD.findall(text.lower())) & tables().keys()


def test_statements_name_tables_only_of_lower_apps_and_earlier_rooms():
    wrong = []
    for module, line, table, owner in named_tables():
        if stands_later(owner, module):
            wrong.append(f"{module}:{line} names {table}")
    assert sorted(wrong) == []


def test_statements_name_only_tables_that_their_room_lists_as_readable():
    wrong = set()
    for module, _line, table, owner in named_tables():
        if is_of_another_app(module, owner) and table not in readable(owner):
            wrong.add(f"{module} names {table}, not listed in {room_module(owner)}.queries")
    assert sorted(wrong) == []


def test_names_of_tables_are_written_out():
    """``FROM feedback_{name}`` could be any table of the app; no order could be asked of it."""
    wrong = []
    for module, line, text in statements():
        wrong += [f"{module}:{line} {found}…" for found in PUT_TOGETHER.findall(text)]
    assert wrong == []


def test_what_is_listed_as_readable_is_a_table_of_that_room_and_used():
    used = set()
    for module, _line, table, owner in named_tables():
        if is_of_another_app(module, owner):
            used.add(table)

    wrong = []
    for module in modules():
        listed = readable(module) if module.endswith(".queries") else ()
        for table in listed:
            is_own = room_module(tables().get(table, "")) == room_module(module)
            if not is_own or table not in used:
                wrong.append(f"{module}: {table}")
    assert wrong == []


# --- states ---------------------------------------------------------------------------------------
def outside_of_meta(path: Path) -> Iterator[ast.AST]:
    """Nodes of a file, but those of a model's ``class Meta``.

    There the choices cannot be reached by name.
    """
    pending: list[ast.AST] = [parsed(path)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            continue
        yield node
        pending += ast.iter_child_nodes(node)


def is_state(name: object) -> bool:
    """``state``, ``content__state__in`` and the like."""
    return isinstance(name, str) and bool(STATE_FIELDS & set(name.split("__")))


def name_of(node: ast.AST) -> str:
    """``state`` of ``state``, ``row.state`` and ``getattr(row, "state")``; empty for the rest."""
    match node:
        case ast.Attribute():
            return node.attr
        case ast.Call(func=ast.Name("getattr"), args=[_, ast.Constant(name), *_]):
            return str(name)
    return getattr(node, "id", "")


def names_a_state(node: ast.AST) -> bool:
    """True for a state and for what holds one: ``(row.state, row.size)``."""
    return any(name_of(child) in STATE_FIELDS for child in ast.walk(node))


def given_to_states(node: ast.AST) -> list[ast.AST]:
    """What a node gives to a state or compares it with.

    ``filter(state="sent")``, ``{"state": "sent"}``, ``row.state = "sent"``, ``state == "sent"``
    and the other way round, ``setattr(row, "state", "sent")``, ``match row.state: case "sent"``.
    """
    match node:
        case ast.Call(func=ast.Name("setattr"), args=[_, ast.Constant(name), value]):
            return [value] if is_state(name) else []
        case ast.Call():
            return [keyword.value for keyword in node.keywords if is_state(keyword.arg)]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return [value for key, value in pairs if is_state(getattr(key, "value", None))]
        case ast.Assign() if any(name_of(target) in STATE_FIELDS for target in node.targets):
            return [node.value]
        case ast.Compare():
            sides = [node.left, *node.comparators]
            return sides if any(name_of(side) in STATE_FIELDS for side in sides) else []
        case ast.Match() if names_a_state(node.subject):
            return [case.pattern for case in node.cases]
    return []


def literal_states(node: ast.AST) -> set[str]:
    """States that a node writes out where a state is given or compared."""
    found = set()
    for value in given_to_states(node):
        found |= {child.value for child in ast.walk(value) if isinstance(child, ast.Constant)}
    return found & states()


def test_no_state_is_a_literal_in_a_statement():
    wrong = []
    for module, line, text in statements():
        for word in QUOTED.findall(text):
            if word in states():
                wrong.append(f"{module}:{line} '{word}'")
    assert wrong == []


def test_no_state_is_a_literal_in_code():
    """``filter(state="sent")`` survives a renamed state; ``Delivery.State.SENT`` does not."""
    wrong = []
    for path in sources():
        for node in outside_of_meta(path):
            for state in literal_states(node):
                wrong.append(f"{module_of(path)}:{node.lineno} {state!r}")
    assert wrong == []


def test_states_are_text_choices():
    without = []
    for model in project_models():
        for field in model._meta.local_fields:
            if field.name in STATE_FIELDS and not field.choices:
                without.append(f"{model._meta.label}.{field.name}")
    assert without == []
    assert issubclass(apps.get_model("crm.Job").State, TextChoices)
