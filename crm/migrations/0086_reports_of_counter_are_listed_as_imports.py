"""Reports of COUNTER stand in the list of imports; those that are here get a line of it."""

import django.db.models.deletion
from django.db import migrations, models


def list_them(apps, _schema_editor):
    """A line for each report that was read, with as many figures as it has."""
    UsageReport = apps.get_model("crm", "UsageReport")
    ImportBatch = apps.get_model("crm", "ImportBatch")
    for report in UsageReport.objects.exclude(state="reading"):
        is_taken = report.state == "counts"
        figures = report.figures.count()
        batch = ImportBatch.objects.create(
            takes="counter",
            filename=report.filename,
            sha256=report.sha256,
            size=0,
            source="",
            state="done" if is_taken else "uploaded",
            rows=figures,
            created=figures if is_taken else 0,
            merged_at=report.taken_at if is_taken else None,
            job_id=report.job_id,
            created_by_id=report.taken_by_id,
        )
        # The time of coming is that of the report, whatever the field sets by itself.
        ImportBatch.objects.filter(pk=batch.pk).update(created_at=report.taken_at)
        report.batch = batch
        report.save(update_fields=["batch"])


def unlist_them(apps, schema_editor):
    """Remove the lines: there is no such kind of import before, and each report gets a line again
    when this migration is applied once more. Of reports that were taken back the trail says it.
    """
    apps.get_model("crm", "ImportBatch").objects.filter(takes="counter").delete()
    # The column goes next, and with it a key: no table with checks left to make lets one go.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("crm", "0085_counts_of_months")]

    operations = [
        migrations.AddField(
            "usagereport",
            "batch",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="usage_report",
                to="crm.importbatch",
            ),
        ),
        migrations.RunPython(list_them, unlist_them),
    ]
