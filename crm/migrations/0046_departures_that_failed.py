"""When a try to erase somebody who asked for it failed, so that the desk can say so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0045_no_form_of_a_survey_is_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="departure",
            name="failed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
