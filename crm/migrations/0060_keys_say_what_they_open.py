"""A token may be made for delivering activities alone, or for reading alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0059_who_is_asked_and_days_nobody_recorded")]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(
                choices=[
                    ("all", "everything that you may do"),
                    ("read", "reading alone"),
                    ("activities", "delivering activities alone, reading nothing"),
                ],
                db_default="all",
                default="all",
                max_length=12,
                verbose_name="may be used for",
            ),
        ),
    ]
