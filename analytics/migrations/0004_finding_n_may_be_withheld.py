"""A finding keeps no number of rows where it is withheld: 0 is a number of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_levels_of_0_1")]

    operations = [
        migrations.AlterField(
            "finding",
            "n",
            models.PositiveIntegerField(
                null=True,
                help_text="Null: withheld. 0.1 wrote 0 in its place, where nothing can be said.",
            ),
        ),
    ]
