"""Recorded days say with which listed collections the loans of their file were compared.

Of days that were told of before nothing is known: their loans count as compared with no list.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0080_systems_of_koha_and_huiwen")]

    operations = [
        migrations.AddField(
            "coveredspan",
            "compared",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        )
    ]
