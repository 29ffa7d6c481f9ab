"""What documents name exists."""

import re

import pytest

from ops import local
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


def test_paths_in_comments_and_docstrings_of_tests_exist():
    cited = re.compile(r"\b((?:tests|docs)/[a-z_0-9/]+\.(?:py|md))\b")
    wrong = []
    for path in tracked():
        if path.suffix == ".py":
            names = set(cited.findall(path.read_text()))
            wrong += [
                f"{name_of(path)} cites {name}"
                for name in names
                if not (local.BASE_DIR / name).exists()
            ]
    assert wrong == []
