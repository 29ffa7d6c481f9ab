"""Whoever made the reports that are here already is a source, which told of their months."""

import hashlib
from calendar import monthrange
from datetime import date

from django.db import migrations

MEASURE, DUE_AFTER = "eresources", 28


def months_of(report):
    """First days of the months of a report."""
    month = report.first
    while month <= report.last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def add_sources(apps, _schema_editor):
    """One source for each provider, with a span for each month that one of its reports tells of."""
    UsageReport = apps.get_model("crm", "UsageReport")
    DataSource = apps.get_model("crm", "DataSource")
    CoveredSpan = apps.get_model("crm", "CoveredSpan")
    told = {}
    for report in UsageReport.objects.filter(state="counts", source=None):
        name = f"COUNTER: {report.provider or report.report}"[:120]
        # The first letters of a digest: no name gives a code of its own twice.
        code = f"counter-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
        source, _made = DataSource.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "kinds": [],
                "measures": [MEASURE],
                "rhythm": "monthly",
                "due_after": DUE_AFTER,
            },
        )
        report.source = source
        report.save(update_fields=["source"])
        months = told.setdefault(source.pk, {})
        for month in months_of(report):
            months[month] = months.get(month, False) or not report.partial
    for source, months in told.items():
        CoveredSpan.objects.bulk_create(
            CoveredSpan(
                source_id=source,
                first=month,
                last=month.replace(day=monthrange(month.year, month.month)[1]),
                state="full" if whole else "part",
                apart=False,
                tells=[MEASURE],
            )
            for month, whole in sorted(months.items())
        )


class Migration(migrations.Migration):
    dependencies = [("crm", "0074_usage_reports_are_seen_before_they_count")]

    # Backwards the sources stay: lost days may have been noted of them.
    operations = [migrations.RunPython(add_sources, migrations.RunPython.noop)]
