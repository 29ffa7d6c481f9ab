"""Addresses suppressed by 0.1 under their typed form are listed under the normal form as well.

A reader whose stored address is written anew (by an import or by hand) would otherwise no longer be
found on the list. Digests cannot be turned back, so this looks at the addresses that are stored.
"""

from django.db import migrations

from core.addresses import address_digest, address_digests

#: Whatever the two forms could differ in is not plain ASCII.
NOT_ASCII = r"[^\x20-\x7e]"


def list_normal_forms(apps, schema_editor):
    Reader = apps.get_model("crm", "Reader")
    Suppression = apps.get_model("crm", "Suppression")
    for address in Reader.objects.filter(email__regex=NOT_ASCII).values_list("email", flat=True):
        listed = Suppression.objects.filter(channel="email", digest__in=address_digests(address))
        found = listed.first()
        if found is not None:
            Suppression.objects.get_or_create(
                channel="email",
                digest=address_digest(address),
                defaults={"reason": found.reason},
            )


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_reader_numbers_in_one_form")]

    operations = [migrations.RunPython(list_normal_forms, migrations.RunPython.noop)]
