"""How many answers are mixed at least is no longer said by the caller: the database's function asks
a function that the owner writes (``feedback/surveys/least.py``).
"""

from importlib import import_module

from django.db import migrations

before = import_module("feedback.migrations.0009_mixing")
OLD = "bigint, integer, uuid[], bytea[], bigint, jsonb, timestamptz, boolean"
NEW = "bigint, uuid[], bytea[], bigint, jsonb, timestamptz, boolean"
DROP = "DROP FUNCTION huixiang_mix_answers({})"
ARGUMENT = "    library_k integer,  -- the library's; the survey's own may be higher, and 5 is the lowest\n"
#: Until the owner writes the library's own number, after the migrations.
LEAST = """
CREATE FUNCTION huixiang_library_k() RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS 'SELECT 10'
"""
MIX = (
    before.MIX.replace("{action}", before.ACTION)
    .replace(ARGUMENT, "")
    .replace("greatest(5, library_k,", "greatest(5, public.huixiang_library_k(),")
    .replace("bigint, integer, uuid[]", "bigint, uuid[]")
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0009_mixing")]

    operations = [
        migrations.RunSQL(LEAST, "DROP FUNCTION huixiang_library_k()"),
        migrations.RunSQL(DROP.format(OLD), before.MIX.replace("{action}", before.ACTION)),
        migrations.RunSQL(MIX, DROP.format(NEW)),
    ]
