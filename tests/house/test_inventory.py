"""What docs/promises.md lists has a test, and what tests cite stands there."""

import re

import pytest

from ops import local, promises
from ops.promises import docstrings, numbers

LISTS = promises.DOCUMENT.read_text()
#: Features that work today, of the paper and, as J, beyond it. What each has to show stands in the
#: document.
WORKING = [
    *("N0", "A1", "A3", "A4", "A6", "A8", "A11", "A13"),
    *("B4", "B5", "B6", "B7", "B10", "B11"),
    *("C2", "C4", "D2", "D5", "D11", "E13", "F3", "G1", "G9", "I1", "I2", "I4", "I5", "I6"),
    *("J3", "J4", "J14"),
]
ROW = re.compile(r"^\| (\w+) \|", re.M)
PROMISE = re.compile(r"^(\d)\. \*\*", re.M)
CITED_PROMISE = re.compile(r"[Pp]romise (\d)")


def listed() -> set[str]:
    return set(ROW.findall(LISTS)) - {"number", "ID"}


def test_document_lists_the_features_that_work():
    assert {row for row in listed() if not row.isdecimal()} == set(WORKING)


@pytest.mark.parametrize("row", WORKING)
def test_row_has_a_test_under_its_id(row):
    names = {owner for owner, _text in docstrings()}
    assert any(name.startswith(f"test_{row.lower()}_") for name in names)


def test_document_and_tests_name_each_other():
    assert promises.problems(LISTS) == []


def test_what_differs_is_said():
    other = LISTS.replace("| 16 | SIGTERM |", "| 99 | SIGTERM |")
    assert promises.problems(other) == [
        "fault 16 has no row",
        "fault 99: its row names other tests than those that cite it",
    ]


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
