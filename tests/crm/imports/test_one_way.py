"""One way for all kinds of file: what readers' files can, files of loans and of counts can too."""

import io
from datetime import date
from json import loads

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from crm.imports import load
from crm.imports.actions import map_import, save_profile, upload_file
from crm.imports.keeping import as_json, frozen, kept, thawed
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.steps import steps_of
from crm.imports.tasks import check_import, import_file, preview_import
from crm.jobs.models import Job
from crm.readers.models import Activity
from crm.sources.models import DataSource
from crm.tallies.models import Tally
from tests.crm.activities import building as loans
from tests.crm.tallies import building as counts
from tests.factories import ReaderFactory

pytestmark = pytest.mark.django_db
#: A title of its own line over the table, and a title of a book that looks like any text.
LOANS = "十月外借清单\n读者证号,题名,借出时间\nA1,活着,2026-10-04 10:00\nA1,围城,2026-10-05 10:00\n"
COUNTS = "日期,人次\n2026-03-02,500\n2026-03-03,510\n"


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def page(batch, step) -> str:
    return batch.page(step)


def book(**sheets: list[list]) -> bytes:
    """A workbook; rows by the name of their sheet."""
    made, out = Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


def brought(content, kind, name="file.csv", **more) -> ImportBatch:
    content = content if isinstance(content, bytes) else content.encode()
    return upload_file(file=SimpleUploadedFile(name, content), kind=kind, by=None, **more)


# --- how the file is read -------------------------------------------------------------------------
def test_of_loans_another_header_is_chosen_and_no_title_is_shown(desk):
    ReaderFactory(source="library", number="A1")
    batch = brought(LOANS, "loans", source=loans.source_named())
    html = desk.get(page(batch, "map")).content.decode()
    assert "十月外借清单" in html
    assert "活着" not in html
    assert "围城" not in html
    assert desk.post(page(batch, "reading"), {"header": "1:1"}).url == page(batch, "map")
    assert "活着" not in desk.get(page(batch, "map")).content.decode()
    desk.post(page(batch, "reading"), {"header": "2:1"})
    batch.refresh_from_db()
    assert batch.mapping == {"number": "读者证号", "at": "借出时间"}


def test_of_counts_another_sheet_is_chosen_and_a_total_taken_as_a_row(desk):
    rows = [["日期", "人次"], ["2026-03-02", 500], ["2026-03-03", 510]]
    content = book(一月=rows, 二月=[["日期", "人次"], ["2026-04-01", 7]])
    batch = brought(content, "counts", "门.xlsx", source=counts.counter())
    asked = {"sheet": "二月", "header": "1:1", "take_totals": "on"}
    answer = desk.post(page(batch, "reading"), asked)
    batch.refresh_from_db()
    # A workbook is looked into by a worker; until then nobody maps its columns.
    assert (batch.state, answer.url) == ("checking", page(batch, "detail"))
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert batch.options["format"]["sheet"] == "二月"
    assert batch.options["format"]["take_totals"]
    assert "7 Apr" not in desk.get(page(batch, "preview")).content.decode()
    assert [one.tally.value for one in load.preview(batch).first] == [7]


# --- the preview ----------------------------------------------------------------------------------
@pytest.mark.parametrize(("text", "kind"), [(LOANS, "loans"), (COUNTS, "counts")])
def test_a_long_file_is_counted_whole_by_a_worker_and_kept(text, kind, desk, monkeypatch):
    monkeypatch.setattr("crm.imports.light.AT_ONCE", 1)
    ReaderFactory(source="library", number="A1")
    source = loans.source_named() if kind == "loans" else counts.counter()
    batch = brought(text, kind, source=source)
    html = desk.get(page(batch, "preview")).content.decode()
    assert "Count the whole file" in html
    assert desk.post(page(batch, "count")).url == page(batch, "preview")
    preview_import(Job.objects.get(kind="crm.preview_import").pk)
    batch.refresh_from_db()
    found = kept(batch, steps_of(batch).preview)
    assert frozen(found) == frozen(load.preview(batch))
    html = desk.get(page(batch, "preview")).content.decode()
    assert "Counted over the whole file: 2 rows." in html
    assert "Import 2 new" in html
    assert Activity.objects.count() + Tally.objects.count() == 0
    assert desk.post(page(batch, "run")).url == page(batch, "detail")
    batch.refresh_from_db()
    import_file(batch.job_id)
    assert Activity.objects.count() + Tally.objects.count() == 2
    # What was counted is gone with the run.
    batch.refresh_from_db()
    assert kept(batch, steps_of(batch).preview) is None


