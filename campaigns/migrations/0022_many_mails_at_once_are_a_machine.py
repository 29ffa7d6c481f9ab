"""One more reason why a click is in no figure: one visitor opened most mails at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0021_when_the_mailbox_was_read")]

    operations = [
        migrations.AlterField(
            model_name="click",
            name="left_out",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "counted"),
                    ("robot", "a program that says so itself"),
                    ("preview", "fetched as a preview"),
                    ("sending", "within seconds of sending"),
                    ("all-links", "all or most links at once"),
                    ("asked", "the address was asked for first"),
                    ("way-out", "together with the page for leaving"),
                    ("crowd", "from where many mails were opened by machine"),
                    ("series", "one mail after the other from one place"),
                    ("swarm", "most mails at once from one place"),
                    ("again", "again on the same day"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
    ]
