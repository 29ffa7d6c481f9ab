"""Who may do what, and who may see what.

One role table, one decorator for pages, one loader for rows; nothing is stored. A permission is a
stable string ``area.verb``. Roles are nested only by what this table says.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import resolve

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
        "letters.view",
        "letters.send",
        "jobs.view",
        "mailbox.view",
        "insight.view",
    }
)
MANAGER = LIBRARIAN | {
    "decisions.make",
    "budgets.approve",
    "insight.export",
    "audit.view",
    "links.approve",
    "readers.erase",
    "privacy.keep",
}
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


def may(user, permission: str) -> bool:
    """Whether ``user`` holds ``permission``; a visitor holds none.

    KeyError for a permission that no role holds. ``user`` may be Django's AnonymousUser.
    """
    return user.is_authenticated and user.can(permission)


def needs(permission: str):
    """View decorator: 403 for a signed-in user whose role lacks ``permission``."""
    if permission not in ADMINISTRATOR:
        raise KeyError(permission)

    def decorate(view):
        """The view behind the check; ``permission`` on it says what it asks for."""

        @wraps(view)
        def checked(request, *args, **kwargs):
            """Raises PermissionDenied, a 403, where the visitor's role may not."""
            if not request.user.can(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.permission = permission
        return checked

    return decorate


def may_open(user, address: str) -> bool:
    """False where the page at this path of ours asks for a right that ``user`` lacks.

    ``address`` is a path without host and query. Http404 (Resolver404) where no page of ours is. A
    view says what it asks for by ``needs``; here one without it counts as open.
    """
    permission = getattr(resolve(address).func, "permission", None)
    return permission is None or user.can(permission)


class VisibleQuerySet(QuerySet):
    """Rows of which not everybody may see every one.

    A page loads and checks in one call, ``Model.objects.visible_to(user).get_or_404(pk)``, so that
    it never holds a row it did not check. "Not yours" and "not there" are the same 404: an answer
    that told them apart would say which rows exist.
    """

    def visible_to(self, user):
        """The rows ``user`` may see.

        Each model's own query set says which: NotImplementedError here, so that a model without a
        rule shows nothing by accident.
        """
        raise NotImplementedError

    def get_or_404(self, pk: int):
        """The row with this key; Http404 when it is not among these rows."""
        return get_object_or_404(self, pk=pk)
