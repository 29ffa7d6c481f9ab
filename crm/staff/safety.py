"""Accounts that make an installation unsafe."""

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError

COMMAND = "manage.py retire_demonstration"


def check_demonstration_accounts(app_configs, **_options) -> list[CheckMessage]:
    """Whoever could sign in with a password that everybody knows."""
    if settings.DEMO:
        return []
    try:
        # By its name: checks are registered before there are models.
        accounts = apps.get_model("crm", "User").objects.of_demonstrations()
        names = ", ".join(accounts.order_by("pk").values_list("username", flat=True))
    except DatabaseError:
        # The portal starts before its database, and shuts these accounts out all the same.
        sentence = "The database is away or not migrated: its accounts could not be looked at."
        return [Warning(sentence, hint="Look at DATABASE_URL.", id="huixiang.database")]

    if not names:
        return []
    sentence = f"This database was a demonstration's: its accounts can sign in ({names})."
    hint = f"Shut them out with {COMMAND}, or set DEMO=on."
    return [Error(sentence, hint=hint, id="huixiang.demonstration")]
