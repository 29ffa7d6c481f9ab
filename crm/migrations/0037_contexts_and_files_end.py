"""The context of a change goes with the last change that it explains, and an upload that was not
run ends with its file.
"""

from importlib import import_module

from django.db import migrations, models

RULES = import_module("crm.migrations.0033_what_the_clock_may_remove").FORGET_RULES
#: Whoever makes a table of changes names the context in a column of this name; with a fixed list of
#: tables a new one would lose its contexts.
MAKE = """
CREATE FUNCTION huixiang_forget_contexts(until timestamptz, most integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unexplained text;
BEGIN
    SELECT string_agg(
        format('NOT EXISTS (SELECT FROM public.%I e WHERE e.pgh_context_id = c.id)', r.relname),
        ' AND '
    ) INTO unexplained
    FROM pg_attribute a
    JOIN pg_class r ON r.oid = a.attrelid
    WHERE a.attname = 'pgh_context_id' AND NOT a.attisdropped
      AND r.relkind = 'r' AND r.relnamespace = 'public'::regnamespace;

    EXECUTE format(
        'DELETE FROM public.pghistory_context WHERE id IN ('
        'SELECT c.id FROM public.pghistory_context c WHERE c.created_at < $1 AND %s LIMIT $2)',
        coalesce(unexplained, 'false')
    ) USING until, most;
END $$;
REVOKE ALL ON FUNCTION huixiang_forget_contexts(timestamptz, integer) FROM PUBLIC
"""
FORGET = "    PERFORM public.huixiang_forget_contexts(until, most);\n    RETURN removed;"
BEFORE = RULES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
FORGET_RULES = BEFORE.replace("    RETURN removed;", FORGET)
FILES = """
UPDATE crm_importbatch SET state = 'gone'
WHERE file = '' AND state IN ('checking', 'stopped', 'uploaded', 'failed')
"""
FILES_BACK = "UPDATE crm_importbatch SET state = 'failed' WHERE state = 'gone'"


class Migration(migrations.Migration):
    dependencies = [("crm", "0036_who_works_here_is_marked")]

    operations = [
        migrations.RunSQL(MAKE, "DROP FUNCTION huixiang_forget_contexts(timestamptz, integer)"),
        migrations.RunSQL(FORGET_RULES, BEFORE),
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "Being checked"),
                    ("stopped", "Check stopped"),
                    ("unreadable", "No table"),
                    ("uploaded", "Uploaded"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("undone", "Undone"),
                    ("gone", "File deleted"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
        migrations.RunSQL(FILES, FILES_BACK),
    ]
