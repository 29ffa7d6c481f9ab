import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0011_single_letters"),
        ("feedback", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="letter",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="submission",
                to="crm.letter",
            ),
        ),
        migrations.AddField(
            model_name="voicemessage",
            name="letter",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="voice_message",
                to="crm.letter",
            ),
        ),
    ]
