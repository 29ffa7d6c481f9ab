"""Who is on the register is a current reader; an active one uses the library."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0075_providers_of_electronic_use_are_sources")]

    operations = [
        migrations.AlterField(
            model_name="reader",
            name="state",
            field=models.CharField(
                choices=[("active", "Current"), ("left", "Left")],
                default="active",
                max_length=8,
                verbose_name="state",
            ),
        ),
    ]
