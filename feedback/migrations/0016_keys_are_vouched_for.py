"""A key for answers carries what vouches for it; the worker that has the private half writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0015_newer_models_are_named")]

    operations = [
        migrations.AddField(
            model_name="answerkey",
            name="mac",
            field=models.BinaryField(blank=True, max_length=32, null=True),
        ),
    ]
