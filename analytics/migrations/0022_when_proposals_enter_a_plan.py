"""When a proposal was written into the next plan; a decision is written once, with its moment."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("analytics", "0021_conclusions_and_their_kinds")]

    operations = [
        migrations.AddField(
            model_name="adjustment",
            name="applied_at",
            field=models.DateTimeField(
                blank=True,
                help_text=(
                    "When it was written into the next plan; null also where 0.1 wrote it there."
                ),
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="at",
            field=models.DateTimeField(default=timezone.now),
        ),
    ]
