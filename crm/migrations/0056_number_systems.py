"""Numbers belong to named systems, and a reader may bear several."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0055_what_was_recorded_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberSystem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=120, verbose_name="English name"),
                ),
                (
                    "example",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="what its numbers look like"
                    ),
                ),
                (
                    "headers",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="how its column is called in files"
                    ),
                ),
            ],
            options={
                "verbose_name": "system of numbers",
                "verbose_name_plural": "systems of numbers",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=64, verbose_name="reader number")),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to="crm.reader",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        db_column="system",
                        on_delete=django.db.models.deletion.PROTECT,
                        to="crm.numbersystem",
                        to_field="code",
                        verbose_name="system of numbers",
                    ),
                ),
            ],
            options={
                "verbose_name": "further number",
                "verbose_name_plural": "further numbers",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "number"), name="identity_once_per_system"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="identity",
            trigger=pgtrigger.compiler.Trigger(
                name="refuses_taken_numbers",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT 1 FROM crm_reader r WHERE r.source = NEW.system AND r.number = NEW.number) THEN\n        RAISE unique_violation USING MESSAGE = 'this number is the first one of a reader';\n    END IF;\n    RETURN NEW;\n",
                    hash="14aaa21092ca46bb0b69f8f0772c19b9080fbf99",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_refuses_taken_numbers_fba30",
                    table="crm_identity",
                    when="BEFORE",
                ),
            ),
        ),
    ]
