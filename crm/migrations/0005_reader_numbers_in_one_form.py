"""Reader numbers and telephones of 0.1 in the form that imports compare them by since.

Without this an import of the same file would not find a reader whose number was stored with wide
digits or an invisible character, and would make a second one.

Readers who would have one number afterwards keep the numbers they have, all of them: nobody can
tell here whether they are one person. They are named by key in the output and in the audit trail.
"""

import unicodedata
from collections import defaultdict

from django.db import migrations

#: Whatever could change is not plain ASCII.
NOT_ASCII = r"[^\x20-\x7e]"
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
#: What the columns hold. NFKC can make a text longer, and a number that is cut is another number.
LONGEST_NUMBER, LONGEST_PHONE = 64, 32


def normal(text: str) -> str:
    """The rule as core/addresses.py had it when this migration was written."""

    def seen(given: str) -> str:
        return "".join(c for c in given if unicodedata.category(c) != "Cf" and c not in FILLERS)

    return seen(unicodedata.normalize("NFKC", seen(text))).strip()


def readers_by_number(Reader) -> dict[tuple[str, str], dict[int, str]]:
    """``{(source, number in the one form): {key of a reader: their number as stored}}``.

    Of the numbers that could change, and with them whoever has such a number already.
    """
    found = defaultdict(dict)
    rows = Reader.objects.values_list("pk", "source", "number")
    for pk, source, number in rows.filter(number__regex=NOT_ASCII).iterator():
        wanted = normal(number)
        if 0 < len(wanted) <= LONGEST_NUMBER:
            found[source, wanted][pk] = number
    if found:
        for pk, source, number in rows.exclude(number__regex=NOT_ASCII).iterator():
            if (source, number) in found:
                found[source, number][pk] = number
    return found


def tidy_numbers(Reader) -> list[list[int]]:
    """Write the numbers anew; returns the groups of readers that would have had one number."""
    alike = []
    for (_source, wanted), numbers in readers_by_number(Reader).items():
        if len(numbers) > 1:
            alike.append(sorted(numbers))
            continue
        [(pk, number)] = numbers.items()
        if number != wanted:
            Reader.objects.filter(pk=pk).update(number=wanted)
    return sorted(alike)


def tidy_phones(Reader) -> None:
    rows = Reader.objects.filter(phone__regex=NOT_ASCII).values_list("pk", "phone")
    for pk, phone in rows.iterator():
        wanted = normal(phone)
        if len(wanted) <= LONGEST_PHONE:
            Reader.objects.filter(pk=pk).update(phone=wanted)


def report(apps, alike: list[list[int]]) -> None:
    """Say whose numbers were left alone, by key: a terminal's output is kept where people read it.

    One audit row a reader, so that the trail leads to the page of each.
    """
    if not alike:
        return
    AuditEvent = apps.get_model("crm", "AuditEvent")
    groups = []
    for keys in alike:
        groups.append(" = ".join(map(str, keys)))
        for pk in keys:
            others = [other for other in keys if other != pk]
            AuditEvent.objects.create(
                action="reader.number-kept",
                object_type="crm.reader",
                object_id=str(pk),
                detail={"same_as": others},
            )
    print(
        f"\n  {len(alike)} reader number(s) would stand for several readers in the one form. These"
        f" readers, named by key, keep their numbers as stored: {'; '.join(groups)}."
        "\n  An import of such a number finds the reader who has it in that form already; where"
        " none has, it makes a new one. The audit trail names each of them (reader.number-kept)."
    )


def normalise(apps, schema_editor):
    Reader = apps.get_model("crm", "Reader")
    alike = tidy_numbers(Reader)
    tidy_phones(Reader)
    report(apps, alike)


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_segment_log_unchecked")]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop, elidable=True)]
