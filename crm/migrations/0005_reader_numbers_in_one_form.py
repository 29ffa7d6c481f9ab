"""Reader numbers and telephones of 0.1 in the form that imports compare them by since.

Without this an import of the same file would not find a reader whose number was stored with wide
digits or an invisible character, and would make a second one.
"""

import unicodedata

from django.db import migrations

#: Whatever could change is not plain ASCII.
NOT_ASCII = r"[^\x20-\x7e]"
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)


def normal(text: str) -> str:
    """The rule as core/addresses.py had it when this migration was written."""

    def seen(given: str) -> str:
        return "".join(c for c in given if unicodedata.category(c) != "Cf" and c not in FILLERS)

    return seen(unicodedata.normalize("NFKC", seen(text))).strip()


def normalise(apps, schema_editor):
    Reader = apps.get_model("crm", "Reader")
    for reader in Reader.objects.filter(number__regex=NOT_ASCII).iterator():
        number = normal(reader.number)[:64]  # NFKC can make a number longer
        others = Reader.objects.filter(source=reader.source, number=number)
        # Two stored readers of one number stay two: nobody can tell here which one is meant.
        if number and number != reader.number and not others.exists():
            Reader.objects.filter(pk=reader.pk).update(number=number)
    for reader in Reader.objects.filter(phone__regex=NOT_ASCII).iterator():
        Reader.objects.filter(pk=reader.pk).update(phone=normal(reader.phone)[:32])


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_segment_log_unchecked")]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop, elidable=True)]
