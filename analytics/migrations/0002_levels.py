"""Findings and promises name the level of their intervals; 0.1 knew one level and named none."""

from django.db import migrations, models

LEVEL_OF_0_1 = 0.90


def name_level_of_0_1(apps, schema_editor):
    """Where there is an interval."""
    finding = apps.get_model("analytics", "Finding")
    finding.objects.filter(low__isnull=False).update(level=LEVEL_OF_0_1)
    adjustment = apps.get_model("analytics", "Adjustment")
    adjustment.objects.filter(expected_low__isnull=False).update(expected_level=LEVEL_OF_0_1)


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
        migrations.RunPython(name_level_of_0_1, migrations.RunPython.noop),
    ]
