"""What every month page asks of the facts has indexes: it read all of them for three answers."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("analytics", "0015_facts_of_the_case_are_sealed")]

    operations = [
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["computed_at"], name="fact_computed_at"),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                fields=["metric", "start"],
                name="fact_recorded",
                condition=Q(("dimension", ""), ("value__gt", 0)),
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                fields=["start"],
                include=["metric", "key", "value"],
                name="fact_days",
                condition=Q(("dimension__in", ["", "kind"]), ("grain", "day")),
            ),
        ),
    ]
