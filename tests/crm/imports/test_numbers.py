"""Reader numbers of a database of 0.1 in the form that imports compare them by.

The migration that writes them anew joins nobody and stops for nobody: who would share a number
with somebody else keeps the stored one, and is reported.
"""

from importlib import import_module

import pytest
from django.apps import apps

from crm.readers.models import Reader
from crm.staff.models import AuditEvent
from tests.crm.imports.building import counts, imported
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db


def migrate():
    """Run the data step of the migration over the readers that are stored."""
    migration = import_module("crm.migrations.0005_reader_numbers_in_one_form")
    migration.normalise(apps, None)


def numbers(*readers):
    stored = dict(Reader.objects.values_list("pk", "number"))
    return [stored[reader.pk] for reader in readers]


def test_a_number_in_wide_digits_is_found_by_the_next_import(capsys):
    reader = ReaderFactory(number="Ａ１\u200b", name="李磊", phone="１３９\u00a01234")
    plain = ReaderFactory(number="读者7", phone="139 5678")

    migrate()
    migrate()

    reader.refresh_from_db()
    assert (reader.number, reader.phone) == ("A1", "139 1234")
    assert numbers(plain) == ["读者7"]
    batch = imported("读者号,姓名\nA1,李雷\n", mapping={"number": "读者号", "name": "姓名"})
    assert counts(batch) == (0, 1, 0, 0)
    assert not AuditEvent.objects.filter(action="reader.number-kept").exists()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "stored",
    [
        ["A1", "Ａ１"],
        ["Ａ１", "A１"],
        ["读者1", "读者１", "读者\u200b1"],
    ],
    ids=["one-in-form", "none-in-form", "three"],
)
def test_readers_whose_numbers_become_the_same_stay_and_are_reported(capsys, stored):
    alike = [ReaderFactory(number=number, name=f"person {number}") for number in stored]
    other = ReaderFactory(number="Ｂ２")

    migrate()

    assert numbers(*alike) == stored
    assert numbers(other) == ["B2"]
    assert Reader.objects.count() == len(stored) + 1
    keys = [reader.pk for reader in alike]
    assert " = ".join(map(str, keys)) in capsys.readouterr().out
    events = AuditEvent.objects.filter(action="reader.number-kept").order_by("pk")
    assert [(event.object_type, event.object_id, event.detail) for event in events] == [
        ("crm.reader", str(pk), {"same_as": [other for other in keys if other != pk]})
        for pk in keys
    ]


def test_the_report_names_readers_by_key_and_nothing_else(capsys):
    ReaderFactory(number="2024001", name="李雷")
    ReaderFactory(number="２０２４００１", name="韩梅梅")

    migrate()

    said = capsys.readouterr().out + str(list(AuditEvent.objects.values_list("detail", flat=True)))
    for personal in ("2024001", "２０２４００１", "李雷", "韩梅梅"):
        assert personal not in said


def test_the_same_number_of_another_source_is_another_reader():
    here = ReaderFactory(source="library", number="A1")
    there = ReaderFactory(source="city", number="Ａ１")

    migrate()

    assert numbers(here, there) == ["A1", "A1"]


def test_a_number_or_telephone_that_would_not_fit_stays_as_it_is():
    """U+FDFA alone becomes eighteen characters: cut, it would be somebody else's number."""
    reader = ReaderFactory(number="\ufdfa" * 4, phone="\ufdfa" * 2)

    migrate()

    reader.refresh_from_db()
    assert (reader.number, reader.phone) == ("\ufdfa" * 4, "\ufdfa" * 2)
