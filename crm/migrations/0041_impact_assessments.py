"""The impact assessment in versions that are added and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0040_wrong_entries_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("what", models.TextField(verbose_name="what is done with data of readers")),
                (
                    "why",
                    models.TextField(verbose_name="why it is needed, and why less would not do"),
                ),
                (
                    "risks",
                    models.TextField(
                        verbose_name="what could happen to readers, how likely and how bad"
                    ),
                ),
                ("measures", models.TextField(verbose_name="what stands against it")),
                ("officer", models.CharField(max_length=160, verbose_name="who answers for it")),
                ("assessed_on", models.DateField(verbose_name="looked through on")),
                ("next_on", models.DateField(verbose_name="looked through again on")),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "impact assessment",
                "verbose_name_plural": "impact assessments",
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("next_on__gt", models.F("assessed_on"))),
                        name="assessment_again_later",
                    )
                ],
            },
        ),
    ]
