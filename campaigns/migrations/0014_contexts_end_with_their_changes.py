"""Removing earlier states of plans and standards removes the contexts that explained them alone."""

from importlib import import_module

from django.db import migrations

PLANS = import_module("campaigns.migrations.0011_history_has_a_term").MAKE
BEFORE = PLANS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
RETURN = "    RETURN of_campaigns + of_standards;"
FORGET = "    PERFORM public.huixiang_forget_contexts(until, most);\n"
MAKE = BEFORE.replace(RETURN, FORGET + RETURN)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0013_amendments_stay"),
        ("crm", "0037_contexts_and_files_end"),
    ]

    operations = [migrations.RunSQL(MAKE, BEFORE)]
