"""Letters to subscribers are asked for by their content: by a launch, a limit, and the end of one."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0066_settings_on_pages_and_subscribers")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                fields=["about", "state"],
                name="letter_to_subscribers",
                condition=Q(kind="promotion.subscribers"),
            ),
        ),
    ]
