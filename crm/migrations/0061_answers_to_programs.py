"""What a program sends under a key is taken in once: its answer is kept for some days."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0060_keys_say_what_they_open")]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "key",
                    models.BinaryField(max_length=32, primary_key=True, serialize=False),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "answer to a program",
                "verbose_name_plural": "answers to programs",
            },
        ),
    ]
