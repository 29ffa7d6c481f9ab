"""Every verb has one shape.

In one transaction, keyword-only, with the person, with an audit row.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_architecture import module_of, sources

#: Verbs that differ, each with its reason.
NOT_ATOMIC = {
    "crm.segments.actions.refresh_now": "a refresh that fails stores why, and that must stay",
}
WITHOUT_PERSON: dict[str, str] = {}
WITHOUT_AUDIT: dict[str, str] = {}


def files_of_verbs() -> list[Path]:
    return [path for path in sources() if "actions" in module_of(path).split(".")]


def verbs() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function of every actions module, by its dotted name."""
    for path in files_of_verbs():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{module_of(path)}.{node.name}", node


def functions_by_name() -> dict[str, ast.FunctionDef]:
    """All functions of the verbs' files, to follow a verb that calls another one."""
    found = {}
    for path in files_of_verbs():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = node
    return found


def called_by(node: ast.FunctionDef) -> set[str]:
    names = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Call):
            called = child.func
            names.add(
                called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            )
    return names


def writes_audit(node: ast.FunctionDef, functions: dict, seen: frozenset = frozenset()) -> bool:
    """True when the function, or one of its kind that it calls, records an audit row."""
    names = called_by(node)
    if "record" in names:
        return True
    below = (names & functions.keys()) - seen - {node.name}
    return any(writes_audit(functions[name], functions, seen | {node.name}) for name in below)


def is_atomic(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "transaction.atomic" for decorator in node.decorator_list)


def test_there_are_verbs():
    assert len(list(verbs())) > 50


def test_verbs_are_one_transaction():
    assert {name for name, node in verbs() if not is_atomic(node)} == set(NOT_ATOMIC)


def test_verbs_take_everything_by_name():
    assert [name for name, node in verbs() if node.args.args or node.args.posonlyargs] == []


def test_verbs_know_who_asks():
    without = {
        name for name, node in verbs() if "by" not in {arg.arg for arg in node.args.kwonlyargs}
    }
    assert without == set(WITHOUT_PERSON)


def test_verbs_leave_an_audit_row():
    functions = functions_by_name()
    without = {name for name, node in verbs() if not writes_audit(node, functions)}
    assert without == set(WITHOUT_AUDIT)


def test_verbs_say_what_they_do():
    assert [
        name for name, node in verbs() if not ast.get_docstring(node) and len(node.body) > 3
    ] == []
