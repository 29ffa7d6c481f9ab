"""Fault 57. What is frozen refuses UPDATE, DELETE and TRUNCATE to the application's role.

What the rooms say in their ``grants.py`` is compared with the catalogue of a migrated database.
"""

import subprocess
import sys

import pghistory.models
import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction

from core import owner
from core.checks import OWNS_TABLES
from core.grants import registered
from ops import local
from tests import servers
from tests.owner import FUNCTION

pytestmark = pytest.mark.django_db

ALL = {"SELECT", "INSERT", "UPDATE", "DELETE"}
#: What promise 4 and the ledger rest on: named here as well, so that no room can drop one silently.
NEVER_CHANGED = {
    "analytics_evaluation",
    "analytics_finding",
    "analytics_decision",
    "feedback_response",
    "feedback_responsevector",
    "feedback_answertext",
    "crm_consentevent",
    "crm_auditevent",
    "analytics_seal",
    "analytics_publishedmonth",
}
KEPT = {one.table: one for one in registered().kept}


def rows(query: str, *arguments) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()


def tables() -> list[str]:
    return [name for (name,) in rows(owner.TABLES)]


def rights_on(table: str) -> set[str]:
    """What the role may do with every row and column of the table."""
    found = rows(
        "SELECT privilege_type FROM information_schema.table_privileges"
        " WHERE table_schema = 'public' AND table_name = %s"
        " AND grantee IN (current_user, 'PUBLIC')",
        table,
    )
    return {right for (right,) in found}


def moving_columns(table: str) -> set[str]:
    """Columns that the role may change."""
    found = rows(
        "SELECT column_name FROM information_schema.column_privileges"
        " WHERE table_schema = 'public' AND table_name = %s AND privilege_type = 'UPDATE'"
        " AND grantee IN (current_user, 'PUBLIC')",
        table,
    )
    return {column for (column,) in found}


# --- the role -------------------------------------------------------------------------------------
def test_tests_connect_as_the_application_and_not_as_the_owner():
    assert rows("SELECT current_user, session_user") == [("portal", "portal")]


def test_role_is_nobody_in_particular():
    (found,) = rows(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert found == (False,) * 5
    belongs_to = "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole"
    assert rows(belongs_to, settings.DATABASE_ROLE["USER"]) == []


def test_role_owns_nothing_and_makes_nothing_beside_the_tables():
    owned = rows(
        "SELECT relname FROM pg_class WHERE relowner = current_user::regrole"
        " AND relnamespace IN ('public'::regnamespace, 'staging'::regnamespace)"
    )
    assert owned == []
    for statement in (
        "CREATE TABLE intruder (x int)",
        "CREATE FUNCTION intruder() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA intruder",
        "ALTER TABLE crm_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER only_grows ON pghistory_context",
        "SET ROLE app",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows(statement)


def test_role_makes_temporary_tables_and_staging_tables():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE mine (x int)")
        cursor.execute("CREATE UNLOGGED TABLE staging.mine (x int)")
        cursor.execute("ANALYZE mine, staging.mine")
        cursor.execute("DROP TABLE staging.mine")


# --- tables ---------------------------------------------------------------------------------------
def test_every_table_is_ordinary_or_kept_as_its_room_says():
    wrong = {}
    for table in tables():
        expected, moving = set(ALL), None
        if table in owner.READ_ONLY:
            expected, moving = {"SELECT"}, set()
        elif table in KEPT:
            expected, moving = {"SELECT", "INSERT"}, set(KEPT[table].moving_columns())
            if KEPT[table].by_owner:
                expected.discard("INSERT")
        if table in registered().emptied:
            expected.add("TRUNCATE")
        found = rights_on(table) - {"MAINTAIN"}
        if found != expected or (moving is not None and moving_columns(table) != moving):
            wrong[table] = sorted(found), sorted(moving_columns(table))
    assert wrong == {}


def test_every_model_has_a_table_that_was_asked_about():
    of_models = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        # No table: its rows are put together from all histories when they are asked for.
        if not issubclass(model, pghistory.models.Events)
    }
    assert of_models <= set(tables())
    assert KEPT.keys() <= of_models


def test_published_rows_and_ledgers_are_among_the_kept_ones():
    assert KEPT.keys() >= NEVER_CHANGED
    assert [table for table in sorted(NEVER_CHANGED) if KEPT[table].moving] == []


def test_every_table_of_a_history_is_kept():
    histories = {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event)
    }
    assert histories
    assert histories <= KEPT.keys()


@pytest.mark.parametrize("table", sorted(KEPT))
@pytest.mark.parametrize("attempt", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_frozen_rows_refuse_the_application(table, attempt):
    """Fault 57. UPDATE, DELETE, TRUNCATE of what is frozen, as the application's role."""
    still = set(connection_columns(table)) - set(KEPT[table].moving_columns())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows(attempt.format(table, sorted(still)[0]))


def connection_columns(table: str) -> list[str]:
    return [name for (name,) in rows(owner.COLUMNS, table)]


def test_application_maintains_what_imports_fill_and_nothing_else():
    """With MAINTAIN a role also locks a table and builds it anew."""
    maintained = {
        table
        for table in tables()
        if rows("SELECT has_table_privilege(%s, 'MAINTAIN')", table) == [(True,)]
    }
    assert maintained == {"crm_reader", "crm_consentevent"} == set(registered().maintained)


# --- functions ------------------------------------------------------------------------------------
def owner_functions() -> dict[str, tuple]:
    """``{signature: (settings, whether everybody may call it, whether the application may)}``."""
    found = rows(
        "SELECT oid::regprocedure::text, proconfig,"
        " has_function_privilege('public', oid, 'EXECUTE'),"
        " has_function_privilege(oid, 'EXECUTE') FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    return {signature: said for signature, *said in found if not signature.startswith(FUNCTION)}


def written_as_registered(signature: str) -> str:
    """The catalogue spells one type out and leaves no space after a comma."""
    short = signature.replace("timestamp with time zone", "timestamptz")
    return short.replace(" ", "").replace(",", ", ")


def test_functions_with_the_owner_s_rights_are_named_closed_and_find_only_our_tables():
    found = owner_functions()
    signatures = {written_as_registered(signature) for signature in found}
    assert signatures == set(registered().functions)
    for signature, (path, everybody, application) in found.items():
        assert signature.startswith("huixiang_")
        assert path == ["search_path=pg_catalog, public, pg_temp"]
        assert (everybody, application) == (False, True)


# --- one role, and from one to two ----------------------------------------------------------------
def manage(*arguments: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=local.BASE_DIR,
        env=servers.environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_one_role_for_both_still_starts_and_is_told_of():
    alone = {"DATABASE_URL": servers.owner_url(), "DATABASE_OWNER_URL": ""}

    assert str(OWNS_TABLES.msg) in manage("check", "--deploy", **alone)
    assert "nothing to grant" in manage("grants", **alone)

    assert str(OWNS_TABLES.msg) not in manage("check", "--deploy", DATABASE_OWNER_URL="")


def test_check_of_the_role_is_one_of_deployment():
    found = checks.run_checks(include_deployment_checks=True, tags=[checks.Tags.security])
    assert "huixiang.W001" not in [warning.id for warning in found]


def test_owner_of_another_server_is_refused(settings):
    settings.DATABASE_OWNER = settings.DATABASE_OWNER | {"HOST": "elsewhere"}
    with pytest.raises(ImproperlyConfigured, match="name two servers"), owner.as_owner():
        pass
