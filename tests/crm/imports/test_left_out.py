"""Columns that are left out are stored nowhere: not of a row that is refused either."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports.actions import map_import, run_import, upload_file
from crm.imports.load import preview
from crm.imports.models import ImportBatch, ImportProfile, ImportRefusal
from crm.imports.tasks import import_file
from crm.readers.models import Reader
from tests.crm.imports.building import counts

pytestmark = pytest.mark.django_db

SECRETS = ("320102200103010139", "320102200103010147", "17.50", "女")
#: Two of five rows are refused as they are read, one in the whole file; the last is no row.
FILE = (
    "读者证号,姓名,身份证号,读者类型,欠款,性别\n"
    "NY1,李雷,320102200103010139,本科生,0,男\n"
    "NY2,韩梅梅,320102200103010147,外星人,17.50,女\n"
    ",王芳,320102200103010139,本科生,17.50,女\n"
    "NY1,李雷,320102200103010139,本科生,17.50,女\n"
    "NY4,周四,320102200103010147,本科生,17.50,女,too,many\n"
)
MAPPING = {"number": "读者证号", "name": "姓名", "kind": "读者类型"}


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def brought(content: bytes, librarian, *, save_as: str = "") -> ImportBatch:
    """The file, mapped by MAPPING where no profile fits it, and run."""
    batch = upload_file(file=SimpleUploadedFile("huiwen.csv", content), by=librarian)
    if batch.profile is None:
        map_import(
            batch=batch,
            source="library",
            mapping=MAPPING,
            options={},
            save_as=save_as,
            by=librarian,
        )
    import_file(run_import(batch=batch, by=librarian).pk)
    return ImportBatch.objects.get(pk=batch.pk)


def test_of_a_refused_row_only_the_columns_that_are_taken_are_kept(desk, librarian):
    """In 0.1 identity numbers and debts stayed in the report for good, and in the file of refused
    rows.
    """
    batch = brought(FILE.encode(), librarian)
    assert batch.report["header"] == ["读者证号", "姓名", "读者类型"]
    assert [(one.line, one.reason, one.raw) for one in batch.refusals.all()] == [
        (3, "unknown-kind", ["NY2", "韩梅梅", "外星人"]),
        (4, "missing-number", ["", "王芳", "本科生"]),
        (5, "duplicate", ["NY1"]),
        (6, "too-many-columns", [""]),
    ]
    report = desk.get(batch.get_absolute_url()).content.decode()
    file = b"".join(desk.get(reverse("crm:import-refusals", args=[batch.pk])).streaming_content)
    for secret in SECRETS:
        assert secret not in report
        assert secret not in file.decode()
    assert "身份证号" not in file.decode()


def test_the_preview_shows_no_column_that_is_left_out(librarian):
    batch = upload_file(file=SimpleUploadedFile("huiwen.csv", FILE.encode()), by=librarian)
    map_import(batch=batch, source="library", mapping=MAPPING, options={}, save_as="", by=librarian)
    shown = [cell for one in preview(batch).refusals for cell in one.raw]
    assert "韩梅梅" in shown
    assert not set(SECRETS) & set(shown)


def test_the_file_of_refused_rows_comes_back_by_its_profile_and_changes_nothing(desk, librarian):
    batch = brought(FILE.encode(), librarian, save_as="汇文")
    before = list(Reader.objects.order_by("pk").values())
    refused = desk.get(reverse("crm:import-refusals", args=[batch.pk]))
    content = b"".join(refused.streaming_content)

    again = brought(content, librarian)

    assert again.profile == ImportProfile.objects.get(name="汇文")
    created, changed, unchanged, _refused = counts(again)
    assert (created, changed, unchanged) == (0, 0, 1)
    assert list(Reader.objects.order_by("pk").values()) == before

    mended = brought(content.replace("外星人".encode(), "教师".encode()), librarian)
    assert counts(mended)[:2] == (1, 0)
    assert Reader.objects.get(number="NY2").name == "韩梅梅"


def test_refused_rows_of_before_stay_as_they_are(librarian):
    batch = brought(FILE.encode(), librarian)
    ImportRefusal.objects.filter(batch=batch, line=3).update(raw=["NY2", "x", "y", "z"])
    brought(FILE.encode(), librarian)
    assert ImportRefusal.objects.get(batch=batch, line=3).raw == ["NY2", "x", "y", "z"]
