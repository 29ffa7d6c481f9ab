"""How often a reader did something in a month, as systems count it that do not say the days."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("loan", "Loan"),
    ("renewal", "Renewal"),
    ("visit", "Visit"),
    ("seat", "Seat used"),
    ("violation", "Seat booked and not kept"),
    ("eresource", "E-resource used"),
    ("event", "Event attended"),
    ("click", "Link followed"),
    ("answer", "Survey answered"),
    ("voice", "Said something"),
    ("contribution", "Contribution"),
]


class Migration(migrations.Migration):
    dependencies = [("crm", "0084_a_source_says_when_its_files_come")]

    operations = [
        migrations.CreateModel(
            name="MonthCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=16, verbose_name="kind")),
                ("month", models.DateField(verbose_name="month")),
                ("begins", models.DateTimeField(verbose_name="from")),
                ("ends", models.DateTimeField(verbose_name="before")),
                ("n", models.PositiveIntegerField(verbose_name="how often")),
                ("source", models.CharField(max_length=32)),
                ("ref", models.CharField(max_length=64)),
                ("import_run", models.BigIntegerField()),
                (
                    "campus",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="crm.campus",
                        verbose_name="campus",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="month_counts",
                        to="crm.reader",
                    ),
                ),
            ],
            options={
                "verbose_name": "count of a month",
                "verbose_name_plural": "counts of months",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "month", "source", "ref", "import_run"),
                        name="month_count_once",
                    )
                ],
            },
        ),
    ]
