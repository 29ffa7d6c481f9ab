"""Who made a change stays what it was: later changes of the same request add to it and replace
nothing.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION huixiang_context_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the context of a change is only added to';
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE ON pghistory_context FOR EACH ROW
    WHEN (NOT NEW.metadata @> OLD.metadata) EXECUTE FUNCTION huixiang_context_only_grows()
"""
DROP = """
DROP TRIGGER only_grows ON pghistory_context;
DROP FUNCTION huixiang_context_only_grows()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0009_consents_of_an_undone_import"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [migrations.RunSQL(MAKE, DROP)]
