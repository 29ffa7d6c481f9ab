"""A file of several tables: one import reads one of them, says so, and leads to the others."""

import errno
import io
import os
import zipfile
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from core.refusals import Refused
from crm.imports import actions as verbs
from crm.imports.models import ImportBatch
from crm.imports.parts import earlier_import, other_tables, place_of
from crm.imports.tasks import check_import, import_file
from crm.readers.models import Activity
from tests.crm.activities.building import readers, source_named
from tests.crm.imports.building import TABLE
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db
MONTHS = {
    "闸机_202608.csv": "读者证号,借出时间,分馆\nA1,2026-08-03 09:00:00,东馆\n",
    "闸机_202609.csv": (
        "读者证号,借出时间,分馆\nA1,2026-09-03 09:00:00,东馆\nA2,2026-09-04 10:00:00,东馆\n"
    ),
}


def zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


def workbook(sheets: dict[str, list[list]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(content: bytes, name: str, by, **more) -> ImportBatch:
    return verbs.upload_file(file=SimpleUploadedFile(name, content), by=by, **more)


def run(batch, by) -> ImportBatch:
    import_file(verbs.run_import(batch=batch, by=by).pk)
    batch.refresh_from_db()
    return batch


def checked(batch) -> ImportBatch:
    """The batch once a worker has looked into it."""
    check_import(batch.job_id)
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.fixture
def loans(librarian):
    readers("A1", "A2")
    return uploaded(zipped(MONTHS), "两个月.zip", librarian, kind="loans", source=source_named())


def test_months_of_a_zip_come_in_one_by_one_and_nothing_is_lost(client, librarian, loans):
    client.force_login(librarian)
    (other,) = other_tables(loans, librarian)
    assert (other.name, other.is_read) == ("闸机_202609.csv", False)
    loans.source = "library"
    loans.save()
    asked = {"member": other.member, "sheet": other.sheet}
    answer = client.post(reverse("crm:activity-import-table", args=[loans.pk]), asked)

    twin = ImportBatch.objects.exclude(pk=loans.pk).get()
    # What unpacks is looked into by a worker, as when it was uploaded.
    assert answer["Location"] == twin.get_absolute_url()
    twin = checked(twin)
    assert (twin.mapping, twin.source, twin.takes) == (loans.mapping, loans.source, loans.takes)
    assert earlier_import(twin) is None
    run(loans, librarian)
    run(twin, librarian)
    assert Activity.objects.count() == 3
    # Each says of the other that it came in.
    assert [one.batch for one in other_tables(loans, librarian)] == [twin]
    assert [one.batch for one in other_tables(twin, librarian)] == [loans]


def test_report_names_what_was_not_brought_in_when_the_file_is_gone(client, librarian, loans):
    client.force_login(librarian)
    loans.source = "library"
    loans.save()
    run(loans, librarian)

    report = client.get(loans.get_absolute_url()).content.decode()

    assert not loans.file
    assert "闸机_202609.csv" in report
    assert reverse("crm:activity-import-table", args=[loans.pk]) not in report


def test_all_tables_begin_at_once_and_each_only_once(client, librarian):
    client.force_login(librarian)
    readers("A1", "A2")
    many = {f"{month}月.csv": MONTHS["闸机_202608.csv"] for month in range(1, 7)}
    first = uploaded(zipped(many), "半年.zip", librarian, kind="loans", source=source_named())
    page = reverse("crm:activity-import-tables", args=[first.pk])

    for _twice in range(2):
        assert client.post(page)["Location"] == reverse("crm:import-list")

    assert ImportBatch.objects.count() == 6
    assert len({place_of(one) for one in ImportBatch.objects.all()}) == 6
    assert all(one.is_read for one in other_tables(first, librarian))


@pytest.fixture
def seven_months(librarian, settings):
    """A packed file of seven tables, whose bytes no packing makes fewer."""
    settings.IMPORT_MAX_BYTES = 20 << 20
    many = {}
    for month in range(1, 8):
        rows = [f"A1,2026-0{month}-03 09:00:00,{token_hex(12)}" for _row in range(5000)]
        many[f"{month}月.csv"] = "\n".join(["读者证号,借出时间,分馆", *rows])
    return uploaded(zipped(many), "七个月.zip", librarian, kind="loans", to_check=True)


def test_a_packed_file_is_kept_once_for_all_its_tables_and_goes_with_the_last(
    client, librarian, seven_months
):
    client.force_login(librarian)
    check_import(seven_months.job_id)
    before = used_on_disk(seven_months)
    client.post(reverse("crm:activity-import-tables", args=[seven_months.pk]))
    batches = list(ImportBatch.objects.order_by("pk"))
    assert len({batch.file.name for batch in batches}) == 7
    assert {(batch.size, batch.sha256) for batch in batches[1:]} == {
        (seven_months.size, seven_months.sha256)
    }
    # Names alone: the bytes are on the disk once.
    assert used_on_disk(seven_months) == before

    for batch in batches[:-1]:
        batch.file.delete(save=False)
    with batches[-1].file.open("rb") as left:
        assert sha256(left.read()).hexdigest() == seven_months.sha256


def test_a_disk_without_second_names_keeps_a_copy(librarian, loans, monkeypatch):
    def refused(*_names, **_more):
        raise OSError(errno.EPERM, "no second names here")

    monkeypatch.setattr(os, "link", refused)
    (other,) = other_tables(loans, librarian)
    twin = verbs.take_table(batch=loans, member=other.member, sheet=other.sheet, by=librarian)
    assert Path(twin.file.path).stat().st_ino != Path(loans.file.path).stat().st_ino
    assert Path(twin.file.path).read_bytes() == Path(loans.file.path).read_bytes()


def used_on_disk(batch: ImportBatch) -> int:
    """Bytes of all uploads beside that of the batch, each content once, however it is named."""
    found = {}
    for path in Path(batch.file.path).parent.iterdir():
        stat = path.stat()
        found[stat.st_ino] = stat.st_size
    return sum(found.values())


def test_sheets_of_a_workbook_are_named_and_the_same_bytes_are_not_the_same_table(librarian):
    head = ["读者证号", "姓名", "读者类型"]
    book = workbook(
        {
            "文学院": [head, ["L1", "甲", "本科生"]],
            "法学院": [head, ["F1", "乙", "本科生"], ["F2", "丙", "教师"]],
            "说明": [["本表由教务处提供，请勿外传"]],
            "Sheet4": [],
        }
    )
    first = uploaded(book, "各院.xlsx", librarian)

    # Neither the note nor the empty sheet is a table of readers.
    names = {one.name for one in other_tables(first, librarian)}
    assert names == {"文学院", "法学院"} - {place_of(first)[1]}

    run(first, librarian)
    left = ({"文学院", "法学院"} - {place_of(first)[1]}).pop()
    twin = checked(verbs.take_table(batch=first, member="", sheet=left, by=librarian))
    assert (place_of(twin), earlier_import(twin)) == (("", left), None)
    run(twin, librarian)
    assert first.created + twin.created == 3

    again = uploaded(book, "各院.xlsx", librarian)
    assert earlier_import(again) == first


def test_a_table_with_other_columns_is_mapped_by_its_own(librarian):
    book = workbook(
        {
            "甲": [
                ["读者证号", "姓名", "读者类型"],
                ["L1", "甲", "本科生"],
                ["L2", "丁", "本科生"],
            ],
            "乙": [["学号", "姓名", "学院"], ["F1", "乙", "文学院"]],
        }
    )
    first = uploaded(book, "各院.xlsx", librarian)

    twin = checked(verbs.take_table(batch=first, member="", sheet="乙", by=librarian))

    assert twin.mapping["number"] == "学号"


def test_table_that_is_not_there_is_refused_in_words(client, librarian, loans):
    client.force_login(librarian)
    page = reverse("crm:activity-import-table", args=[loans.pk])

    for member in ("nothing.csv", "../闸机_202609.csv", ""):
        answer = client.post(page, {"member": member, "sheet": ""}, follow=True)
        assert "这张表已经不在了" in answer.content.decode()

    with pytest.raises(Refused):
        verbs.take_table(batch=loans, member="x", sheet="", by=librarian)
    assert ImportBatch.objects.count() == 1


def test_a_file_of_one_table_says_nothing_of_others(client, librarian):
    batch = uploaded(TABLE.encode(), "读者.csv", librarian)
    client.force_login(librarian)

    assert other_tables(batch, librarian) == []
    assert "other-tables" not in client.get(batch.page("map")).content.decode()


def test_nobody_is_told_of_an_import_they_may_not_see(librarian, loans, campus_librarian):
    (other,) = other_tables(loans, librarian)
    verbs.take_table(batch=loans, member=other.member, sheet=other.sheet, by=librarian)

    assert [one.is_read for one in other_tables(loans, librarian)] == [True]
    assert [one.is_read for one in other_tables(loans, campus_librarian)] == [False]


@pytest.fixture
def campus_librarian():
    return UserFactory(role="librarian", campus=CampusFactory())
