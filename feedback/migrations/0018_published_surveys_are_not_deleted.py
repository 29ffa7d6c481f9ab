"""A published anonymous survey is not deleted, and keeps its number: deleted and written anew by
one transaction, or under another number, it would promise something else to those who answered.
"""

from importlib import import_module

from django.db import migrations

before = import_module("feedback.migrations.0017_promises_are_kept_by_the_database").KEEP
ON_UPDATE = before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
FIRST = """
BEGIN
    IF NOT NEW.anonymous"""
NOT_DELETED = """
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'survey % promised to be anonymous and stays', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'survey % keeps its number', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT NEW.anonymous"""
DROP = "DROP TRIGGER promises_stay ON feedback_survey;\n"


def changed(statements: str) -> str:
    for one, other in ((FIRST, NOT_DELETED), ("BEFORE UPDATE ON", "BEFORE UPDATE OR DELETE ON")):
        if one not in statements:
            raise ValueError("0017 does not hold what this migration changes")
        statements = statements.replace(one, other)
    return statements


class Migration(migrations.Migration):
    dependencies = [("feedback", "0017_promises_are_kept_by_the_database")]

    operations = [migrations.RunSQL(DROP + changed(ON_UPDATE), DROP + ON_UPDATE)]
