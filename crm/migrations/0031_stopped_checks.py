"""An upload may be one whose check was stopped, and the trail says that it was begun anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0030_session_keys_are_digests")]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "Being checked"),
                    ("stopped", "Check stopped"),
                    ("unreadable", "No table"),
                    ("uploaded", "Uploaded"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("undone", "Undone"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
    ]
