"""Recency, frequency and contribution of readers, the brackets of a library, its last run."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0049_registers_with_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "reader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="score",
                        serialize=False,
                        to="crm.reader",
                        verbose_name="reader",
                    ),
                ),
                ("last_on", models.DateField(verbose_name="last time")),
                ("times", models.PositiveIntegerField(verbose_name="how often used")),
                ("contributions", models.PositiveIntegerField(verbose_name="how often given")),
                ("recency", models.PositiveSmallIntegerField(verbose_name="recency")),
                ("frequency", models.PositiveSmallIntegerField(verbose_name="frequency")),
                ("contribution", models.PositiveSmallIntegerField(verbose_name="contribution")),
            ],
            options={
                "verbose_name": "recency, frequency and contribution",
                "verbose_name_plural": "recency, frequency and contribution",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recency__range", (1, 5)),
                            ("frequency__range", (1, 5)),
                            ("contribution__range", (1, 5)),
                        ),
                        name="score_in_brackets",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recency",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        size=4,
                        verbose_name="days since the last time",
                    ),
                ),
                (
                    "frequency",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        size=4,
                        verbose_name="how often used",
                    ),
                ),
                (
                    "contribution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        size=4,
                        verbose_name="how often given",
                    ),
                ),
                ("days", models.PositiveIntegerField(verbose_name="days that are counted")),
                ("computed_at", models.DateTimeField(verbose_name="as of")),
                ("counted_since", models.DateField(verbose_name="counted since")),
                ("readers", models.PositiveIntegerField()),
                ("put_off", models.PositiveIntegerField(default=0)),
                ("refresh_ms", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "run of recency, frequency and contribution",
                "verbose_name_plural": "runs of recency, frequency and contribution",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="score_run_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreBrackets",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recency",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        size=4,
                        verbose_name="days since the last time",
                    ),
                ),
                (
                    "frequency",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        size=4,
                        verbose_name="how often used",
                    ),
                ),
                (
                    "contribution",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        size=4,
                        verbose_name="how often given",
                    ),
                ),
                ("days", models.PositiveIntegerField(verbose_name="days that are counted")),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "brackets of recency, frequency and contribution",
                "verbose_name_plural": "brackets of recency, frequency and contribution",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="score_brackets_are_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recency__len", 4),
                            ("recency__1__gt", models.F("recency__0")),
                            ("recency__2__gt", models.F("recency__1")),
                            ("recency__3__gt", models.F("recency__2")),
                        ),
                        name="score_recency_ascends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frequency__len", 4),
                            ("frequency__1__gt", models.F("frequency__0")),
                            ("frequency__2__gt", models.F("frequency__1")),
                            ("frequency__3__gt", models.F("frequency__2")),
                        ),
                        name="score_frequency_ascends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contribution__len", 4),
                            ("contribution__1__gt", models.F("contribution__0")),
                            ("contribution__2__gt", models.F("contribution__1")),
                            ("contribution__3__gt", models.F("contribution__2")),
                        ),
                        name="score_contribution_ascends",
                    ),
                ],
            },
        ),
    ]
