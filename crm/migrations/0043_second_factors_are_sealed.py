"""Seeds of telephones' codes and of recovery codes lie sealed; what opens them is in no table."""

from django.db import migrations

from core.sealed import open_text, seal_text


def seal_all(apps, _schema_editor):
    write_anew(apps, seal_text)


def open_all(apps, _schema_editor):
    write_anew(apps, open_text)


def write_anew(apps, changed):
    for row in apps.get_model("mfa", "Authenticator").objects.order_by("pk"):
        for name in ("secret", "seed"):
            if name in row.data:
                row.data[name] = changed(row.data[name])
        # Codes that another program made, of which there is no seed.
        if row.data.get("migrated_codes"):
            row.data["migrated_codes"] = list(map(changed, row.data["migrated_codes"]))
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0042_consents_without_a_person"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_all, open_all)]
