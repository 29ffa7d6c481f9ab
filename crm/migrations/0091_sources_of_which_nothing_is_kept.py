"""A source of which nothing is kept any more says so, and leaves the lists.

Those that are so already get it here: their files were taken back, no other import names them, and
there is no row and no recorded day of theirs.
"""

from django.db import migrations, models
from django.db.models import Exists, OuterRef
from django.utils import timezone

#: Imports of which nothing came in, or stays.
NOT_STANDING = ("undone", "gone", "unreadable")


def note_emptied(apps, _schema_editor):
    """Write on each such source when that was found."""
    sources = apps.get_model("crm", "DataSource").objects
    rows = apps.get_model("crm", "Activity").objects.filter(source=OuterRef("code"))
    days = apps.get_model("crm", "CoveredSpan").objects.filter(source=OuterRef("pk"))
    bare = sources.exclude(Exists(rows)).exclude(Exists(days))
    imports = apps.get_model("crm", "ImportBatch").objects
    for source in bare:
        named = imports.filter(options__data_source=source.pk)
        was_taken_back = named.filter(state="undone").exists()
        # A source of COUNTER is made by a report that is taken in, and by nothing else.
        was_taken_back |= source.measures == ["eresources"]
        if was_taken_back and not named.exclude(state__in=NOT_STANDING).exists():
            sources.filter(pk=source.pk).update(emptied_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("crm", "0090_counts_of_months_are_found_by_their_import")]

    operations = [
        migrations.AddField(
            "datasource",
            "emptied_at",
            models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(note_emptied, migrations.RunPython.noop),
    ]
