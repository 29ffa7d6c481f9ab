"""A reader's activities are found by the index that holds their times as well: one index less is kept
up with every row that comes in.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0082_due_letters_of_a_purpose_have_an_index")]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="reader",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="activities",
                to="crm.reader",
            ),
        ),
    ]
