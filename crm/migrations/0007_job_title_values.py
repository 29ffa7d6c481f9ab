"""Titles of jobs are said in the language of whoever looks: their values stand beside them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0006_suppressed_addresses_in_one_form")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="title_values",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
