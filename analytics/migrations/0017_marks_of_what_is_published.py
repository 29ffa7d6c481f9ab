"""Seals and looks carry a mark that takes a key which is not in the database.

Those of before are marked here, as they stand: whether somebody put one in until then nobody can
say. Whoever migrates has the key of the web processes and the workers in the environment.
"""

from django.db import migrations, models

from analytics.published.marks import mark_of_look, mark_of_seal

#: Rows marked with one statement.
BATCH = 200


def mark_all(apps, _schema_editor):
    for name, mark_of in (("Seal", mark_of_seal), ("Verification", mark_of_look)):
        model = apps.get_model("analytics", name)
        marked = []
        for one in model.objects.order_by("pk").iterator(chunk_size=BATCH):
            one.mac = mark_of(one)
            marked.append(one)
            # What is marked is written before more is read: a chain of years fits in no memory.
            if len(marked) == BATCH:
                model.objects.bulk_update(marked, ["mac"])
                marked = []
        model.objects.bulk_update(marked, ["mac"])


class Migration(migrations.Migration):
    dependencies = [("analytics", "0016_facts_of_a_month_are_found")]

    operations = [
        migrations.AddField(
            "seal", "mac", models.CharField(blank=True, default="", max_length=73),
            preserve_default=False,
        ),
        migrations.AddField("verification", "rows", models.JSONField(null=True)),
        migrations.AddField(
            "verification", "mac", models.CharField(blank=True, default="", max_length=73),
            preserve_default=False,
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
