"""Who may do what: one role table, one decorator, nothing stored.

A permission is a stable string ``area.verb``. Roles are nested only by what this table says.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied

LIBRARIAN = frozenset(
    {
        "desk.open",
        "readers.view",
        "readers.edit",
        "readers.import",
        "readers.export",
        "segments.view",
        "segments.edit",
        "campaigns.view",
        "campaigns.edit",
        "campaigns.launch",
        "surveys.view",
        "surveys.edit",
        "surveys.export",
        "voices.view",
        "voices.answer",
        "calls.view",
        "calls.edit",
        "calls.review",
        "jobs.view",
        "mailbox.view",
        "insight.view",
    }
)
MANAGER = LIBRARIAN | {"decisions.make", "budgets.approve", "insight.export", "audit.view"}
ADMINISTRATOR = MANAGER | {"users.edit", "settings.edit"}

ROLE_PERMISSIONS = {
    "reader": frozenset(),
    "librarian": LIBRARIAN,
    "manager": MANAGER,
    "administrator": ADMINISTRATOR,
}


def role_can(role: str, permission: str) -> bool:
    """True when ``role`` holds ``permission``.

    KeyError for a permission no role holds (a typo, not a refusal).
    """
    if permission not in ADMINISTRATOR:
        raise KeyError(permission)
    return permission in ROLE_PERMISSIONS[role]


def needs(permission: str):
    """View decorator: 403 for a signed-in user whose role lacks ``permission``."""
    if permission not in ADMINISTRATOR:
        raise KeyError(permission)

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not request.user.can(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.permission = permission
        return checked

    return decorate
