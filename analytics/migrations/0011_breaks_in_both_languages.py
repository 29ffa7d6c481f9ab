"""What a look through the chains found is stored as codes with values; sentences of before stay
what they are.
"""

from django.db import migrations, models

TO_JSON = "ALTER TABLE analytics_verification ALTER COLUMN breaks TYPE jsonb USING to_jsonb(breaks)"
#: What was found since is kept as the text of its JSON.
TO_TEXTS = """
CREATE FUNCTION pg_temp.texts(found jsonb) RETURNS text[] LANGUAGE sql AS
    'SELECT coalesce(array_agg(one #>> ''{}''), ''{}'') FROM jsonb_array_elements(found) AS e (one)';
ALTER TABLE analytics_verification
    ALTER COLUMN breaks TYPE text[] USING pg_temp.texts(breaks)
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0010_months_are_published")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_JSON, TO_TEXTS)],
            state_operations=[
                migrations.AlterField("verification", "breaks", models.JSONField(default=list))
            ],
        )
    ]
