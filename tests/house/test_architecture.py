"""The order of the house.

Which app, which room and which file may import which, and what may point at what.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

BASE_DIR = Path(__file__).resolve().parents[2]

#: From below upwards. An app may import what stands before it.
APPS = ["core", "crm", "campaigns", "feedback", "analytics"]
#: Rooms of each app, from below upwards. A room may import what stands before it in the same app.
ROOMS = {
    "crm": ["staff", "jobs", "letters", "readers", "imports", "segments"],
    "campaigns": ["plan", "contents", "links", "sending", "room"],
    "feedback": ["surveys", "voices", "calls", "portal"],
    "analytics": ["facts", "loop", "month", "compass", "today"],
}
#: Modules of core: the ground has no models and no addresses, and nothing enters it without a line
#: here.
CORE = {
    "access",
    "admin",
    "addresses",
    "api",
    "apps",
    "bodies",
    "characters",
    "chart_layout",
    "charts",
    "days",
    "disclosure",
    "estimates",
    "exporting",
    "forms",
    "holds",
    "kinds",
    "listing",
    "localised",
    "numbers",
    "provenance",
    "qr",
    "quantity",
    "queue",
    "refusals",
    "templatetags",
    "texts",
}
#: Files of a room by layer. Whatever is not named is a pure or set-based module of its subject.
LAYERS = {
    "models": 0,
    "queries": 1,
    "actions": 3,
    "tasks": 4,
    "forms": 5,
    "lists": 5,
    "views": 6,
    "api": 6,
    "urls": 7,
}
PURE = 2
#: Files that stand beside an app's rooms because Django looks for them there.
FRONT = {"apps", "models", "urls", "admin", "management", "templatetags", "migrations"}
#: Foreign keys that point at a later room, each with its reason.
UPWARD_KEYS = {
    "crm.Reader.import_batch": "the row says which import wrote it; imports undoes it by this key",
}
NO_MODULES_CALLED = {"utils", "common", "services", "helpers", "misc"}


def sources(*folders: str) -> list[Path]:
    found = []
    for folder in folders or APPS:
        found += sorted((BASE_DIR / folder).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts and path.stat().st_size]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(BASE_DIR).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> frozenset[str]:
    return frozenset(module_of(path) for path in [*sources(), *sources("config", "ops", "demo")])


def imported_by(path: Path) -> set[str]:
    """Dotted names of the project's modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found.add(name if name in modules() else node.module)
    return {
        name for name in found if name.split(".")[0] in {*APPS, "config", "ops", "demo", "tests"}
    }


def room_of(module: str) -> str | None:
    """The room a module belongs to; None for an app's front files, core and whatever is no app."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS.get(parts[0], []) else None


def layer_of(module: str) -> int:
    """The layer of a file in its room; a package (``views/desk.py``) has the layer of its name."""
    parts = module.split(".")
    return LAYERS.get(parts[2], PURE) if len(parts) > 2 else PURE


def edges():
    for path in sources():
        for name in imported_by(path):
            yield module_of(path), name


def test_every_package_of_an_app_is_a_room_with_a_place_in_the_order():
    unranked = []
    for app, rooms in ROOMS.items():
        for path in sources(app):
            part = path.relative_to(BASE_DIR / app).parts[0].removesuffix(".py")
            if part not in FRONT and part not in rooms:
                unranked.append(str(path.relative_to(BASE_DIR)))
    assert unranked == []
    for app, rooms in ROOMS.items():
        assert [room for room in rooms if not (BASE_DIR / app / room).is_dir()] == []


def test_core_holds_only_what_is_on_its_list():
    found = {
        path.relative_to(BASE_DIR / "core").parts[0].removesuffix(".py") for path in sources("core")
    }
    assert found == CORE


def test_apps_import_only_what_stands_below_them():
    wrong = []
    for module, name in edges():
        app, other = module.split(".")[0], name.split(".")[0]
        if other not in APPS or APPS.index(other) > APPS.index(app):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_rooms_import_only_what_stands_before_them():
    wrong = []
    for module, name in edges():
        app = module.split(".")[0]
        here, there = room_of(module), room_of(name)
        inside = app == name.split(".")[0] and here and there
        if inside and ROOMS[app].index(there) > ROOMS[app].index(here):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_rooms_import_no_front_file_of_their_app():
    """``crm.models`` imports all rooms of crm; a room that imported it would stand in a circle."""
    wrong = []
    for module, name in edges():
        if room_of(module) and name.split(".")[0] in ROOMS and not room_of(name):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_files_of_a_room_import_only_lower_layers():
    wrong = []
    for module, name in edges():
        same_room = room_of(module) and module.split(".")[:2] == name.split(".")[:2]
        if same_room and layer_of(name) > layer_of(module):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_no_import_inside_a_function():
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [
                    child
                    for child in ast.walk(node)
                    if isinstance(child, ast.Import | ast.ImportFrom)
                ]
                wrong += [f"{path.relative_to(BASE_DIR)}:{child.lineno}" for child in inner]
    assert wrong == []


@pytest.mark.parametrize("label", ROOMS)
def test_foreign_keys_point_down(label):
    """To a lower app, or inside the app to a room that does not stand later."""
    wrong = []
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=False):
            target = getattr(field, "related_model", None)
            if not target or not field.concrete or target._meta.app_label not in ROOMS:
                continue
            here, there = room_of(model.__module__), room_of(target.__module__)
            lower_app = APPS.index(target._meta.app_label) < APPS.index(label)
            same_app = target._meta.app_label == label
            if lower_app or (
                same_app and (not here or ROOMS[label].index(there) <= ROOMS[label].index(here))
            ):
                continue
            wrong.append(f"{model._meta.label}.{field.name}")
    assert sorted(set(wrong) - UPWARD_KEYS.keys()) == []


def test_no_signals_and_no_work_in_save():
    """Business logic lives in verbs, where a reader of the code looks for it."""
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.startswith("django.db.models.signals")
            ):
                wrong.append(f"{path.relative_to(BASE_DIR)} uses signals")
            if isinstance(node, ast.FunctionDef) and node.name == "save" and path.stem == "models":
                wrong.append(f"{path.relative_to(BASE_DIR)}:{node.lineno} overrides save()")
    assert wrong == []


def test_no_module_named_after_nothing():
    named = [
        path
        for path in sources()
        if NO_MODULES_CALLED & {path.stem, *path.relative_to(BASE_DIR).parts}
    ]
    assert [str(path) for path in named] == []