def test_what_is_kept_of_a_preview_comes_back_as_it_was():
    imported = counts.imported(COUNTS)
    assert imported.created == 2
    batch = counts.uploaded("日期,人次,地点\n2026-03-02,400,\n2026-03-04,X,东馆\n2026-03-05,三,\n")
    found = load.preview(batch)
    back = thawed(type(found), loads(as_json(found)))
    assert frozen(back) == frozen(found)
    assert back.first[0].tally.first == date(2026, 3, 4)
    assert found.counts.refused == sum(n for _reason, n in found.reasons) > 0


# --- profiles -------------------------------------------------------------------------------------
def test_a_profile_of_loans_is_offered_to_loans_alone_and_read_by_the_header(desk):
    source = loans.source_named()
    ReaderFactory(source="library", number="A1")
    text = "借的人,什么时候,哪里\nA1,2026-10-04 10:00,东馆\n"
    batch = brought(text, "loans", source=source)
    assert "number" not in batch.mapping
    sent = {"system": "library", "data_source": source.pk, "save_as": "自助机", "c0": "number"}
    sent |= {"c1": "at", "c2": "campus", "create_places": "on", "first": "2026-10-01"}
    sent |= {"last": "2026-10-31"}
    assert desk.post(page(batch, "map"), sent).status_code == 302
    profile = ImportProfile.objects.get(name="自助机")
    assert (profile.takes, "first" in profile.options) == ("loans", False)

    # The next file of these columns is read so by itself, and keeps no days of the first.
    later = brought(text.replace("10-04", "11-04"), "loans")
    assert later.profile == profile
    assert later.mapping == {"number": "借的人", "at": "什么时候", "campus": "哪里"}
    assert (later.options["data_source"], later.options["first"]) == (source.pk, None)
    assert "自助机" in desk.get(page(later, "map")).content.decode()
    # Files of another kind are not read so, whatever their columns are called.
    assert brought(text, "visits").profile is None
    other = brought("日期,人次\n2026-03-02,5\n", "counts")
    assert "自助机" not in desk.get(page(other, "map")).content.decode()
    assert desk.post(page(other, "profile"), {"profile": profile.pk}).status_code == 302
    other.refresh_from_db()
    assert other.profile is None


def test_profiles_of_one_name_are_one_for_each_kind():
    patrons = brought("学号,姓名\nA1,李雷\n", "patrons")
    counted = brought(COUNTS, "counts")
    for batch in (patrons, counted, counted):
        save_profile(name="north", batch=batch, by=None)
    codes = ImportProfile.objects.filter(name="north").values_list("code", flat=True)
    assert set(codes) == {"north", "counts-north"}


def test_a_profile_of_counts_keeps_months_as_columns_and_no_year():
    text = "分馆,一月,二月\n东馆,5,6\n"
    batch = brought(text, "counts", "2025.csv")
    source = counts.counter()
    options = batch.options | {"data_source": source.pk, "measure": "loans"}
    map_import(
        batch=batch, source="", mapping=batch.mapping, options=options, save_as="月报", by=None
    )
    later = brought(text, "counts", "2026.csv")
    assert later.profile.name == "月报"
    assert later.options["spread"] == ["一月", "二月"]
    assert (later.options["year"], later.options["measure"]) == (2026, "loans")
    assert DataSource.objects.get().pk == later.options["data_source"]


def test_each_kind_keeps_its_own_addresses():
    for kind, begins in (("patrons", ""), ("loans", "activities/"), ("counts", "counts/")):
        batch = ImportBatch(pk=7, takes=kind)
        assert batch.page("map") == reverse("crm:import-list") + f"{begins}7/map/"
