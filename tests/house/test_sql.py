"""What statements name: tables only downwards and only readable ones, states never as literals."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.db.models import TextChoices

from tests.house.test_architecture import (
    APPS,
    ROOMS,
    module_of,
    modules,
    room_of,
    sources,
)

TABLE = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|USING|TABLE|COPY|ANALYZE|ONLY)\s+(?:ONLY\s+)?\"?([a-z]+_[a-z_]+)",
    re.I,
)
IS_SQL = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|WHERE|WITH|COPY|VALUES)\b")
QUOTED = re.compile(r"'([a-z_]+)'")
#: Fields that say in which state a row is.
STATE_FIELDS = {"state", "phase"}


def tables() -> dict[str, str]:
    """``{table: module of its model}`` of the project's own models."""
    found = {}
    for label in ROOMS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            found[model._meta.db_table] = model.__module__
    return found


def states() -> set[str]:
    """Every value that a row's state or phase may have."""
    found = set()
    for label in ROOMS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                if field.name in STATE_FIELDS and field.choices:
                    found |= {value for value, _label in field.choices}
    return found


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every string of a file, the fixed parts of an f-string joined.

    Docstrings left out.
    """
    tree = ast.parse(path.read_text())
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(node.value)  # a docstring
        if isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            inside.update(parts)
            yield node.lineno, " ".join(str(part.value) for part in parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield node.lineno, node.value


def statements() -> Iterator[tuple[str, int, str]]:
    for path in sources():
        for line, text in texts_of(path):
            if IS_SQL.search(text):
                yield module_of(path), line, text


def readable(owner: str) -> tuple[str, ...]:
    """Tables and views that the room of ``owner`` lets other apps' statements name."""
    queries = ".".join([*owner.split(".")[:2], "queries"])
    if queries not in modules():
        return ()
    return getattr(import_module(queries), "READABLE", ())


def named_tables() -> Iterator[tuple[str, int, str, str]]:
    """(module, line, table, module of the table's model) for every table a statement names."""
    known = tables()
    for module, line, text in statements():
        for table in set(TABLE.findall(text)) & known.keys():
            yield module, line, table, known[table]


def test_statements_name_tables_only_of_lower_apps_and_earlier_rooms():
    wrong = []
    for module, line, table, owner in named_tables():
        app, other = module.split(".")[0], owner.split(".")[0]
        upward = APPS.index(other) > APPS.index(app)
        here, there = room_of(module), room_of(owner)
        later = app == other and here and ROOMS[app].index(there) > ROOMS[app].index(here)
        if upward or later:
            wrong.append(f"{module}:{line} names {table}")
    assert sorted(wrong) == []


def test_statements_name_only_tables_that_their_room_lists_as_readable():
    wrong = set()
    for module, _line, table, owner in named_tables():
        room = ".".join(owner.split(".")[:2])
        if module.split(".")[0] != owner.split(".")[0] and table not in readable(owner):
            wrong.add(f"{module} names {table}, which is not listed in {room}.queries")
    assert sorted(wrong) == []


def test_what_is_listed_as_readable_is_a_table_of_that_room_and_used():
    used = {
        table
        for module, _line, table, owner in named_tables()
        if module.split(".")[0] != owner.split(".")[0]
    }
    known = tables()
    wrong = []
    for module in modules():
        if module.endswith(".queries"):
            for table in readable(module):
                own = table in known and known[table].split(".")[:2] == module.split(".")[:2]
                wrong += [] if own and table in used else [f"{module}: {table}"]
    assert wrong == []


def test_no_state_is_a_literal_in_a_statement():
    known = states()
    wrong = []
    for module, line, text in statements():
        wrong += [f"{module}:{line} '{word}'" for word in QUOTED.findall(text) if word in known]
    assert wrong == []


def calls_outside_of_meta(path: Path) -> Iterator[ast.Call]:
    """Calls of a file.

    Not those of a model's ``class Meta``, where the choices cannot be reached by name.
    """
    pending: list[ast.AST] = [ast.parse(path.read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            continue
        if isinstance(node, ast.Call):
            yield node
        pending += ast.iter_child_nodes(node)


def literal_states(keyword: ast.keyword, known: set[str]) -> list[str]:
    """States written out in ``state="sent"``, ``content__state__in=["sent"]`` and the like."""
    if not STATE_FIELDS & set((keyword.arg or "").split("__")):
        return []
    constants = [node.value for node in ast.walk(keyword.value) if isinstance(node, ast.Constant)]
    return [value for value in constants if value in known]


def test_no_state_is_a_literal_in_a_call():
    """``filter(state="sent")`` survives a renamed state; ``Delivery.State.SENT`` does not."""
    known = states()
    wrong = []
    for path in sources():
        for call in calls_outside_of_meta(path):
            for keyword in call.keywords:
                for state in literal_states(keyword, known):
                    wrong.append(f"{module_of(path)}:{call.lineno} {keyword.arg}={state!r}")
    assert wrong == []


def test_states_are_text_choices():
    for label in ROOMS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                if field.name in STATE_FIELDS:
                    assert field.choices, f"{model._meta.label}.{field.name} has no choices"
    assert issubclass(apps.get_model("crm.Job").State, TextChoices)
