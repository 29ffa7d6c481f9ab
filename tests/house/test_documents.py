"""What documents name exists."""

import ast
import re

import pytest

from ops import local
from tests.house.rooms import APPS, ROOMS
from tests.house.test_repository import name_of, tracked

#: `crm/segments/refresh.py`, `docs/adr/`, `tests/house/test_sql.py`: a path with a slash, no
#: placeholder in it.
PATH = re.compile(r"`((?:[a-z_0-9]+/)+[A-Za-z_0-9.-]*)`")
DOCUMENTS = [path for path in tracked() if path.suffix == ".md"]
#: Folders that exist only while the portal runs, or on the person's own machine.
MADE = (".local/", "media/", "staticfiles/")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_in_documents_exist(document):
    named = set(PATH.findall(document.read_text()))
    missing = [
        name for name in named if not name.startswith(MADE) and not (local.BASE_DIR / name).exists()
    ]
    assert sorted(missing) == []


#: A file of the repository as a comment, a docstring or a setting cites it.
CITED = re.compile(
    r"(?<![\w/.])((?:tests|docs|ops|core|crm|campaigns|feedback|analytics|demo|config)/"
    r"[\w/-]+\.(?:py|md|sql\.gz))\b"
)


def test_paths_in_comments_and_docstrings_exist():
    wrong = []
    for path in tracked():
        if path.suffix != ".py" and path.name not in {"Makefile", "Dockerfile", "pyproject.toml"}:
            continue
        for name in set(CITED.findall(path.read_text())):
            if not (local.BASE_DIR / name).exists():
                wrong.append(f"{name_of(path)} cites {name}")
    assert wrong == []


def test_map_of_the_readme_names_the_rooms_in_their_order():
    readme = (local.BASE_DIR / "README.md").read_text()
    for app, rooms in ROOMS.items():
        line = re.search(rf"^{app}/ .*$", readme, re.M)[0]
        assert line.split()[-len(rooms) :] == rooms


def test_map_of_the_readme_names_folders_that_exist():
    the_map = (local.BASE_DIR / "README.md").read_text().split("## Map")[1].split("```")[1]
    named = set(re.findall(r"(?<![\w/>])([a-z]+)/", the_map))
    assert named >= {*APPS, "config", "demo", "ops", "templates", "tests", "docs"}
    assert {name for name in named if not (local.BASE_DIR / name).is_dir()} == set()


#: ``(`crm/segments/compile.py`, `compile_rule`)``: a file, and what is defined in it.
PLACE = re.compile(r"`([a-z_0-9/]+\.py)`(?:,\s+|\s+\()`(\w+)`")


def defined_in(path: str) -> set[str]:
    """Names of the functions, methods and classes of a file."""
    found = set()
    for node in ast.walk(ast.parse((local.BASE_DIR / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def places_in(section: str) -> list[tuple[str, str]]:
    return PLACE.findall(section)


def test_functions_that_the_architecture_names_exist():
    text = (local.BASE_DIR / "docs" / "architecture.md").read_text()
    missing = [f"{path}: {name}" for path, name in places_in(text) if name not in defined_in(path)]
    assert missing == []


def test_each_of_the_three_walks_names_its_functions():
    text = (local.BASE_DIR / "docs" / "architecture.md").read_text()
    walks = [section for section in text.split("\n## ") if "walk: " in section.split("\n")[0]]
    assert len(walks) == 3
    for walk in walks:
        assert len(places_in(walk)) >= 5, walk.partition("\n")[0]
