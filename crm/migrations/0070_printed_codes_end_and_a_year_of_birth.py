"""A printed code ends when the next one is printed; the year of birth tells namesakes apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0069_a_no_outlasts_a_joining")]

    operations = [
        migrations.AddField(
            model_name="reader",
            name="birth_year",
            field=models.SmallIntegerField(blank=True, null=True, verbose_name="year of birth"),
        ),
        migrations.AddField(
            model_name="reader",
            name="invited_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
