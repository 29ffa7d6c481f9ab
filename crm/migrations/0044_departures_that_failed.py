"""When a try to erase somebody who asked for it failed, so that the desk can say so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0043_second_factors_are_sealed"),
    ]

    operations = [
        migrations.AddField(
            model_name="departure",
            name="failed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
