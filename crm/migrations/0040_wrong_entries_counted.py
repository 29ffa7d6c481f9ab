"""Wrong entries are counted beside the tries, of which some are still being looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0039_late_activities")]

    operations = [
        migrations.AddField(
            "guesscounter",
            "wrong",
            models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        # The portal is still while it is upgraded: nothing is being looked at.
        migrations.RunSQL(
            "UPDATE crm_guesscounter SET wrong = tries", migrations.RunSQL.noop, elidable=True
        ),
    ]
