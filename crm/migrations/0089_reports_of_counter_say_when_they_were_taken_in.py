"""A report of COUNTER says when it was brought and when it was taken in: those are two moments.

Reports that were taken in get the moment of their row in the trail, and so do their lines in the
list of imports. Before reports were looked at first both were one moment. Lines of reports that
were taken back keep the time they have: nothing leads from them to the trail.
"""

from django.db import migrations, models


def date_them(apps, _schema_editor):
    """The moment at which each report was taken in, on it and on its line."""
    AuditEvent = apps.get_model("crm", "AuditEvent")
    of_reports = AuditEvent.objects.filter(action="usage.take", object_type="crm.usagereport")
    moments = dict(of_reports.order_by("at").values_list("object_id", "at"))
    for report in apps.get_model("crm", "UsageReport").objects.filter(state="counts"):
        report.counts_since = moments.get(str(report.pk), report.brought_at)
        report.save(update_fields=["counts_since"])
        set_line(apps, report, report.counts_since)


def date_back(apps, _schema_editor):
    """Lines bear the moment at which their report was brought again."""
    for report in apps.get_model("crm", "UsageReport").objects.filter(state="counts"):
        set_line(apps, report, report.brought_at)


def set_line(apps, report, at):
    """Write the moment on the line of a report, if it has one."""
    lines = apps.get_model("crm", "ImportBatch").objects
    lines.filter(pk=report.batch_id).update(merged_at=at)


class Migration(migrations.Migration):
    dependencies = [("crm", "0088_numbers_in_other_writings")]

    operations = [
        migrations.RenameField("usagereport", "taken_at", "brought_at"),
        migrations.AlterField(
            "usagereport", "brought_at", models.DateTimeField(auto_now_add=True)
        ),
        migrations.AlterModelOptions(
            "usagereport",
            {
                "ordering": ["-brought_at"],
                "verbose_name": "report of e-resource use",
                "verbose_name_plural": "reports of e-resource use",
            },
        ),
        migrations.AddField(
            "usagereport",
            "counts_since",
            models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(date_them, date_back),
    ]
