"""A mailbox for returned mail that cannot be read any more measures nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_contents_for_subscribers")]

    operations = [
        migrations.AddField(
            model_name="returndoor",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
