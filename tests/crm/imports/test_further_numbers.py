"""A file with two columns of numbers: each reader bears both, each within its own system."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.imports.actions import upload_file
from crm.imports.undoing import undo
from crm.readers.bearers import numbered
from crm.readers.models import Identity, Reader
from tests.crm.imports.building import imported
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db
BOTH = {"number": "学号", "name": "姓名", "kind": "类型", "identity:library": "读者证号"}
TABLE = "学号,读者证号,姓名,类型\nS1,K1,李雷,本科生\nS2,,韩梅梅,本科生\nS3,K3,王五,本科生\n"


def bring_in(text: str = TABLE):
    return imported(text, mapping=BOTH, source="student")


def test_second_column_of_numbers_is_written_down_and_finds_the_reader():
    batch = bring_in()
    lei = Reader.objects.get(source="student", number="S1")
    assert numbered("library", ["K1"]) == {lei.pk}
    assert Identity.objects.count() == 2
    assert batch.report["taken_numbers"] == 0
    # The card alone finds the reader in the next file.
    imported(
        "卡,姓名,类型\nK1,李蕾,本科生\n",
        mapping={"number": "卡", "name": "姓名", "kind": "类型"},
        source="library",
    )
    lei.refresh_from_db()
    assert (lei.name, Reader.objects.count()) == ("李蕾", 3)


def test_the_same_file_again_changes_nothing():
    bring_in()
    before = list(Identity.objects.values())
    batch = bring_in()
    assert (batch.created, batch.changed, batch.unchanged) == (0, 0, 3)
    assert list(Identity.objects.values()) == before


def test_a_number_that_another_record_bears_stays_there_and_is_counted():
    """As a first or a further number: nobody is taken for one person by a file."""
    other = ReaderFactory(source="library", number="K1")
    batch = bring_in()
    assert numbered("library", ["K1"]) == {other.pk}
    assert batch.report["taken_numbers"] == 1
    assert bring_in().report["taken_numbers"] == 1


def test_undoing_takes_the_numbers_and_the_readers_back(librarian):
    kept = ReaderFactory(source="student", number="S3", name="王五", kind="undergraduate")
    batch = bring_in()
    done = undo(batch, by=librarian)
    assert (done.deleted, done.kept) == (2, 0)
    assert list(Reader.objects.all()) == [kept]
    assert not Identity.objects.exists()


def test_second_column_is_guessed_and_a_spoilt_number_refuses_its_row(librarian):
    file = SimpleUploadedFile("r.csv", TABLE.encode())
    batch = upload_file(file=file, by=librarian)
    assert (batch.source, batch.mapping["number"]) == ("student", "学号")
    assert batch.mapping["identity:library"] == "读者证号"

    spoilt = bring_in("学号,读者证号,姓名,类型\nS1,1.23457E+15,李雷,本科生\n")
    assert (spoilt.created, spoilt.refused) == (0, 1)
    assert spoilt.refusals.get().reason == "shortened-number"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_number_stays_until_the_last_file_that_says_it_is_taken_back(librarian, order):
    batches = bring_in(), bring_in()
    first, last = (batches[place] for place in order)
    undo(first, by=librarian)
    assert sorted(Identity.objects.values_list("number", flat=True)) == ["K1", "K3"]
    last.refresh_from_db()
    undo(last, by=librarian)
    assert not Identity.objects.exists()
    # Readers who had stayed for a number of the other file are gone with it.
    assert not Reader.objects.exists()
