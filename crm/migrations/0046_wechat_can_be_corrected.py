"""A reader may ask that WeChat is linked, or linked to another account."""

from django.db import migrations, models

FIELDS = [
    ("name", "Name"),
    ("college", "College"),
    ("campus", "Campus"),
    ("cohort", "Entry year"),
    ("kind", "Kind of reader"),
    ("phone", "Telephone"),
    ("wechat", "WeChat"),
    ("other", "Something else"),
]


class Migration(migrations.Migration):
    dependencies = [("crm", "0045_no_form_of_a_survey_is_kept")]

    operations = [
        migrations.AlterField(
            model_name="correction",
            name="field",
            field=models.CharField(
                choices=FIELDS, max_length=12, verbose_name="what is wrong"
            ),
        ),
    ]
