"""What ``manage.py check --deploy`` says of the database."""

from django.core.checks import Tags, Warning, register
from django.db import DatabaseError

from core.owner import owns_tables

OWNS_TABLES = Warning(
    "The application's role owns its tables, or may become their owner.",
    hint=(
        "A mistake or an intruder could change published figures. Set DATABASE_OWNER_URL to the"
        " owner, DATABASE_URL to a role of its own, and run manage.py migrate (docs/ops.md)."
    ),
    id="huixiang.W001",
)


@register(Tags.security, deploy=True)
def check_role(app_configs, **_options) -> list[Warning]:
    """Silent where the database is away: that is told elsewhere."""
    try:
        if owns_tables():
            return [OWNS_TABLES]
    except DatabaseError:
        return []
    return []
