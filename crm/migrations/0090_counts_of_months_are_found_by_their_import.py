"""Counts of months are found by the import that brought them, when it is taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0089_reports_of_counter_say_when_they_were_taken_in")]

    operations = [
        migrations.AlterField(
            "monthcount", "import_run", models.BigIntegerField(db_index=True)
        ),
    ]
