"""The figures of a month that is over are kept as they were published, and each change of them."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_proposals_move_by_rule")]

    operations = [
        migrations.CreateModel(
            name="PublishedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("figures", models.JSONField()),
                ("changed", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["month", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "number"), name="published_month_number_once"
                    )
                ],
            },
        ),
    ]
