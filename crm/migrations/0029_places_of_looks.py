"""Letters, voices and rows of a file are places at which a person is looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0028_name_of_the_library")]

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
                ],
                max_length=8,
            ),
        ),
    ]
