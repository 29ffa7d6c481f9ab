"""0.1 kept changes of budget only in the audit log; from here on they are rows of their own."""

from decimal import Decimal

from django.db import migrations


def copy(apps, schema_editor):
    """Write a row for every change in the audit log. Safe to run twice: what is there stays."""
    AuditEvent = apps.get_model("crm", "AuditEvent")
    BudgetChange = apps.get_model("campaigns", "BudgetChange")
    Campaign = apps.get_model("campaigns", "Campaign")
    existing = {str(pk) for pk in Campaign.objects.values_list("pk", flat=True)}
    events = AuditEvent.objects.filter(
        action="campaign.budget", object_type="campaigns.campaign"
    ).order_by("at", "pk")
    for event in events:
        if event.object_id not in existing:
            continue
        BudgetChange.objects.get_or_create(
            campaign_id=int(event.object_id),
            at=event.at,
            defaults={
                "before": amount(event.detail.get("before")),
                "after": amount(event.detail.get("after")),
                "reason": event.detail.get("reason", ""),
                "by_id": event.user_id,
            },
        )


def amount(text):
    """0.1 wrote amounts with ``str``: a campaign without a budget says "None"."""
    return None if text in (None, "None") else Decimal(text)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_budget_change"),
        ("crm", "0004_segment_log_unchecked"),
    ]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
