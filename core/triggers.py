"""Triggers that keep rows as they were: they stand aside for the owner only, and find our tables.

django-pgtrigger asks a setting of the session whether a trigger is to stand aside, and any role may
change its settings. The function that asks is made anew here after each migration. A trigger also
runs with the search path of whoever changes the row, who could put tables of the same names before
ours; so each is given a path of its own.
"""

from collections.abc import Iterator

#: Triggers that the application itself passes by. A password that is hashed anew ends no token;
#: tokens are ordinary rows, which the application may change without any trigger.
PASSED_BY = ("pgtrigger_ends_tokens_bc66f",)
PATH = "pg_catalog, public, pg_temp"
STANDS_ASIDE = f"""
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE plpgsql SET search_path = {PATH} AS $$
DECLARE
    named text := current_setting('pgtrigger.ignore', true);
BEGIN
    IF coalesce(named, '') = '' THEN
        RETURN false;
    END IF;
    IF trigger_name <> ALL (named::text[]) THEN
        RETURN false;
    END IF;
    -- In a function of the owner's the owner is who asks.
    RETURN trigger_name = ANY ('{{{",".join(PASSED_BY)}}}'::text[]) OR EXISTS (
        SELECT 1 FROM pg_class
        WHERE oid = to_regclass('public.django_migrations')
            AND pg_has_role(current_user, relowner, 'USAGE'));
END $$"""
#: Functions of triggers that the current role may alter.
FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc
    WHERE prorettype = 'trigger'::regtype
        AND pronamespace = 'public'::regnamespace
        AND pg_has_role(current_user, proowner, 'USAGE')
    ORDER BY 1"""


def close(cursor) -> None:
    """Run as the owner, when all triggers are there; running it again changes nothing.

    Takes one statement for each function of a trigger, one to list them, and one for the function
    that asks whether triggers stand aside.
    """
    for statement in statements(cursor):
        cursor.execute(statement)


def statements(cursor) -> Iterator[str]:
    """SQL that gives every function of a trigger its search path, one statement at a time.

    The first makes the function anew that says when a trigger stands aside. Functions of another
    owner are left out.
    """
    yield STANDS_ASIDE
    cursor.execute(FUNCTIONS)
    for (signature,) in cursor.fetchall():
        yield f"ALTER FUNCTION {signature} SET search_path = {PATH}"
