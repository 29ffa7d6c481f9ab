"""Forms of surveys that 0.1 kept for after the sign-in: what they hold may be an anonymous answer,
beside the account that gave it. They cannot be told apart from named ones, and go.
"""

from django.db import migrations


def forget(apps, _schema_editor):
    kept = apps.get_model("crm", "KeptForm")
    kept.objects.filter(path__startswith="/s/").delete()


class Migration(migrations.Migration):
    dependencies = [("crm", "0044_departures_that_failed")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
