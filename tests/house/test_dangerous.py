"""Words of the languages that run what they are given stand nowhere in the portal."""

import ast
import re

import pytest
from django.core.cache import cache

from ops import local
from tests.house.reading import nodes_of
from tests.house.test_architecture import parsed, sources

RUNS = {"eval", "exec", "compile", "__import__"}
UNPACKS = {"pickle", "marshal", "shelve", "dill"}
#: What makes a script of a text, or writes text as page.
IN_SCRIPTS = re.compile(
    r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write"
)


def dangers(tree: ast.AST) -> list[int]:
    """Lines that run a text, or unpack what may run."""
    lines = []
    for node in nodes_of(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RUNS:
            lines.append(node.lineno)
        if isinstance(node, ast.Import) and {name.name for name in node.names} & UNPACKS:
            lines.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module in UNPACKS:
            lines.append(node.lineno)
    return lines


def test_no_text_is_run_and_nothing_that_runs_is_unpacked():
    found = {str(path): dangers(parsed(path)) for path in sources()}
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert dangers(ast.parse("import pickle\neval('1')")) == [1, 2]


def test_no_script_runs_a_text_or_writes_it_as_page():
    wrong = []
    for path in (local.BASE_DIR / "static" / "js").rglob("*.js"):
        if IN_SCRIPTS.search(path.read_text()):
            wrong.append(path.name)
    assert wrong == []


def test_cache_takes_values_and_no_objects():
    """A pickle out of it could run anything; JSON cannot."""
    with pytest.raises(TypeError):
        cache.set("x", object())
    cache.set("x", [1, "a"])
    assert cache.get("x") == [1, "a"]
