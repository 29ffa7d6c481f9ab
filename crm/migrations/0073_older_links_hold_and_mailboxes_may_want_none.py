"""A new link of a subscription leaves the older ones as they are; a mailbox may want no letter that
asks to confirm.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0072_one_register_of_closed_days")]

    operations = [
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
