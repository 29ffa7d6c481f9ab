"""Who is asked for the files of a source, days that nobody recorded, and when a file came.

Of what came before nothing is known of when: those rows stay without a moment.
"""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0058_a_reader_may_have_no_known_kind"),
    ]

    operations = [
        migrations.AddField(
            model_name="datasource",
            name="contact",
            field=models.CharField(
                blank=True,
                default="",
                max_length=120,
                verbose_name="who is asked for its files",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="coveredspan",
            name="note",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="why"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="coveredspan",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="coveredspan",
            name="told_at",
            field=models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True),
        ),
        migrations.AlterField(
            model_name="coveredspan",
            name="state",
            field=models.CharField(
                choices=[
                    ("full", "recorded"),
                    ("part", "recorded in part"),
                    ("lost", "not recorded, and no file will come"),
                ],
                default="full",
                max_length=4,
            ),
        ),
    ]
