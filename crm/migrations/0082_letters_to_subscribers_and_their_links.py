"""Letters to subscribers are found by their content; a new link of a subscription leaves the older
ones as they are, and a mailbox may want no such letter.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0066_settings_on_pages_and_subscribers")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                fields=["about", "state"],
                name="letter_to_subscribers",
                condition=Q(kind="promotion.subscribers"),
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="older",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="no_links",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
