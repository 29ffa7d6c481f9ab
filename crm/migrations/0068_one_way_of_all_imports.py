"""Profiles say of which kind of file they are, and one task imports files of every kind."""

from django.db import migrations, models

#: Tasks that were one for each kind of file, by the one that does their work now.
ONE = {
    "crm.import_file": ("crm.import_readers", "crm.import_activities", "crm.import_counts"),
    "crm.check_import": ("crm.check_activities", "crm.check_counts"),
    "crm.undo_import": ("crm.undo_activities", "crm.undo_counts"),
}


def rename(apps, _editor):
    """Jobs that wait or lost their worker are started again by the name of their task."""
    jobs = apps.get_model("crm", "Job").objects
    for name, before in ONE.items():
        jobs.filter(kind__in=before).update(kind=name)


def rename_back(apps, _editor):
    """Files of readers alone were imported in 0.1."""
    jobs = apps.get_model("crm", "Job").objects
    jobs.filter(kind="crm.import_file").update(kind="crm.import_readers")


class Migration(migrations.Migration):
    dependencies = [("crm", "0067_letters_to_subscribers_are_found_by_their_content")]

    operations = [
        migrations.AddField(
            model_name="importprofile",
            name="takes",
            field=models.CharField(default="patrons", db_default="patrons", max_length=32),
        ),
        migrations.RunPython(rename, rename_back, elidable=False),
    ]
