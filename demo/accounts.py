"""The demonstration's accounts and their passwords.

Models are asked for by name: checks are registered before there are any.
"""

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, transaction

from core.safety import is_public

#: Printed by `make demo`; the accounts exist only where DEMO is on.
PASSWORD = "huixiang-demo"
SIGN_INS = [
    ("reader", "reader", "林晚晴"),
    ("librarian", "librarian", "周文静"),
    ("manager", "manager", "沈知远"),
    ("admin", "administrator", "何叙"),
]


def accounts():
    """The accounts of this demonstration that may sign in, in the order in which they were made."""
    return apps.get_model("crm", "User").objects.of_demonstrations().order_by("pk")


@transaction.atomic
def set_passwords(passwords: dict[str, str]) -> None:
    """Give each account named its password, where it has another one now: ``passwords`` is {user
    name: password}. Names that are no account of the demonstration are passed over.
    """
    for user in accounts().filter(username__in=passwords):
        if not user.check_password(passwords[user.username]):
            user.set_password(passwords[user.username])
            user.save(update_fields=["password"])


def check_published_password(app_configs, **_options) -> list[CheckMessage]:
    """A check of a deployment: a demonstration that others can reach, with the password that the
    README names, is an error. Empty where all is well, or where there is no database.
    """
    if not settings.DEMO or not is_public():
        return []
    try:
        users = list(accounts())
    except DatabaseError:
        # Without its database nobody signs in; crm.staff.safety says so.
        return []

    names = []
    for user in users:
        if user.check_password(PASSWORD):
            names.append(user.username)
    if not names:
        return []
    sentence = (
        f"This demonstration can be reached at {settings.BASE_URL}, and everybody knows the"
        f" password of {', '.join(names)}."
    )
    hint = "Start it with make demo HOST=…, which makes passwords, or set DEMO=off."
    return [Error(sentence, hint=hint, id="huixiang.demo-password")]
