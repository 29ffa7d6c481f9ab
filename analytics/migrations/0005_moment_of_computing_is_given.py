"""An evaluation is written once, with its moment; the database does not notice the difference."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("analytics", "0004_finding_n_may_be_withheld")]

    operations = [
        migrations.AlterField(
            model_name="evaluation",
            name="computed_at",
            field=models.DateTimeField(default=timezone.now),
        ),
    ]
