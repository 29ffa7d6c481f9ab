"""Tables of files that are being imported have a schema of their own.

The application makes and drops them itself, and may make nothing beside the tables it must not own.
"""

from django.db import migrations

#: What a killed worker of 0.1 left behind.
DROP_LEFT_BEHIND = """
    DO $$
    DECLARE
        found record;
    BEGIN
        FOR found IN
            SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relpersistence = 'u' AND relname LIKE 'crm\\_staging\\_%'
                AND relnamespace = 'public'::regnamespace
        LOOP
            EXECUTE format('DROP TABLE public.%I', found.relname);
        END LOOP;
    END $$"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0007_job_title_values")]

    operations = [
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS staging", "DROP SCHEMA staging CASCADE"),
        migrations.RunSQL(DROP_LEFT_BEHIND, migrations.RunSQL.noop),
    ]
