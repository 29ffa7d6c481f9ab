"""Things about the repository that no page shows.

Nothing unused, nothing forgotten, files that agree.
"""

import ast
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
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
    "405.html",
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
#: What a strict Content-Security-Policy would not run or show.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=|\son[a-z]+=\"|"
    r"\bhref=\"javascript:",
    re.I,
)
#: A template's name put together from a state: f"campaigns/room/_phase_{phase}.html".
BEGINNING = re.compile(r"""["']([a-z/]+/[a-z_]+_)(?:\{|["']\|add)""")
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
    return [path for path in listed() if path.is_file()]


def listed() -> list[Path]:
    """The same with links whose target is no file, and with files whose deletion is not committed
    yet.
    """
    done = subprocess.run(LIST, cwd=BASE_DIR, capture_output=True, text=True)
    if done.returncode == 0:
        return [BASE_DIR / name for name in done.stdout.splitlines()]

    hidden = {".venv", ".local", ".git"}
    return [path for path in BASE_DIR.rglob("*") if not hidden & set(path.parts)]


def python_files(*folders: str) -> list[Path]:
    """Python files of the folders, without migrations, which ``makemigrations`` writes."""
    found = []
    for path in tracked():
        is_in_folder = path.relative_to(BASE_DIR).parts[0] in folders
        if path.suffix == ".py" and is_in_folder and "migrations" not in path.parts:
            found.append(path)
    return found


def templates() -> list[Path]:
    return [path for path in tracked() if path.is_relative_to(BASE_DIR / "templates")]


def name_of(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


def functions(path: Path) -> Iterator[tuple[ast.AST, int]]:
    """(function, its lines) of every function of a file, those inside others too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.end_lineno - node.lineno + 1


def body_length(node) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return node.end_lineno - body[0].lineno + 1


def test_no_link_leads_out_of_the_repository():
    """Where it leads there is nothing on another machine."""
    links = [path for path in listed() if path.is_symlink()]
    assert [path for path in links if not path.resolve().is_relative_to(BASE_DIR)] == []


# --- templates ------------------------------------------------------------------------------------
def component_names(text: str) -> set[str]:
    """The files of the components that a text uses: ``<c-list-head>`` is list_head."""
    return {name.replace("-", "_") for name in re.findall(r"<c-([a-z-]+)", text)}


def test_every_template_is_used():
    sources = "\n".join(path.read_text() for path in [*templates(), *python_files(*APPS, "config")])
    found_by_beginning = FOUND_BY_NAME + tuple(BEGINNING.findall(sources))
    names = {str(path.relative_to(BASE_DIR / "templates")) for path in templates()}

    components = {f"components/{name}.html" for name in component_names(sources)}
    unused = []
    for name in names - ERROR_PAGES - components:
        if name not in sources and not name.startswith(found_by_beginning):
            unused.append(name)
    assert sorted(unused) == []


def test_templates_have_no_inline_script_or_style():
    wrong = []
    for path in templates():
        # Mail programs know no style sheets: a mail's styles stand in its tags.
        is_mail = "mail" in path.stem or path.parent.name == "email"
        # A file that is read without us has to bring its own.
        is_file = path.name == "my_data.html"
        if not is_mail and not is_file and INLINE.search(path.read_text()):
            wrong.append(name_of(path))
    assert wrong == []


@pytest.mark.parametrize("app", [messages.ROOT, *APPS])
def test_every_text_has_its_chinese(app):
    assert messages.missing(app) == []


# --- models and migrations ------------------------------------------------------------------------
def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named():
    wrong = []
    for app in APPS:
        wrong += (BASE_DIR / app / "migrations").glob("*_auto_*.py")
    assert wrong == []


def pairs_of(model) -> set[str]:
    """``decided`` where a row may say ``decided_at`` and ``decided_by``, or leave both empty."""
    nullable = {field.name for field in model._meta.local_fields if field.null}
    stems = {name.removesuffix("_at") for name in nullable if name.endswith("_at")}
    return {stem for stem in stems if f"{stem}_by" in nullable}


def words_of_checks(model) -> set[str]:
    """Words of the conditions that the database holds for a model."""
    words = set()
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            words |= set(re.findall(r"\w+", str(constraint.condition)))
    return words


@pytest.mark.parametrize("label", APPS)
def test_at_and_by_pairs_are_held_by_the_database(label):
    """Where a row says when and by whom, it says both or neither."""
    wrong = []
    for model in apps.get_app_config(label).get_models():
        if hasattr(model, "pgh_tracked_model"):
            continue  # a row of a history table copies what another table has checked
        checked = words_of_checks(model)
        for stem in pairs_of(model):
            if not {f"{stem}_at__isnull", f"{stem}_by__isnull"} <= checked:
                wrong.append(f"{model.__name__}.{stem}_at/_by")
    assert wrong == []


# --- tasks ----------------------------------------------------------------------------------------
def test_everything_scheduled_is_a_task_and_expires():
    """A message nobody took in time is dropped: after days without workers no heap of them runs."""
    celery.loader.import_default_modules()
    wrong = []
    for name, entry in celery.conf.beat_schedule.items():
        if entry["task"] not in celery.tasks or not entry["options"].get("expires"):
            wrong.append(name)
    assert wrong == []


# --- style ----------------------------------------------------------------------------------------
def test_functions_and_files_stay_short():
    wrong = []
    for path in python_files(*APPS, "config", "tests"):
        lines = len(path.read_text().splitlines())
        if lines > LONGEST_FILE:
            wrong.append(f"{name_of(path)}: {lines} lines")
        for node, length in functions(path):
            if length > LONGEST_FUNCTION:
                wrong.append(f"{name_of(path)}:{node.name} {length}")
    assert wrong == []


def test_views_load_check_call_and_redirect():
    views = [path for path in python_files(*APPS) if "views" in {path.stem, path.parent.name}]
    assert len(views) > 15
    wrong = []
    for path in views:
        for node, _length in functions(path):
            if body_length(node) > LONGEST_VIEW:
                wrong.append(f"{name_of(path)}:{node.name} {body_length(node)}")
    assert wrong == []


def test_no_paths_of_one_machine():
    machine = re.compile(r"(?<![\w.])/(work|root|home|tmp/hx)/")
    ours = [path for path in tracked() if path.suffix in TEXT and "vendor" not in path.parts]
    wrong = [name_of(path) for path in ours if machine.search(path.read_text(errors="replace"))]
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
    assert f"-Q {supervisor.QUEUES} " in services["worker"]["command"]
    assert f"-Q {supervisor.MAIL_QUEUES} " in services["deliver"]["command"]
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
    named = set()
    for path in tracked():
        if path.suffix == ".md":
            named |= set(re.findall(r"`make ([a-z]+)", path.read_text()))
    assert {"demo", "test"} <= named <= targets


def test_vendored_files_are_unchanged():
    assert vendor.problems() == []
    for folder in (vendor.FOLDER, vendor.TEST_FOLDER):
        for entry in json.loads((folder / vendor.LIST).read_text()):
            content = (folder / entry["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]
