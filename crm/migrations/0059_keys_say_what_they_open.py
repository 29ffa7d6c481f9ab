"""A token may be made for delivering activities alone, or for reading alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0058_a_reader_may_have_no_known_kind")]

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
