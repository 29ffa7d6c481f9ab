"""The order of the files inside a room, and that nothing goes round in a circle.

Models ← queries ← subject modules ← actions ← tasks ← forms, lists ← views, api ← urls.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.reading import nodes_of
from tests.house.test_architecture import (
    edges,
    imported_by,
    module_of,
    modules,
    parsed,
    room_of,
    sources,
)

#: Files of a room that have a layer by their name; a package (``views/desk.py``) has it by its own.
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
#: The layer of every other name: numbers, texts, rules and statements of the room's subject. The
#: name says nothing about such a file, so what it imports must (``FOR_SUBJECTS``).
SUBJECT = 2
#: Files that are a layer under another name.
OTHER_NAMES = {
    "crm.accounts.token_authentication": "api",
    "crm.activities.answering": "api",
    "crm.accounts.link_pages": "views",
    "crm.identity.own_pages": "views",
    "crm.letters.account": "tasks",
    "crm.letters.backend": "tasks",
    "crm.readers.restoring": "tasks",
    "crm.segments.builder": "forms",
    "crm.staff.api_docs": "views",
}
#: Packages that make models, forms, pages, tasks and interfaces.
FRAMEWORKS = {
    "allauth",
    "celery",
    "django",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "kombu",
    "pghistory",
    "rest_framework",
}
#: What a subject module may use of them: settings, rows, texts, templates of letters, addresses. No
#: form, no request, no response, no task.
FOR_SUBJECTS = (
    "django.apps.apps",
    "django.conf.settings",
    "django.core.cache",
    "django.core.exceptions",
    "django.core.mail",
    "django.core.signing",
    "django.db",
    "django.http.QueryDict",
    "django.template.loader",
    "django.urls.reverse",
    "django.utils",
    "pghistory.models",
)
CHECKS = "what is unsafe is said by Django's own checks"
SIGN_INS = "the name under which Django keeps who is signed in"
#: What single subject modules use beyond that, each with its reason.
ALSO = {
    "crm.imports.report_words": {
        "django.template.defaultfilters.filesizeformat": "how Django says the size of a file",
    },
    "crm.staff.backend": {
        "allauth.account.auth_backends.AuthenticationBackend": "allauth asks a class for users",
    },
    "crm.jobs.running": {
        "celery.exceptions.SoftTimeLimitExceeded": "how a worker says that the time is over",
    },
    "crm.staff.passwords": {
        "django.contrib.auth.password_validation.MinimumLengthValidator": (
            "Django's own rule in words of ours"
        ),
    },
    "crm.staff.second_factor": {
        "allauth.core.internal.cryptokit.compare_user_code": "as allauth's own page compares",
        "allauth.mfa.models.Authenticator": "a second factor is a row",
        "allauth.mfa.totp.internal.auth.format_hotp_value": "arithmetic of a code",
        "allauth.mfa.totp.internal.auth.hotp_value": "arithmetic of a code",
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time": "arithmetic of a code",
        "allauth.mfa.utils.decrypt": "what allauth put into the row",
    },
    "crm.staff.second_factor_secrets": {
        "allauth.mfa.adapter.DefaultMFAAdapter": "allauth asks a class how secrets are stored",
    },
    "crm.staff.sign_in": {
        "allauth.account.adapter.DefaultAccountAdapter": "allauth asks a class for its rules",
        "allauth.account.internal.flows.login.get_authentication_records": "how a session began",
        "allauth.account.internal.flows.reauthentication.reauthenticate_by_password": (
            "what counts as asked again"
        ),
        "allauth.mfa.models.Authenticator": "a second factor is a row",
    },
    "crm.staff.throttle": {
        "rest_framework.exceptions.AuthenticationFailed": "the API's own word for a wrong token",
        "rest_framework.exceptions.Throttled": "the API's own word for too many",
        "rest_framework.throttling.BaseThrottle": "the API asks a class, before any view is there",
    },
    "crm.staff.safety": {
        "django.core.checks.CheckMessage": CHECKS,
        "django.core.checks.Error": CHECKS,
        "django.core.checks.Warning": CHECKS,
    },
    "crm.privacy.letters": {
        "allauth.account.app_settings": "the link is one of allauth's",
        "allauth.account.utils.user_pk_to_url_str": "the link is one of allauth's",
    },
    "crm.privacy.traces": {
        "django.contrib.admin.models.LogEntry": "what Django's admin noted of the erased",
        "django.contrib.contenttypes.models.ContentType": "by which its notes name a model",
        "allauth.account.models.EmailAddress": "an account's addresses are the person's",
        "allauth.mfa.models.Authenticator": "a second factor is the person's",
    },
    "crm.activities.proxy_logs": {
        "django.core.files.base.File": "the table of a log is kept in its place",
        "django.core.files.uploadedfile.UploadedFile": "a log as a table is kept as if uploaded",
    },
    "crm.accounts.store": {
        "django.contrib.auth.SESSION_KEY": SIGN_INS,
        "django.contrib.sessions.backends.base.UpdateError": "how a session that is gone is told",
        "django.contrib.sessions.backends.db": "Django asks a class for its sessions",
    },
    "crm.accounts.words": {"django.contrib.auth.HASH_SESSION_KEY": SIGN_INS},
}


def unit_of(module: str) -> str:
    """The file or package of its room that a module belongs to; ``room/views/desk.py``: views."""
    return ".".join(module.split(".")[:3])


def layer_of(module: str) -> int:
    """The layer of a module of a room. A room's own ``__init__`` says nothing: a subject."""
    unit = unit_of(module)
    name = OTHER_NAMES.get(unit, unit.split(".")[-1])
    return LAYERS.get(name, SUBJECT)


