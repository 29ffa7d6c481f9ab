"""0.1 knew one level and named none: the intervals it left get theirs."""

from django.db import migrations

LEVEL_OF_0_1 = 0.90


def name_level_of_0_1(apps, schema_editor):
    """Where there is an interval without a level; whatever came later names its own."""
    finding = apps.get_model("analytics", "Finding")
    unnamed = finding.objects.filter(low__isnull=False, level__isnull=True)
    unnamed.update(level=LEVEL_OF_0_1)

    adjustment = apps.get_model("analytics", "Adjustment")
    unnamed = adjustment.objects.filter(expected_low__isnull=False, expected_level__isnull=True)
    unnamed.update(expected_level=LEVEL_OF_0_1)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_levels")]

    operations = [migrations.RunPython(name_level_of_0_1, migrations.RunPython.noop)]
