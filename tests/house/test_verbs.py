"""Every verb has one shape.

In one transaction, keyword-only, with the person, with an audit row.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crm.staff import audit
from tests.house.reading import full_name, imported_names
from tests.house.test_architecture import module_of, parsed, sources

#: Verbs that differ, each with its reason.
NOT_ATOMIC = {
    "crm.segments.actions.refresh_now": "a refresh that fails stores why, and that must stay",
    "crm.privacy.actions.leaving.erase_due": "each departure is a transaction of its own",
}
WITHOUT_PERSON: dict[str, str] = {}
#: The owner function that it calls writes the row. Whoever parts two, also before erasing one,
#: writes that a stop holds for both.
JOINING = "the owner function that joins two records writes the audit row"
WITHOUT_AUDIT: dict[str, str] = {"crm.merges.actions.merge": JOINING}


def files_of_verbs() -> list[Path]:
    return [path for path in sources() if "actions" in module_of(path).split(".")]


def verbs() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function of every actions module, by its dotted name."""
    for path in files_of_verbs():
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{module_of(path)}.{node.name}", node


@dataclass
class Verbs:
    """The functions of the verbs' files and what those files import, by full dotted names."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imported: dict[str, dict[str, str]] = field(default_factory=dict)

    def read(self, module: str, tree: ast.Module) -> None:
        self.imported[module] = imported_names(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[f"{module}.{node.name}"] = node

    def called_by(self, name: str) -> set[str]:
        """Full names of what a function calls; by a name that a package passes on, too."""
        module = name.rpartition(".")[0]
        found = set()
        for node in ast.walk(self.functions[name]):
            if isinstance(node, ast.Call):
                called = full_name(node.func, self.imported[module])
                own = f"{module}.{called}"
                found.add(own if own in self.functions else self.defined_as(called))
        return found

    def defined_as(self, name: str) -> str:
        """``campaigns.plan.actions.phases.close`` of ``campaigns.plan.actions.close``."""
        package, _dot, last = name.rpartition(".")
        return self.imported.get(package, {}).get(last, name)

    def writes_audit(self, name: str, seen: frozenset = frozenset()) -> bool:
        """True when the function, or one of its kind that it calls, records an audit row."""
        called = self.called_by(name)
        if f"{audit.__name__}.record" in called:
            return True
        below = (called & self.functions.keys()) - seen - {name}
        return any(self.writes_audit(other, seen | {name}) for other in below)


def read_verbs() -> Verbs:
    found = Verbs()
    for path in files_of_verbs():
        found.read(module_of(path), parsed(path))
    return found


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
    known = read_verbs()
    without = {name for name, _node in verbs() if not known.writes_audit(name)}
    assert without == set(WITHOUT_AUDIT)


def test_verbs_say_what_they_do():
    assert [
        name for name, node in verbs() if not ast.get_docstring(node) and len(node.body) > 3
    ] == []
