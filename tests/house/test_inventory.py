"""Every row of the inventory that works has a test that carries its ID."""

import ast

import pytest

from ops import local

#: Rows of the inventory (the paper's features, A1 … J14) that work today.
WORKING = [
    *("N0", "A1", "A3", "A4", "A6", "A8", "A11"),
    *("B4", "B5", "B6", "B7", "B10", "B11"),
    *("C4", "D2", "D5", "F3", "G9", "I4", "I5"),
]


def names_of_tests() -> set[str]:
    found = set()
    for path in (local.BASE_DIR / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
    return found


@pytest.mark.parametrize("row", WORKING)
def test_row_has_a_test_under_its_id(row):
    assert any(name.startswith(f"test_{row.lower()}_") for name in names_of_tests())