def framework_names(module: ast.Module) -> set[str]:
    """``django.db.models.Q`` and the like: what a file takes from the frameworks."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in FRAMEWORKS}


def is_for_subjects(name: str) -> bool:
    return any(name == allowed or name.startswith(f"{allowed}.") for allowed in FOR_SUBJECTS)


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, its first name again at its end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def graph_of(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    graph = defaultdict(set)
    for one, other in pairs:
        if one != other:
            graph[one].add(other)
    return graph


# --- layers ---------------------------------------------------------------------------------------
def test_files_of_a_room_import_only_lower_layers():
    wrong = []
    for module, name in edges():
        same_room = room_of(module) and module.split(".")[:2] == name.split(".")[:2]
        if same_room and layer_of(name) > layer_of(module):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_what_stands_below_the_verbs_uses_no_verb_nor_page_of_any_room():
    wrong = []
    for module, name in edges():
        between_rooms = room_of(module) and room_of(name)
        if between_rooms and layer_of(module) <= SUBJECT < layer_of(name):
            wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_a_file_without_a_layer_s_name_does_not_do_a_layer_s_work():
    """A form in ``panel.py`` would stand below the verbs, where nothing asks it for its order."""
    wrong = []
    for path in sources():
        module = module_of(path)
        if not room_of(module) or layer_of(module) != SUBJECT:
            continue
        for name in sorted(framework_names(parsed(path))):
            if not is_for_subjects(name) and name not in ALSO.get(module, {}):
                wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_tables_are_made_in_models_only():
    """Asked of the source: a model elsewhere is registered only once something imports its file."""
    wrong = []
    for path in sources("crm", "campaigns", "feedback", "analytics"):
        module = module_of(path)
        if room_of(module) and layer_of(module) == LAYERS["models"]:
            continue
        for node in nodes_of(parsed(path)):
            bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
            if {"models.Model", "Model"} & set(bases):
                wrong.append(f"{module}:{node.lineno} {node.name}")
    assert wrong == []


def test_what_single_files_may_use_is_used():
    used = {module_of(path): framework_names(parsed(path)) for path in sources()}
    unused = []
    for module, names in ALSO.items():
        unused += [f"{module} {name}" for name in names if name not in used.get(module, ())]
    assert unused == []
    assert OTHER_NAMES.keys() <= modules()


# --- circles --------------------------------------------------------------------------------------
def test_no_module_imports_itself_round_a_circle():
    """The order of apps, rooms and layers leaves circles between files of one layer."""
    pairs = []
    for path in sources("core", "crm", "campaigns", "feedback", "analytics", "demo", "config"):
        pairs += [(module_of(path), name) for name in imported_by(path)]
    assert circle_in(graph_of(pairs)) == []


def test_no_package_of_a_room_stands_in_a_circle():
    """Packages whose files use each other's are one subject, even where no file is in a circle."""
    pairs = []
    for module, name in edges():
        if room_of(module) and module.split(".")[:2] == name.split(".")[:2]:
            pairs.append((unit_of(module), unit_of(name)))
    assert circle_in(graph_of(pairs)) == []


def test_no_module_of_core_stands_in_a_circle():
    pairs = []
    for module, name in edges():
        if module.startswith("core.") and name.startswith("core."):
            pairs.append((".".join(module.split(".")[:2]), ".".join(name.split(".")[:2])))
    assert circle_in(graph_of(pairs)) == []


@pytest.mark.parametrize(
    ("graph", "circle"),
    [
        ({"a": {"b"}, "b": {"c"}}, set()),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, {"a", "b", "c"}),
    ],
)
def test_a_circle_is_found(graph, circle):
    assert set(circle_in(graph)) == circle
