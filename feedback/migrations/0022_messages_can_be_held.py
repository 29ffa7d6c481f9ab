"""What is written to a voice later can wait for a look, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("feedback", "0021_shown_voices_have_a_wording"),
    ]

    operations = [
        migrations.AddField(
            model_name="voicemessage",
            name="state",
            field=models.CharField(
                choices=[("held", "Being looked at"), ("aside", "Put aside"), ("taken", "Received")],
                db_default="taken",
                default="taken",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="voicemessage",
            name="suspected",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=12),
        ),
        migrations.AddIndex(
            model_name="voicemessage",
            index=models.Index(
                condition=models.Q(("state", "held")),
                fields=["voice"],
                name="voice_message_held",
            ),
        ),
    ]
