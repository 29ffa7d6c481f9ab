"""How surely a promised difference was known, and by how much its interval was widened. Proposals of
earlier versions know neither: they are held against the interval that was stored with them.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0023_rows_stay_for_the_windows_of_readers")]

    operations = [
        migrations.AddField(
            model_name="adjustment",
            name="expected_spread",
            field=models.FloatField(
                null=True,
                help_text="How surely the true difference was known, as a standard deviation; null:"
                " before 0.4, or nothing is promised.",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="expected_factor",
            field=models.FloatField(
                null=True,
                help_text="By how much the interval was widened or narrowed, since earlier ones of"
                " the kind held too seldom or too often. Null: not at all.",
            ),
        ),
    ]
