"""What everybody reads under “you said, we did” is a wording of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0018_published_surveys_are_not_deleted")]

    operations = [
        migrations.AddField(
            model_name="voice",
            name="public_text",
            field=models.TextField(
                blank=True, db_default="", verbose_name="wording for everybody"
            ),
        ),
    ]
