"""Two roles in the database: the owner of the tables, and the one the application connects as.

Migrations run as the owner (DATABASE_OWNER_URL); web and workers do not know its password. Where
DATABASE_URL alone is set, one role does both, and ``manage.py check --deploy`` says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import (
    DEFAULT_DB_ALIAS,
    InternalError,
    ProgrammingError,
    connections,
    transaction,
)

from core import database_log, triggers
from core.columns import first_column
from core.grants import Kept, registered

#: Tables of files that are being imported, each made and dropped by the application itself.
STAGING = "staging"
#: Tables that only migrations write.
READ_ONLY = frozenset({"django_migrations"})
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
#: MAINTAIN came with PostgreSQL 17. Before it ANALYZE passes over what is another's, with a notice.
MAINTAIN_SINCE = 170000
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"""
OWNED = """
    SELECT count(*) FROM pg_tables
    WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'USAGE')"""
#: Two that make it at once (tests on several processes) both find it made.
MAKE_ROLE = """
    DO $$
    BEGIN
        CREATE ROLE {role} LOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END $$"""


def has_owner() -> bool:
    """Whether the tables have an owner other than the application's own role.

    False where DATABASE_OWNER_URL is empty or names the role of DATABASE_URL itself.
    """
    owner = settings.DATABASE_OWNER
    return bool(owner) and owner["USER"] != settings.DATABASE_ROLE["USER"]


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, this thread's connection is one of the owner's.

    Without an owner nothing changes. Raises ImproperlyConfigured where the owner's address leads to
    another database than the application's.
    """
    if not has_owner():
        yield
        return

    ours = connections[DEFAULT_DB_ALIAS]
    check_same_place(ours.settings_dict, settings.DATABASE_OWNER)
    connections[DEFAULT_DB_ALIAS] = owners = ours.copy()
    for name in ("USER", "PASSWORD"):
        owners.settings_dict[name] = settings.DATABASE_OWNER[name]
    try:
        yield
    finally:
        owners.close()
        connections[DEFAULT_DB_ALIAS] = ours


def check_same_place(ours: dict, owners: dict) -> None:
    """The database's name is not compared: tests and benchmarks have their own on one server.

    ImproperlyConfigured where host or port differ.
    """
    for name in ("HOST", "PORT"):
        if str(ours[name]) != str(owners[name]):
            raise ImproperlyConfigured(
                "DATABASE_URL and DATABASE_OWNER_URL name two servers;"
                " they must name one database, under two roles"
            )


def owns_tables() -> bool:
    """Whether the role of this connection could change every table: it owns one, or is as good."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(OWNED)
        return cursor.fetchone()[0] > 0


# --- granting -------------------------------------------------------------------------------------
@transaction.atomic
def grant() -> int:
    """Give the application's role what the rooms say, and take everything else from it.

    Runs as the owner, after every migration; the same state comes of running it again. Returns how
    many tables there are; 0 where there is one role only. Raises DatabaseError where the role is
    not there and the owner may not make it.
    """
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        triggers.close(cursor)
        for signature in existing_functions(cursor):
            cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        if has_owner():
            make_role(cursor)
        keep_out_of_log(cursor)
        if not has_owner():
            return 0
        tables = names(cursor, TABLES)
        for statement in statements(cursor, tables):
            cursor.execute(statement)
        return len(tables)


def role() -> str:
    """The application's role, as a statement names it.

    Quoted, from the user of DATABASE_URL.
    """
    return quoted(settings.DATABASE_ROLE["USER"])


def make_role(cursor) -> None:
    """Make the role where it is missing; its password is the one that DATABASE_URL gives."""
    password = settings.DATABASE_ROLE["PASSWORD"]
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [settings.DATABASE_ROLE["USER"]])
    if cursor.fetchone() is None:
        cursor.execute(MAKE_ROLE.format(role=role()))
    if not password:
        return
    # An owner who may make no roles found one that the administrator made, with its password. And
    # of two that give it its password at once (tests on several processes) one is turned away.
    with suppress(ProgrammingError, InternalError), transaction.atomic():
        cursor.execute(f"ALTER ROLE {role()} PASSWORD %s", [password])


