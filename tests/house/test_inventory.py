"""What docs/faults.md lists has a test, and what tests cite stands there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from ops import local

LISTS = (local.BASE_DIR / "docs" / "faults.md").read_text()
#: Features of the paper that work today. What each has to show stands in the document.
WORKING = [
    *("N0", "A1", "A3", "A4", "A6", "A8", "A11"),
    *("B4", "B5", "B6", "B7", "B10", "B11"),
    *("C4", "D2", "D5", "F3", "G9", "I4", "I5"),
]
ROW = re.compile(r"^\| (\w+) \|", re.M)
PROMISE = re.compile(r"^(\d)\. \*\*", re.M)
NUMBERS = r"(\d+(?:(?:, | and | to | )\d+)*)"
#: How a test cites faults: as its whole docstring or its beginning (``Fault 7.``, ``21, 22: …``).
OF_A_TEST = re.compile(rf"^(?:Faults? )?{NUMBERS}(?:$|[.:]| for )")
#: And how a file of tests does.
OF_A_FILE = re.compile(rf"[Ff]aults? {NUMBERS}\b")
CITED_PROMISE = re.compile(r"[Pp]romise (\d)")


@cache
def docstrings() -> tuple[tuple[str, str], ...]:
    """(what it belongs to, docstring) of all test files and test functions."""
    found = []
    for path in sorted((local.BASE_DIR / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        found.append((path.name, ast.get_docstring(tree) or ""))
        for node in functions_in(tree):
            found.append((node.name, ast.get_docstring(node) or ""))
    return tuple(found)


def functions_in(tree: ast.Module) -> list[ast.FunctionDef]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found.append(node)
    return found


def numbers(cited: str) -> set[int]:
    """``18 to 20, 25`` is 18, 19, 20 and 25."""
    found = set()
    for part in re.split(r", | and |(?<!to) (?!to)", cited):
        first, _, last = part.partition(" to ")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def cited_faults() -> set[int]:
    """Numbers that tests make happen; those a file names at its top count only for a range."""
    found = set()
    for owner, text in docstrings():
        pattern = OF_A_FILE if Path(owner).suffix else OF_A_TEST
        for cited in pattern.findall(text):
            found |= numbers(cited)
    return found


def listed() -> set[str]:
    return set(ROW.findall(LISTS)) - {"fault", "ID"}


def test_document_lists_the_features_that_work():
    assert {row for row in listed() if not row.isdecimal()} == set(WORKING)


@pytest.mark.parametrize("row", WORKING)
def test_row_has_a_test_under_its_id(row):
    names = {owner for owner, _text in docstrings()}
    assert any(name.startswith(f"test_{row.lower()}_") for name in names)


def test_every_fault_has_a_test_and_every_number_a_fault():
    assert cited_faults() == {int(row) for row in listed() if row.isdecimal()}


def test_promises_that_tests_cite_are_made():
    cited = set()
    for path in (local.BASE_DIR / "tests").rglob("*.py"):
        cited |= set(CITED_PROMISE.findall(path.read_text()))
    assert cited
    assert cited <= set(PROMISE.findall(LISTS))


@pytest.mark.parametrize(
    ("cited", "meant"),
    [("7", {7}), ("18 to 20, 25", {18, 19, 20, 25}), ("5 6", {5, 6}), ("1, 2 and 4", {1, 2, 4})],
)
def test_citations_are_read(cited, meant):
    assert numbers(cited) == meant
