"""The address of a voice is checked by its form as every other one; the column stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0023_sealed_answers_are_marked")]

    operations = [
        migrations.AlterField(
            model_name="voice",
            name="email",
            field=models.CharField(
                blank=True, max_length=254, verbose_name="e-mail for the answer"
            ),
        ),
    ]
