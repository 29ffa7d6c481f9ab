"""Findings and promises name the level of their intervals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial")]

    operations = [
        migrations.AddField(
            "finding",
            "level",
            models.FloatField(
                help_text="Of the interval: 0.95. Null without a value.", null=True
            ),
        ),
        migrations.AddField(
            "adjustment",
            "expected_level",
            models.FloatField(help_text="Of the promised interval: 0.9.", null=True),
        ),
    ]
