"""Until somebody says when files of a source come, nothing is expected of it. Sources that are there
keep what they have.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0082_due_letters_of_a_purpose_have_an_index")]

    operations = [
        migrations.AlterField(
            model_name="datasource",
            name="rhythm",
            field=models.CharField(
                blank=True,
                choices=[
                    ("daily", "every day"),
                    ("weekly", "every week"),
                    ("monthly", "every month"),
                    ("at-will", "whenever there is one"),
                    ("", "nobody has said when"),
                ],
                default="",
                max_length=8,
                verbose_name="a file comes",
            ),
        ),
    ]
