"""Which record went into which, what stood where before, and pairs that are two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0064_electronic_use_collections_and_visits_without_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="JoinedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kept_key", models.BigIntegerField()),
                ("gone_key", models.BigIntegerField(db_index=True, null=True)),
                ("gone", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "why",
                    models.CharField(
                        choices=[("desk", "decided at the desk"), ("claim", "shown by the person")],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("parted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="crm.reader",
                    ),
                ),
                (
                    "taken_apart_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "joined record",
                "verbose_name_plural": "joined records",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="MergedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=80)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("moved", "belongs to the kept record"),
                            ("aside", "set aside, since the kept record has its own"),
                            ("loose", "stays in the figures without a person"),
                            ("written", "written by the joining"),
                        ],
                        max_length=8,
                    ),
                ),
                ("was", models.JSONField()),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="crm.joinedrecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a joined record",
                "verbose_name_plural": "rows of joined records",
            },
        ),
        migrations.CreateModel(
            name="NotTwins",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.reader",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.reader",
                    ),
                ),
            ],
            options={
                "verbose_name": "pair that is two people",
                "verbose_name_plural": "pairs that are two people",
            },
        ),
        migrations.AddConstraint(
            model_name="joinedrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("parted_at__isnull", True)),
                fields=("gone_key",),
                name="merge_gone_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="nottwins",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="not_twins_once"),
        ),
    ]
