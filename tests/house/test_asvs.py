"""docs/asvs.md counts right, and what it calls met can be looked up."""

import re
from collections import Counter
from typing import NamedTuple

import pytest
from django.conf import settings

from ops import local
from tests.house.test_inventory import docstrings

DOCUMENT = (local.BASE_DIR / "docs" / "asvs.md").read_text()
STATES = ("met", "not applicable", "short")
#: A requirement, or a section of a chapter that does not apply.
ROW = re.compile(r"^\| (\d+(?:\.\d+){1,2}) \|.*$", re.M)
COUNT = re.compile(rf"^\| ({'|'.join(STATES)}) \| (\d+) \|", re.M)
TEST = re.compile(r"`(test_\w+)`")
PLACE = re.compile(r"`(tests/[\w/]+\.py)`")
SETTING = re.compile(r"`([A-Z][A-Z_0-9]+)`")
#: Files that are settings themselves.
CONFIGURATION = ("`.dockerignore`", "`ops/proxy/nginx.conf`")


class Requirement(NamedTuple):
    number: str
    level: str
    asked: str
    state: str
    shown: str

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.number.split("."))


def rows() -> list[Requirement]:
    """All rows; ValueError and TypeError for one that has not five cells."""
    found = []
    for match in ROW.finditer(DOCUMENT):
        cells = match[0].strip("|").split("|")
        found.append(Requirement(*(cell.strip() for cell in cells)))
    return found


def names_of_tests() -> set[str]:
    return {name for name, _text in docstrings() if name.startswith("test_")}


def cited(row: Requirement) -> list[str]:
    """What a row names that can be looked up."""
    named = [name for name in CONFIGURATION if name in row.shown]
    for pattern in (TEST, PLACE, SETTING):
        named += pattern.findall(row.shown)
    return named


def test_every_row_has_one_of_the_three_words_and_a_level():
    assert len(rows()) > 200
    wrong = []
    for row in rows():
        words = row.state in STATES and row.level in {"1", "2", "1, 2"}
        if not (words and row.asked and row.shown):
            wrong.append(row.number)
    assert wrong == []


def test_ids_stand_once_and_in_order():
    order = [row.order for row in rows()]
    assert order == sorted(set(order))


def test_every_requirement_of_levels_1_and_2_has_its_row():
    """70 and 183 are the standard's own numbers, less those of the sections that are one row."""
    single = Counter(row.level for row in rows() if len(row.order) == 3)
    assert single == {"1": 70 - 5, "2": 183 - 24 - 7}
    sections = [row.number for row in rows() if len(row.order) == 2]
    assert sections == [*(f"10.{n}" for n in range(1, 8)), "17.1", "17.2", "17.3"]


def test_counts_at_the_top_are_right():
    said = {state: int(number) for state, number in COUNT.findall(DOCUMENT)}
    assert said == Counter(row.state for row in rows())


def test_what_is_met_names_a_test_or_a_setting():
    assert [row.number for row in rows() if row.state == "met" and not cited(row)] == []


def test_tests_that_are_named_exist():
    missing = set(TEST.findall(DOCUMENT)) - names_of_tests()
    assert sorted(missing) == []


@pytest.mark.parametrize("name", sorted(set(SETTING.findall(DOCUMENT))))
def test_settings_that_are_named_exist(name):
    """Django's own have a value; those of packages and of the environment are read in our files."""
    read = ""
    for path in ("config/settings.py", ".env.example"):
        read += (local.BASE_DIR / path).read_text()
    assert hasattr(settings, name) or re.search(rf"\b{name}\b", read)
