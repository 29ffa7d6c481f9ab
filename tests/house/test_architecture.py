"""The order of the house.

Which app and which room may import which, and what may point at what. The order of the files
inside a room is held by ``test_layers``, what statements name by ``test_sql``.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from tests.house.reading import full_name, imported_names, nodes_of
from tests.house.rooms import APPS, CORE, FRONT, NO_MODULES_CALLED, OURS, ROOMS, UPWARD_KEYS

BASE_DIR = Path(__file__).resolve().parents[2]

#: Functions that reach a module or a model by a name in a text.
LOADERS = {
    "get_model",
    "get_app_config",
    "import_module",
    "import_string",
    "__import__",
}
#: Modules that load by a name that is put together, each with its reason.
LOADS_ANY_ROOM = {
    "analytics.published.chains": "the rooms that publish are listed in the settings",
    "core.rooms": "the rooms that have holds, terms, grants and codes are listed in the settings",
    "crm.staff.restoring": "the settings say where sessions are kept",
    "core.restoring": "the steps after a restore are listed in the settings",
    "core.holds": "holds name their models, which rooms above make",
    "core.grants": "grants name their models, which rooms above make",
    "crm.staff.details": "rows of the trail name their objects, which rooms above make",
    "core.kinds": "kinds name their models, which rooms above make",
    "crm.registers.recorded": "the rooms that know when somebody came are listed in the settings",
    "crm.sources.gaps": "the rooms whose figures rest on records are listed in the settings",
    "crm.staff.views": "a later room tells readers who saw their account; settings name it",
    "crm.letters.views": "a later room tells readers who saw their letters; settings name it",
    "crm.letters.post": "a later room knows who may still be written to; settings name it",
    "crm.letters.claiming": "a later room keeps whose address was refused; settings name it",
    "campaigns.links.forms": "a later room knows which pages are for some alone; settings name it",
    "campaigns.room.outcome": "a later room has the last report; settings name who says it",
    "analytics.loop.proposing.registry": "each proposer registers when its module is read",
    "crm.accounts.kept": "the menus know what a page is called; settings name who says it",
}
#: Migrations that use today's code, each with its reason.
LIVING_MIGRATIONS = {
    "crm.migrations.0015_names_and_doors": (
        "a likeness is of use only if it is the one that today's code looks for"
    ),
    "analytics.migrations.0007_published_before_there_were_chains": (
        "a hash is of use only if it is the one that today's code computes"
    ),
    "analytics.migrations.0015_facts_of_the_case_are_sealed": (
        "a hash is of use only if it is the one that today's code computes"
    ),
    "analytics.migrations.0017_marks_of_what_is_published": (
        "a mark is of use only if it is the one that today's code computes"
    ),
    "crm.migrations.0043_second_factors_are_sealed": (
        "a sealed text is of use only if today's code opens it"
    ),
    "crm.migrations.0052_addresses_of_0_1_that_are_none": (
        "an address is one that can be mailed only by the check of whoever mails it"
    ),
    "crm.migrations.0027_former_addresses_of_before": (
        "a digest is of use only if it is the one that today's code looks for"
    ),
    "crm.migrations.0006_suppressed_addresses_in_one_form": (
        "a digest is of use only if it is the one that today's code looks for"
    ),
}
#: A template that a template builds on, and one that Python code names.
INCLUDED = re.compile(r"""{%\s*(?:include|extends)\s+["']([\w/.-]+)["']""")
NAMED = re.compile(r"""["']([a-z]+/[\w/.-]+\.(?:html|txt))["']""")


# --- reading the source ---------------------------------------------------------------------------
def sources(*folders: str) -> list[Path]:
    """Python files of the folders (of all apps by default) that say something."""
    found = []
    for folder in folders or APPS:
        found += sorted((BASE_DIR / folder).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts and path.stat().st_size]


def module_of(path: Path) -> str:
    """The dotted name a file is imported by; a package for its ``__init__.py``."""
    return ".".join(path.relative_to(BASE_DIR).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def modules() -> frozenset[str]:
    """Every module and package of the project, also one whose ``__init__.py`` is empty."""
    found = set()
    for folder in [*APPS, "config", "ops", "demo"]:
        found |= {module_of(path) for path in (BASE_DIR / folder).rglob("*.py")}
    return frozenset(found)


def named_by(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Dotted names of what one statement imports: ``from a import b`` is a module b of a, or a."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    found = set()
    for alias in node.names:
        name = f"{node.module}.{alias.name}"
        found.add(name if name in modules() else str(node.module))
    return found


def imported_by(path: Path) -> set[str]:
    """Dotted names of the project's modules that a file imports, wherever in it."""
    found = set()
    for node in nodes_of(parsed(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= named_by(node)
    return {name for name in found if name.split(".")[0] in OURS}


def loads_by_name(tree: ast.AST) -> Iterator[str]:
    """What a file loads by its name in a text, as dotted names; empty where it cannot be told.

    That is so where the text is put together, and where a loader is handed on instead of called.
    """
    names = imported_names(tree)
    called = {node.func: node for node in nodes_of(tree) if isinstance(node, ast.Call)}
    for node in nodes_of(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        loader = last_part(node, names)
        if loader in LOADERS:
            yield name_in(called[node], loader) if node in called else ""


def last_part(node: ast.Name | ast.Attribute, names: dict[str, str]) -> str:
    """``get_model`` of ``apps.get_model`` and of ``config().get_model``."""
    full = full_name(node, names) or getattr(node, "attr", "")
    return full.rpartition(".")[2]


def name_in(call: ast.Call, loader: str) -> str:
    """What is loaded by ``call``, as a dotted name; empty where the text is put together.

    ``get_model("crm", "Reader")`` and ``get_model("crm.Reader")`` are the module of the model.
    """
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    texts = [node.value for node in given if isinstance(node, ast.Constant)]
    if not texts or len(texts) < len(given):
        return ""

    name = ".".join(str(text) for text in texts)
    if loader == "get_model":
        return apps.get_model(name).__module__
    return name


def room_of(module: str) -> str | None:
    """The room a module belongs to; None for an app's front files, core and whatever is no app."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS.get(parts[0], []) else None


@cache
def edges() -> tuple[tuple[str, str], ...]:
    """(module, what it imports) of every import of the apps, those by a name in a text too."""
    found = []
    for path in sources():
        module = module_of(path)
        found += [(module, name) for name in sorted(imported_by(path))]
        loaded = set(loads_by_name(parsed(path)))
        found += [(module, name) for name in sorted(loaded) if name.split(".")[0] in OURS]
    return tuple(found)


def stands_later(there: str, here: str) -> bool:
    """True where ``there`` is a higher app than ``here``, or a later room of the same app.

    Both are dotted names, or paths of templates with dots for slashes.
    """
    app, other = here.split(".")[0], there.split(".")[0]
    if app != other:
        return APPS.index(other) > APPS.index(app)
    room, target = room_of(here), room_of(there)
    if not room or not target:
        return False
    return ROOMS[app].index(target) > ROOMS[app].index(room)


# --- packages and imports -------------------------------------------------------------------------
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
        same_app = module.split(".")[0] == name.split(".")[0]
        if same_app and stands_later(name, module):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_rooms_import_no_front_file_of_their_app():
    """``crm.models`` imports all rooms of crm; a room that imported it would stand in a circle."""
    wrong = []
    for module, name in edges():
        if room_of(module) and name.split(".")[0] in ROOMS and not room_of(name):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_what_is_loaded_by_name_is_named():
    """A name that is put together could be any module's; where that is meant it has a reason."""
    computed = set()
    for path in sources():
        if "" in loads_by_name(parsed(path)):
            computed.add(module_of(path))
    assert computed == LOADS_ANY_ROOM.keys()


def test_migrations_import_no_living_code():
    """What a migration did must not change with the code of a later version."""
    found = {}
    for app in APPS:
        for path in (BASE_DIR / app / "migrations").glob("*.py"):
            if imported_by(path):
                found[module_of(path)] = imported_by(path)
    assert found.keys() == LIVING_MIGRATIONS.keys(), found


def test_no_import_inside_a_function():
    wrong = []
    for path in sources():
        for node in nodes_of(parsed(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for child in ast.walk(node):
                if isinstance(child, ast.Import | ast.ImportFrom):
                    wrong.append(f"{path.relative_to(BASE_DIR)}:{child.lineno}")
    assert wrong == []


def test_templates_build_only_on_what_stands_below_them():
    """An include or a parent of a later room would be an import that Python does not see."""
    wrong = []
    for path in (BASE_DIR / "templates").rglob("*.html"):
        name = str(path.relative_to(BASE_DIR / "templates"))
        if name.split("/")[0] not in ROOMS:
            continue
        for used in INCLUDED.findall(path.read_text()):
            if used.split("/")[0] in ROOMS and stands_later(dotted(used), dotted(name)):
                wrong.append(f"{name} uses {used}")
    assert sorted(wrong) == []


def test_code_renders_only_templates_of_its_own_room_or_below():
    wrong = []
    for path in sources():
        for used in NAMED.findall(path.read_text()):
            if used.split("/")[0] in ROOMS and stands_later(dotted(used), module_of(path)):
                wrong.append(f"{module_of(path)} renders {used}")
    assert sorted(wrong) == []


def dotted(template: str) -> str:
    """``crm/jobs/_job.html`` as ``crm.jobs._job``, so that it has a room as a module has one."""
    return template.rpartition(".")[0].replace("/", ".")


# --- models ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("label", ROOMS)
def test_every_model_lives_in_the_models_of_a_room(label):
    """Elsewhere no order would hold its foreign keys."""
    homeless = []
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        module = model.__module__
        if hasattr(model, "pgh_tracked_model"):
            continue  # a history table is made beside its app's models, with its model's keys
        if not room_of(module) or module.split(".")[2] != "models":
            homeless.append(f"{model._meta.label} in {module}")
    assert homeless == []


def test_foreign_keys_point_down():
    """To a lower app, or inside the app to a room that does not stand later."""
    upward = set()
    for label in ROOMS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            for field in model._meta.local_fields:
                target = field.related_model
                if not target or target._meta.app_label not in ROOMS:
                    continue
                if stands_later(target.__module__, model.__module__):
                    upward.add(f"{model._meta.label}.{field.name}")
    assert upward == UPWARD_KEYS.keys()


#: Files that listen to a signal, each with its reason.
LISTENS = {
    "crm.apps": "after a migration the owner function that erases is made anew",
    "feedback.apps": "after a migration the owner writes down how many answers are mixed",
}


def uses_of_model_signals(tree: ast.AST) -> set[int]:
    """Lines that import a model's signals or reach them from what was imported.

    Celery's own signals are another thing.
    """
    names = imported_names(tree)
    lines = set()
    for node in nodes_of(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            reached = set(imported_names(node).values()) | {alias.name for alias in node.names}
        elif isinstance(node, ast.Name | ast.Attribute):
            reached = {full_name(node, names)}
        else:
            continue
        if any(f"{name}.".startswith("django.db.models.signals.") for name in reached):
            lines.add(node.lineno)
    return lines


def test_no_signals_and_no_work_in_save():
    """Business logic lives in verbs, where a reader of the code looks for it."""
    wrong = []
    for path in sources():
        lines = sorted(uses_of_model_signals(parsed(path)))
        if module_of(path) in LISTENS:
            lines = []
        wrong += [f"{path.relative_to(BASE_DIR)}:{line} uses signals" for line in lines]
        for node in nodes_of(parsed(path)):
            is_save = isinstance(node, ast.FunctionDef) and node.name == "save"
            if is_save and "models" in module_of(path).split("."):
                wrong.append(f"{path.relative_to(BASE_DIR)}:{node.lineno} overrides save()")
    assert wrong == []


# --- names ----------------------------------------------------------------------------------------
def test_no_module_named_after_nothing():
    named = []
    for path in sources():
        if NO_MODULES_CALLED & {path.stem, *path.relative_to(BASE_DIR).parts}:
            named.append(str(path))
    assert named == []
