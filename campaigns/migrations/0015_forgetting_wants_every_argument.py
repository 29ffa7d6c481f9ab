"""The owner's function that removes earlier states of plans refuses to be called with NULL."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("campaigns.migrations.0014_contexts_end_with_their_changes").MAKE
MAKE = BEFORE.replace(
    "BEGIN\n",
    """BEGIN
    IF num_nulls(until, most) > 0 THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
""",
    1,
)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_contexts_end_with_their_changes")]

    operations = [migrations.RunSQL(MAKE, BEFORE)]
