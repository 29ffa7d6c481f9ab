"""Where a person lands after signing in."""

from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from crm.staff.models import User

#: Where each role goes after signing in; the first page that is installed.
LANDING = {
    User.Role.READER: ("feedback:home", "crm:me"),
    User.Role.LIBRARIAN: ("analytics:today", "crm:reader-list"),
    User.Role.MANAGER: ("analytics:month", "crm:reader-list"),
    User.Role.ADMINISTRATOR: ("analytics:today", "crm:user-list"),
}


def after_login(request):
    """Lead to the first page of this role that is installed; to "/" where none is."""
    for name in LANDING[request.user.role]:
        try:
            return redirect(reverse(name))
        except NoReverseMatch:
            # An app above that is not installed; crm knows none of them.
            continue
    return redirect("/")
