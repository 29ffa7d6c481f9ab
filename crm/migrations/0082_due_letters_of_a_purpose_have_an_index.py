"""A claim takes what is due of one purpose, and walks over no letter of another."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0081_recorded_days_say_with_which_lists")]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                fields=["purpose", "due_at", "id"],
                name="letter_due_of_purpose",
                condition=Q(state="pending"),
            ),
        ),
    ]
