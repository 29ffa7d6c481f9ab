"""One name, one thing."""

import ast
from collections import defaultdict

from tests.house.test_architecture import module_of, sources

FOLDERS = ("core", "crm", "campaigns", "feedback", "analytics", "demo", "ops", "config")
#: Names that Django, or a nested class's place, prescribes.
PRESCRIBED = {"Meta", "Command", "Media"}
#: What gettext may be called where it is imported: its own names and the underscore.
GETTEXT = {"_", None}


def test_no_two_classes_have_one_name():
    places = defaultdict(list)
    for path in sources(*FOLDERS):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name not in PRESCRIBED:
                places[node.name].append(module_of(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_days_are_asked_for_by_one_widget():
    """The browser's calendar takes ISO alone, and shows a day in any other writing as none."""
    places = []
    for path in sources(*FOLDERS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "DateInput":
                places.append(module_of(path))
    assert set(places) == {"core.forms"}


def test_gettext_is_called_by_its_name():
    wrong = []
    for path in sources(*FOLDERS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                for alias in node.names:
                    if alias.asname not in GETTEXT:
                        wrong.append(f"{module_of(path)}: {alias.name} as {alias.asname}")
    assert wrong == []
