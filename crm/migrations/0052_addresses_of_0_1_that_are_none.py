"""Addresses that 0.1 took in and that no mail can be sent to: they do not count as reachable."""

from django.db import migrations
from django.utils import timezone

from core.addresses import is_address

#: What stands for such an address (crm.letters.models.AddressTrouble).
INVALID = "invalid"


def mark_invalid(apps, schema_editor):
    """Judge every stored address once; those of the future are judged where they come in."""
    readers = apps.get_model("crm", "Reader").objects
    stored = readers.exclude(email="").filter(email_trouble="")
    wrong = []
    for pk, email in stored.values_list("pk", "email").iterator():
        if not is_address(email):
            wrong.append(pk)
    readers.filter(pk__in=wrong).update(email_trouble=INVALID, email_trouble_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("crm", "0051_addresses_that_no_letter_reaches")]

    operations = [migrations.RunPython(mark_invalid, migrations.RunPython.noop)]
