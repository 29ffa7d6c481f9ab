"""What ``manage.py check --deploy`` says of the database."""

from contextlib import suppress

from django.core.checks import Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from core import database_log
from core.owner import owns_tables
from core.safety import TAG

OWNS_TABLES = Warning(
    "The application's role owns its tables, or may become their owner.",
    hint=(
        "A mistake or an intruder could change published figures. Set DATABASE_OWNER_URL to the"
        " owner, DATABASE_URL to a role of its own, and run manage.py migrate (docs/ops.md)."
    ),
    id="huixiang.W001",
)

LOGS_STATEMENTS = (
    "The database's log may hold what readers write, anonymous answers among it: {names}."
)
QUIET_HINT = (
    "Run manage.py grants as a superuser of the database, or set in postgresql.conf: {settings}"
    " (docs/logging.md)."
)


@register(Tags.security, TAG, deploy=True)
def check_role(app_configs, **_options) -> list[Warning]:
    """Silent where the database is away: that is told elsewhere.

    W001 where the application's role owns tables, or may become their owner; else an empty list.
    """
    with suppress(DatabaseError):
        if owns_tables():
            return [OWNS_TABLES]
    return []


@register(Tags.security, TAG, deploy=True)
def check_database_log(app_configs, **_options) -> list[Warning]:
    """Whether PostgreSQL writes statements into its log; silent where the database is away."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            names = database_log.telling(cursor)
    except DatabaseError:
        return []
    if not names:
        return []
    settings = ", ".join(f"{name} = {database_log.SETTINGS[name]}" for name in names)
    return [
        Warning(
            LOGS_STATEMENTS.format(names=", ".join(names)),
            hint=QUIET_HINT.format(settings=settings),
            id="huixiang.W002",
        )
    ]
