"""Rows that the application may not change, set up by the owner of the tables.

In a test's own transaction, which no second connection could see into. ``test_as_owner`` is a
function of test databases only: it runs one statement with the owner's rights.

    with as_owner():
        Response.objects.update(submitted_at=long_ago)

Outside a transaction (``django_db(transaction=True)``) ``core.owner.as_owner`` does as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from core.owner import has_owner

FUNCTION = "test_as_owner"
MAKE = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}(statement text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    changed bigint;
BEGIN
    EXECUTE statement;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$"""
#: Statements that the owner runs; of what is added only the register of migrations is closed to
#: the application.
OWNERS = (
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "ALTER",
    "CREATE",
    "DROP",
    "DO ",
    # Before a key of another table is taken off.
    "SET CONSTRAINTS ",
    "SELECT SETVAL(",
    'INSERT INTO "DJANGO_MIGRATIONS"',
)
#: Tables of the application's own connection stay its own.
ITS_OWN = ("CREATE TEMP", "DROP TABLE PG_TEMP.")


def make_function() -> None:
    """Called once a run, as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE)


def connect_as(role: dict) -> None:
    """From here on this process connects as the role, given by USER and PASSWORD."""
    connection.close()
    connection.settings_dict |= {name: role[name] for name in ("USER", "PASSWORD")}


def connect_as_owner() -> None:
    if has_owner():
        connect_as(settings.DATABASE_OWNER)


def connect_as_application() -> None:
    connect_as(settings.DATABASE_ROLE)


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, what changes or removes rows or tables is run with the owner's rights."""
    with connection.execute_wrapper(_by_the_owner):
        yield


def _by_the_owner(execute, sql, params, many, context):
    asked = sql.lstrip().upper()
    if many or asked.startswith(ITS_OWN) or not asked.startswith(OWNERS):
        return execute(sql, params, many, context)
    cursor = context["cursor"].cursor
    statement = cursor.mogrify(sql, params).decode()
    return execute(f"SELECT {FUNCTION}(%s)", [statement], False, context)
