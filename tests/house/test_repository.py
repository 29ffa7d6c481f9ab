"""Things about the repository that no page shows.

Nothing unused, nothing forgotten, files that agree.
"""

import ast
import hashlib
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db.models import CheckConstraint

from config.celery import app as celery
from ops import local, messages, servers, supervisor, vendor

BASE_DIR = local.BASE_DIR
APPS = messages.APPS
#: Templates that Django and its packages look up by themselves.
FOUND_BY_NAME = (
    "account/",
    "allauth/",
    "mfa/",
    "admin/",
    "django/",
    "registration/",
    "socialaccount/",
    "usersessions/",
)
ERROR_PAGES = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "503.html",
    "robots.txt",
}
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_VIEW = 60, 400, 20
LIST = ["git", "ls-files", "-co", "--exclude-standard"]
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".css",
    ".js",
    ".yml",
    ".toml",
    ".in",
    ".po",
    ".svg",
    ".sh",
    "",
}


@cache
def tracked() -> list[Path]:
    """Files under version control; all files of the tree where there is no git."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return [BASE_DIR / name for name in done.stdout.splitlines() if (BASE_DIR / name).is_file()]
    hidden = {".venv", ".local", ".git"}
    return [path for path in BASE_DIR.rglob("*") if path.is_file() and not hidden & set(path.parts)]


def python_files(*folders: str) -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix == ".py"
        and path.relative_to(BASE_DIR).parts[0] in folders
        and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    return [path for path in tracked() if path.is_relative_to(BASE_DIR / "templates")]


def name_of(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.end_lineno - node.lineno + 1


def body_length(node) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return node.end_lineno - body[0].lineno + 1


# --- templates ------------------------------------------------------------------------------------
def test_every_template_is_used():
    sources = "\n".join(path.read_text() for path in [*templates(), *python_files(*APPS, "config")])
    # A name put together from a state counts by its beginning:
    # f"campaigns/room/_phase_{phase}.html".
    beginnings = tuple(re.findall(r"""["']([a-z/]+/[a-z_]+_)(?:\{|["']\|add)""", sources))
    names = {str(path.relative_to(BASE_DIR / "templates")) for path in templates()} - ERROR_PAGES
    unused = [
        name
        for name in names
        if not name.startswith(FOUND_BY_NAME + beginnings) and name not in sources
    ]
    assert sorted(unused) == []


def test_templates_have_no_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=\"|\bhref=\"javascript:",
        re.I,
    )
    mails = [path for path in templates() if "mail" in path.stem or path.parent.name == "email"]
    wrong = [
        name_of(path)
        for path in templates()
        if path not in mails and inline.search(path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize("app", [messages.ROOT, *APPS])
def test_every_text_has_its_chinese(app):
    assert messages.missing(app) == []


# --- models and migrations ------------------------------------------------------------------------
def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named():
    wrong = [
        path.name for app in APPS for path in (BASE_DIR / app / "migrations").glob("*_auto_*.py")
    ]
    assert wrong == []


@pytest.mark.parametrize("label", APPS)
def test_at_and_by_pairs_are_held_by_the_database(label):
    """Where a row says when and by whom, it says both or neither."""
    wrong = []
    for model in apps.get_app_config(label).get_models():
        if any(field.name == "pgh_id" for field in model._meta.local_fields):
            continue  # a row of a history table copies what another table has checked
        nullable = {field.name for field in model._meta.local_fields if field.null}
        checks = " ".join(
            str(one.condition)
            for one in model._meta.constraints
            if isinstance(one, CheckConstraint)
        )
        for name in nullable:
            stem = name.removesuffix("_at")
            if name.endswith("_at") and f"{stem}_by" in nullable:
                missing = not {f"{name}__isnull", f"{stem}_by__isnull"} <= set(
                    re.findall(r"\w+", checks)
                )
                wrong += [f"{model.__name__}.{stem}_at/_by"] if missing else []
    assert wrong == []


# --- tasks ----------------------------------------------------------------------------------------
def test_everything_scheduled_is_a_task_and_expires():
    celery.loader.import_default_modules()
    wrong = [
        name
        for name, entry in celery.conf.beat_schedule.items()
        if entry["task"] not in celery.tasks or not entry["options"].get("expires")
    ]
    assert wrong == []


# --- style ----------------------------------------------------------------------------------------
def test_functions_and_files_stay_short():
    wrong = []
    for path in python_files(*APPS, "config", "tests"):
        lines = len(path.read_text().splitlines())
        wrong += [f"{name_of(path)}: {lines} lines"] if lines > LONGEST_FILE else []
        wrong += [
            f"{name_of(path)}:{node.name} {n}"
            for node, n in functions(path)
            if n > LONGEST_FUNCTION
        ]
    assert wrong == []


def test_views_load_check_call_and_redirect():
    views = [path for path in python_files(*APPS) if "views" in {path.stem, path.parent.name}]
    assert len(views) > 15
    wrong = [
        f"{name_of(path)}:{node.name} {body_length(node)}"
        for path in views
        for node, _n in functions(path)
        if body_length(node) > LONGEST_VIEW
    ]
    assert wrong == []


def test_no_paths_of_one_machine():
    machine = re.compile(r"(?<![\w.])/(work|root|home|tmp/hx)/")
    wrong = [
        name_of(path)
        for path in tracked()
        if path.suffix in TEXT
        and "vendor" not in path.parts
        and machine.search(path.read_text(errors="replace"))
    ]
    assert wrong == []


# --- files that must agree ------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_each_direct_requirement_says_why_and_is_pinned(name):
    lines = [
        line
        for line in (BASE_DIR / name).read_text().splitlines()
        if line and not line.startswith(("#", "-c"))
    ]
    pinned = (BASE_DIR / name.replace(".in", ".txt")).read_text().lower()
    assert [line for line in lines if not re.search(r"\s# \S.{8,}", line)] == []
    for line in lines:
        package = re.split(r"[\[~=<>\s]", line)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(package)}(\[\w+\])?==", pinned.replace("_", "-"), re.M), (
            package
        )


