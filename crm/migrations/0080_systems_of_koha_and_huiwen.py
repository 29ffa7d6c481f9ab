"""The numbers by which 汇文 and Koha name readers in their files of loans are systems."""

from django.db import migrations

#: (code, Chinese name, English name, example, words for its column)
SYSTEMS = [
    ("koha", "Koha 内部读者号", "Koha's own number", "", "borrowernumber borrowerno"),
    ("huiwen", "汇文读者号", "汇文 reader number", "", "certid"),
]


def add(apps, _schema_editor):
    """They are added; one that the library has made under the same code gets what it lacks."""
    system = apps.get_model("crm", "NumberSystem")
    for code, chinese, english, example, headers in SYSTEMS:
        said = {"name_zh": chinese, "name_en": english, "example": example, "headers": headers}
        found, made = system.objects.get_or_create(code=code, defaults=said)
        if not made and not found.headers:
            found.headers = headers
            found.save(update_fields=["headers"])


class Migration(migrations.Migration):
    dependencies = [("crm", "0079_lists_and_subscribers_say_no_more_than_they_may")]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop, elidable=False),
    ]
