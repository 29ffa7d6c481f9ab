"""Comparing the rows of a file with readers is a look at them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0046_wechat_can_be_corrected"),
    ]

    operations = [
        migrations.AlterField(
            model_name="look",
            name="place",
            field=models.CharField(
                choices=[
                    ("page", "the reader's page"),
                    ("list", "a list of readers"),
                    ("export", "a file with readers"),
                    ("api", "a program"),
                    ("admin", "the administration"),
                    ("letter", "letters to you"),
                    ("voice", "what you said"),
                    ("import", "rows of a file"),
                    ("weighed", "counting what a file would change"),
                ],
                max_length=8,
            ),
        ),
    ]
