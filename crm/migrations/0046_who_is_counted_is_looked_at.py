"""Comparing the rows of a file with readers is a look at them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0045_no_form_of_a_survey_is_kept"),
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
