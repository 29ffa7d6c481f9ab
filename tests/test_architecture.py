"""The order of the house: what may import what, and what may point at what."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ["crm", "campaigns", "feedback", "analytics"]  # from below upwards
#: Layers inside an app, from below upwards, by the first name below the app. Anything not named is a pure or
#: set-based module, between models and tasks.
LAYERS = {"models": 0, "forms": 1, "tasks": 2, "actions": 3, "api": 4, "views": 4, "urls": 5}
PURE = 1
#: Where the outside calls in: commands and admin pages may use whatever their app has.
ENTRANCES = {"management", "admin", "apps", "migrations", "templatetags"}


def sources() -> list[Path]:
    return [path for app in APPS for path in sorted((BASE_DIR / app).rglob("*.py")) if "migrations" not in path.parts]


def imports_of(path: Path) -> set[str]:
    """Dotted names of the project's modules that a file imports; ``from a import b`` counts as a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name for name in found if name.split(".")[0] in [*APPS, "config", "tests"]}


def app_of(path: Path) -> str:
    return path.relative_to(BASE_DIR).parts[0]


def part_of(path: Path) -> str:
    """Second name of a module's path: models, actions, views …"""
    return path.relative_to(BASE_DIR).parts[1].removesuffix(".py")


def layer(name: str) -> int:
    return LAYERS.get(name, PURE)


def test_apps_import_only_what_lies_below_them():
    wrong = [
        f"{path.relative_to(BASE_DIR)} imports {name}"
        for path in sources()
        for name in imports_of(path)
        if name.split(".")[0] in APPS and APPS.index(name.split(".")[0]) > APPS.index(app_of(path))
    ]
    assert wrong == []


def test_apps_do_not_import_tests_and_of_config_only_celery():
    wrong = [
        f"{path.relative_to(BASE_DIR)} imports {name}"
        for path in sources()
        for name in imports_of(path)
        if name.split(".")[0] == "tests" or (name.startswith("config.") and not name.startswith("config.celery"))
    ]
    assert wrong == []


def is_ground(name: str) -> bool:
    """True for a module that itself imports nothing of its app (a table, a formula): models may use it."""
    module = BASE_DIR.joinpath(*name.split(".")[:2]).with_suffix(".py")
    return module.exists() and not any(other.startswith(f"{name.split('.')[0]}.") for other in imports_of(module))


def test_inside_an_app_modules_import_only_lower_layers():
    wrong = []
    for path in sources():
        app, part = app_of(path), part_of(path)
        if part in ENTRANCES:
            continue
        for name in imports_of(path):
            names = name.split(".")
            inside = names[0] == app and len(names) > 1 and names[1] not in ENTRANCES
            upward = inside and names[1] != part and layer(names[1]) > layer(part)
            if upward and not (part == "models" and is_ground(name)):
                wrong.append(f"{path.relative_to(BASE_DIR)} imports {name}")
    assert wrong == []


def test_forms_import_no_tasks_actions_or_views():
    wrong = [
        f"{path.relative_to(BASE_DIR)} imports {name}"
        for path in sources()
        if part_of(path) == "forms"
        for name in imports_of(path)
        if len(name.split(".")) > 1 and name.split(".")[1] in {"tasks", "actions", "views"}
    ]
    assert wrong == []


def test_no_import_inside_a_function():
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
                wrong += [f"{path.relative_to(BASE_DIR)}:{child.lineno}" for child in inner]
    assert wrong == []


@pytest.mark.parametrize("label", APPS)
def test_foreign_keys_point_down(label):
    wrong = []
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=False):
            target = getattr(field, "related_model", None)
            ours = target and field.concrete and target._meta.app_label in APPS
            if ours and APPS.index(target._meta.app_label) > APPS.index(label):
                wrong.append(f"{model._meta.label}.{field.name} points at {target._meta.label}")
    assert wrong == []


def test_no_signals_and_no_work_in_save():
    """Business logic lives in verbs, where a reader of the code looks for it."""
    wrong = []
    for path in sources():
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("django.db.models.signals"):
                wrong.append(f"{path.relative_to(BASE_DIR)} uses signals")
            if isinstance(node, ast.FunctionDef) and node.name == "save" and "models" in path.parts:
                wrong.append(f"{path.relative_to(BASE_DIR)}:{node.lineno} overrides save()")
    assert wrong == []


def test_no_module_named_after_nothing():
    vague = {"utils", "common", "services", "helpers", "misc"}
    assert [str(path) for path in sources() if vague & {path.stem, *path.relative_to(BASE_DIR).parts}] == []
