"""What tests of verbs share: their shape, their audit rows, and two people who act at once."""

import ast
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

from django.db import connection, transaction

from crm.staff.models import AuditEvent
from tests import servers


# --- one shape ------------------------------------------------------------------------------------
def ill_shaped(actions: ModuleType) -> list[str]:
    """Public functions of a room's ``actions.py`` that are no verb: atomic, keyword-only, ``by``
    somebody, and with an audit row of their own.
    """
    found = []
    for node in ast.parse(Path(actions.__file__).read_text()).body:
        if type(node) is ast.FunctionDef and not node.name.startswith("_") and not is_verb(node):
            found.append(node.name)
    return found


def is_verb(function: ast.FunctionDef) -> bool:
    arguments = function.args
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    is_keyword_only = not arguments.posonlyargs and not arguments.args
    has_by = "by" in {argument.arg for argument in arguments.kwonlyargs}
    is_audited = "audit.record(" in ast.unparse(function)
    return decorators == {"transaction.atomic"} and is_keyword_only and has_by and is_audited


# --- audit rows -----------------------------------------------------------------------------------
def events(since: int = 0) -> list[tuple]:
    """(action, user, object) of the audit rows written after ``since``, oldest first."""
    found = AuditEvent.objects.filter(pk__gt=since).order_by("pk")
    return list(found.values_list("action", "user", "object_id"))


def newest() -> int:
    """Key of the last audit row; 0 where there is none."""
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# --- two connections at once ----------------------------------------------------------------------
def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def elsewhere(step: Callable):
    """Run a step in this thread's own connection and give the connection back."""
    try:
        return step()
    finally:
        connection.close()


def while_uncommitted(first: Callable, second: Callable) -> None:
    """Begin ``second`` in another connection before ``first`` has committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            waiting = pool.submit(elsewhere, second)
            servers.wait_for(somebody_waits)
        waiting.result(timeout=60)
