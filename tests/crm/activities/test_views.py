"""A file of loans on its way through the pages: as a librarian does it."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.activities.options import ActivityOptions
from crm.imports.models import ImportBatch
from crm.imports.tasks import check_import, import_file, undo_import
from crm.readers.models import Activity
from crm.sources.models import CoveredSpan, DataSource
from crm.staff.models import AuditEvent, Campus
from tests.crm.activities.building import LOANS, imported, readers, source_named, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def page(name, batch) -> str:
    return reverse(f"crm:activity-import-{name}", args=[batch.pk])


def upload(desk, content=LOANS, name="借阅.csv"):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    sent = {"kind": "loans", "file": file}
    return desk.post(reverse("crm:activity-import-create"), sent)


def test_a_librarian_brings_loans_sees_what_would_happen_and_takes_them_back(desk):
    readers("A1", "A2")
    answer = upload(desk)
    batch = ImportBatch.objects.get()
    assert answer.url == page("map", batch)
    # No title is on any page, not even where columns are mapped.
    answer = desk.get(page("map", batch))
    html = answer.content.decode()
    assert "三体" not in html
    # A name for a new source stands there, so that nobody has to think of one.
    assert answer.context["form"]["new_source"].value() == "Loan records"
    assert html.count("Says what somebody borrowed. Huixiang never stores that") == 2

    sent = {"system": "library", "new_source": "馆藏系统", "create_places": "on"}
    sent |= {"c0": "number", "c3": "at", "c4": "campus"}
    assert desk.post(page("map", batch), sent).url == page("preview", batch)
    html = desk.get(page("preview", batch)).content.decode()
    assert "馆藏系统 would be recorded in part for 1 Oct 2026 – 3 Oct 2026" in html
    assert "三体" not in html
    assert Activity.objects.count() == 0

    assert desk.post(page("run", batch)).url == page("detail", batch)
    batch.refresh_from_db()
    import_file(batch.job_id)
    html = desk.get(page("detail", batch)).content.decode()
    assert "No reader with this number is known in this system" in html
    assert "Days of it are told in part" in html
    assert Activity.objects.count() == 3
    assert DataSource.objects.get().kinds == ["loan"]

    refused = b"".join(desk.get(page("refusals", batch)).streaming_content).decode()
    assert "X9" in refused
    assert "9787" not in refused
    listed = desk.get(reverse("crm:import-list")).content.decode()
    assert page("detail", batch) in listed

    job = desk.post(page("undo", batch)).url
    undo_import(int(job.rstrip("/").rpartition("/")[2]))
    assert Activity.objects.count() == CoveredSpan.objects.count() == 0
    assert "Taken back: 3 rows." in desk.get(page("detail", batch)).content.decode()
    done = AuditEvent.objects.filter(action__startswith="import.")
    assert set(done.values_list("action", flat=True)) == {
        *("import.upload", "import.map", "import.start", "import.done"),
        *("import.refusals", "import.undo", "import.undone"),
    }


def test_what_is_still_missing_is_said_beside_the_columns(desk):
    readers("A1")
    batch = uploaded(LOANS)
    ImportBatch.objects.update(created_by=None)
    sent = {"system": "library", "data_source": "", "c0": "number", "c3": "number"}
    html = desk.post(page("map", batch), sent).content.decode()
    assert "Two columns are said to be the same" in html
    sent = {"system": "library", "data_source": "", "c0": "number", "c3": "", "first": "2026-10-01"}
    html = desk.post(page("map", batch), sent).content.decode()
    assert "Please give both days, or neither." in html
    sent = {"system": "library", "data_source": "", "c0": "number", "c3": ""}
    html = desk.post(page("map", batch), sent).content.decode()
    assert "No column is said to hold the date." in html
    assert "Nobody has said where these rows were recorded." in html
    assert "2 things need another look" in html
    # The column of titles has no field: what is sent for it is not looked at.
    sent = {"system": "library", "new_source": "X", "c0": "number", "c3": "at", "c1": "ref"}
    desk.post(page("map", batch), sent)
    batch.refresh_from_db()
    assert batch.mapping == {"number": "读者证号", "at": "借出时间"}


def test_what_is_no_table_is_refused_and_a_packed_file_is_looked_into_by_a_worker(desk):
    assert "The file is empty" in upload(desk, b" ").content.decode() or (
        ImportBatch.objects.count() == 0
    )
    readers("A1")
    answer = upload(desk, gzip.compress(LOANS.encode()), "loans.csv.gz")
    batch = ImportBatch.objects.get()
    assert (batch.state, answer.url) == ("checking", page("detail", batch))
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, batch.options["never"]) == ("uploaded", ["题名", "ISBN"])


def test_readers_and_loans_have_pages_of_their_own(desk):
    batch = uploaded(LOANS)
    assert desk.get(reverse("crm:import-map", args=[batch.pk])).status_code == 404
    ImportBatch.objects.update(takes="patrons")
    assert desk.get(page("map", batch)).status_code == 404


def test_a_file_says_of_which_places_it_tells_preset_with_those_of_the_last(desk):
    readers("A1")
    head = "读者证号,借出时间,分馆\n"
    both = head + "A1,2026-07-01,东馆\nA1,2026-07-31,西馆\n"
    first = imported(both)
    east, west = Campus.objects.order_by("name_zh")
    batch = uploaded(head + "A1,2026-08-01,东馆\nA1,2026-08-31,东馆\n")
    html = desk.get(page("map", batch)).content.decode()
    assert html.count("checked") - html.count('name="create_places"') == 2
    columns = {"c0": "number", "c1": "at", "c2": "campus"}
    sent = columns | {"system": "library", "data_source": source_named().pk}
    desk.post(page("map", batch), sent | {"places": [east.pk, west.pk]})
    html = desk.get(page("preview", batch)).content.decode()
    assert "Places it tells of: 东馆, 西馆." in html
    assert batch_places(batch) is None
    # A place that is not ticked is not told of, one that a row names is.
    desk.post(page("map", batch), sent)
    assert batch_places(batch) == ()
    assert "Places it tells of: 东馆." in desk.get(page("preview", batch)).content.decode()
    assert first.report["places"] == ["东馆", "西馆"]


def batch_places(batch):
    batch.refresh_from_db()
    return ActivityOptions.from_json(batch.options).places


def test_a_second_source_of_the_same_says_that_figures_rest_on_both_from_then_on(desk):
    readers("A1")
    rows = "读者证号,借出时间\nA1,2026-07-{}\n"
    imported(rows.format("01"))
    same = uploaded(rows.format("02"))
    other = uploaded(rows.format("02"), source=source_named("服务台系统"))
    said = [desk.get(page("preview", one)).content.decode() for one in (same, other)]
    assert ["Other sources tell of the same:" in html for html in said] == [False, True]
    assert ["From 2 Jul 2026 on figures are whole" in html for html in said] == [False, True]
