"""Who is on the register is a current reader; an active one uses the library."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0086_older_links_hold_and_mailboxes_may_want_none")]

    operations = [
        migrations.AlterField(
            model_name="reader",
            name="state",
            field=models.CharField(
                choices=[("active", "Current"), ("left", "Left")],
                default="active",
                max_length=8,
                verbose_name="state",
            ),
        ),
    ]
