"""Nothing is shown to everybody without the wording that somebody looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0020_what_is_shown_stays_as_it_reads")]

    operations = [
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown", False), models.Q(("public_text", ""), _negated=True), _connector="OR"),
                name="voice_shown_has_its_wording",
            ),
        ),
    ]