def test_pinned_lists_name_no_host():
    text = "".join(
        (BASE_DIR / name).read_text() for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert re.search(r"https?://|--index-url|--find-links|--trusted-host", text) is None


def test_example_lists_exactly_the_variables_that_are_read():
    read = set(
        re.findall(
            r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', (BASE_DIR / "config" / "settings.py").read_text()
        )
    )
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.M))
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (BASE_DIR / "docker-compose.yml").read_text()))
    assert listed == read | asked


def test_compose_runs_what_the_demo_runs():
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
    dockerfile = (BASE_DIR / "Dockerfile").read_text()
    assert services.keys() >= {"web", "worker", "beat", "db", "redis"}
    assert services["db"]["image"] == f"postgres:{servers.POSTGRES_MAJOR}"
    assert services["redis"]["image"] == "valkey/valkey:9"
    assert f"-Q {supervisor.QUEUES}" in services["worker"]["command"]
    assert '"config.wsgi"' in dockerfile
    assert '"--no-control-socket"' in dockerfile
    assert {name for name in services if "healthcheck" in services[name]} >= {
        "web",
        "worker",
        "db",
        "redis",
    }


def test_image_has_the_python_that_ruff_assumes():
    version = re.search(r'target-version = "py3(\d+)"', (BASE_DIR / "pyproject.toml").read_text())[
        1
    ]
    assert f"FROM python:3.{version}-slim" in (BASE_DIR / "Dockerfile").read_text()


def test_build_machine_and_readme_call_the_same_command():
    assert "make --no-print-directory -s test" in (BASE_DIR / ".ci" / "run").read_text()
    readme = (BASE_DIR / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
    assert len(readme.splitlines()) <= 150


def test_targets_that_documents_name_exist():
    targets = set(re.findall(r"^([a-z]+):", (BASE_DIR / "Makefile").read_text(), re.M))
    documents = [path for path in tracked() if path.suffix == ".md"]
    named = {name for path in documents for name in re.findall(r"`make ([a-z]+)", path.read_text())}
    assert named <= targets


def test_vendored_files_are_unchanged():
    assert vendor.problems() == []
    for folder in (vendor.FOLDER, vendor.TEST_FOLDER):
        for entry in json.loads((folder / vendor.LIST).read_text()):
            content = (folder / entry["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]