def keep_out_of_log(cursor) -> None:
    """Have the server write no statement of this database into its log, whatever it is told itself.

    These settings are a superuser's: the application cannot take them back. An owner who is none
    may not set them either, then the server's own must do (core/checks.py says so).
    """
    database = quoted(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])
    whom = [f"DATABASE {database}"]
    if has_owner():
        # Before what somebody may have set for the role alone.
        whom.append(f"ROLE {role()} IN DATABASE {database}")
    with suppress(ProgrammingError), transaction.atomic():
        for one in whom:
            for name, value in database_log.SETTINGS.items():
                cursor.execute(f"ALTER {one} SET {name} = '{value}'")


def statements(cursor, tables: list[str]) -> Iterator[str]:
    """Everything is taken away first, so that a right that no room gives any more is gone."""
    database = quoted(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])
    yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role()}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {role()}"
    # No backup has it.
    yield f"CREATE SCHEMA IF NOT EXISTS {STAGING}"
    yield f"GRANT USAGE, CREATE ON SCHEMA {STAGING} TO {role()}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role()}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role()}"

    kept = {one.table: one for one in registered().kept}
    for table in tables:
        if table in READ_ONLY:
            yield give("SELECT", table)
        elif table in kept:
            yield from rights_on_kept(cursor, kept[table])
        else:
            yield give(EVERYTHING, table)
    yield from more_rights(cursor, set(tables))


def rights_on_kept(cursor, kept: Kept) -> Iterator[str]:
    """Rows are added and stay as they are, but for the columns that move on."""
    yield give("SELECT" if kept.by_owner else "SELECT, INSERT", kept.table)
    # An older database may lack a column.
    moving = set(kept.moving_columns()) & set(names(cursor, COLUMNS, kept.table))
    if moving:
        columns = ", ".join(map(quoted, sorted(moving)))
        yield give(f"UPDATE ({columns})", kept.table)


def more_rights(cursor, tables: set[str]) -> Iterator[str]:
    """Single rights beyond those on rows.

    Of tables that are there (``tables``): to empty some at once, to renew the statistics of others,
    where PostgreSQL has a right for that; and to call the owner's functions.
    """
    said = registered()
    for table in sorted(tables.intersection(said.emptied)):
        yield give("TRUNCATE", table)
    if connections[DEFAULT_DB_ALIAS].pg_version >= MAINTAIN_SINCE:
        for table in sorted(tables.intersection(said.maintained)):
            yield give("MAINTAIN", table)
    for signature in existing_functions(cursor):
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {role()}"


def existing_functions(cursor) -> list[str]:
    """Registered functions that the migrations so far have made.

    Signatures with the schema, "public.name(types)". One statement for each that is registered: an
    older database lacks some.
    """
    found = []
    for signature in registered().functions:
        cursor.execute("SELECT to_regprocedure(%s)::text", [f"public.{signature}"])
        (known,) = cursor.fetchone()
        if known is not None:
            found.append(f"public.{signature}")
    return found


def give(rights: str, table: str) -> str:
    """SQL that grants ``rights``, as "SELECT, INSERT", on one table to the application's role.

    A statement without its semicolon, for the schema public. Names are quoted, ``rights`` are not.
    """
    return f"GRANT {rights} ON TABLE public.{quoted(table)} TO {role()}"


def quoted(name: str) -> str:
    """The name as PostgreSQL takes it for one whatever letters stand in it."""
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)


def names(cursor, query: str, *arguments: str) -> list[str]:
    """The first column of what a query finds."""
    cursor.execute(query, arguments)
    return first_column(cursor)
