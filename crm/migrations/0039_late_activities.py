"""Activities that came late wait for their day's figures before they are folded."""

from importlib import import_module

from django.db import migrations, models

FORMER = import_module("crm.migrations.0038_looks_and_refusals_stay").FOLD
FOLD = FORMER.replace(
    "          AND a.at < until\n", "          AND a.at < until\n          AND NOT a.late\n"
)


class Migration(migrations.Migration):
    dependencies = [("crm", "0038_looks_and_refusals_stay")]

    operations = [
        migrations.AddField(
            "activity", "late", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddIndex(
            "activity",
            models.Index(condition=models.Q(("late", True)), fields=["at"], name="activity_late"),
        ),
        migrations.RunSQL(FOLD, FORMER),
    ]
