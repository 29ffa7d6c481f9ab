"""A file that never came in is thrown away by whoever brought it; and how its pages lead on."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from openpyxl import Workbook

from core.refusals import Refused
from crm.imports.actions import count_preview, discard_upload, run_import, upload_file
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.tasks import check_import, import_file
from crm.jobs.models import Job
from crm.readers.models import Reader
from crm.staff.models import AuditEvent
from tests.crm.imports.building import TABLE, batch_of, imported
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def discard(desk, batch):
    """The button pressed, with what follows once it is certain."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return desk.post(reverse("crm:import-discard", args=[batch.pk]))


def files_in(settings) -> list:
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_an_upload_that_was_never_run_is_thrown_away_with_its_file(desk, librarian, settings):
    """In 0.1 it stayed in the list for ever, with names, numbers and addresses."""
    batch = batch_of(TABLE, librarian)
    ImportProfile.objects.create(code="own", name="Own", source="library")
    address = reverse("crm:import-discard", args=[batch.pk])
    for shown in (reverse("crm:import-list"), batch.get_absolute_url()):
        assert f'action="{address}"' in desk.get(shown).content.decode()
    assert len(files_in(settings)) == 1

    answer = discard(desk, batch)

    assert answer.url == reverse("crm:import-list")
    assert not ImportBatch.objects.filter(pk=batch.pk).exists()
    assert files_in(settings) == []
    assert ImportProfile.objects.filter(code="own").exists()
    event = AuditEvent.objects.get(action="import.discard")
    assert (event.user, event.object_id) == (librarian, str(batch.pk))
    # Its name may be that of a person, and is not written down for good.
    assert batch.filename not in str(event.detail)


def test_what_came_in_is_not_thrown_away_but_undone(desk, librarian):
    batch = imported(TABLE, by=librarian)
    before = Reader.objects.count()
    assert discard(desk, batch).url == batch.get_absolute_url()
    assert ImportBatch.objects.filter(pk=batch.pk).exists()
    assert Reader.objects.count() == before > 0
    for shown in (reverse("crm:import-list"), batch.get_absolute_url()):
        assert "/discard/" not in desk.get(shown).content.decode()


@pytest.mark.parametrize("begin", [run_import, count_preview])
def test_a_file_that_a_worker_has_in_hand_is_not_thrown_away(librarian, begin):
    batch = batch_of(TABLE, librarian)
    begin(batch=batch, by=librarian)
    batch.refresh_from_db()
    with pytest.raises(Refused):
        discard_upload(batch=batch, by=librarian)
    assert batch.file.storage.exists(batch.file.name)


def test_staff_of_one_campus_throw_away_their_own_alone(client, librarian):
    theirs = batch_of(TABLE, librarian)
    colleague = UserFactory(role="librarian", campus=CampusFactory())
    own = batch_of(TABLE, colleague)
    client.force_login(colleague)
    assert client.post(reverse("crm:import-discard", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("crm:import-discard", args=[own.pk])).status_code == 302
    assert list(ImportBatch.objects.all()) == [theirs]


# --- the page of a check --------------------------------------------------------------------------
def checked(librarian) -> ImportBatch:
    """A workbook that waits for a worker to look into it."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(["number", "name", "kind"])
    book.active.append(["A1", "Ann", "teacher"])
    book.save(out)
    file = SimpleUploadedFile("readers.xlsx", out.getvalue())
    return upload_file(file=file, to_check=True, by=librarian)


def test_the_page_of_a_check_goes_on_to_the_columns_by_itself(desk, librarian):
    batch = checked(librarian)
    progress = f"{reverse('crm:job-progress', args=[batch.job_id])}?then=result"
    assert f'hx-get="{progress}"' in desk.get(batch.get_absolute_url()).content.decode()
    # The fragment that is fetched asks in the same way again.
    fragment = desk.get(progress, headers={"hx-request": "true"})
    assert f'hx-get="{progress}"' in fragment.content.decode()

    check_import(batch.job_id)
    answer = desk.get(progress, headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == reverse("crm:import-map", args=[batch.pk])
    # On the job's own page it is told how the job ended, as of any other.
    job_page = reverse("crm:job-progress", args=[batch.job_id])
    assert desk.get(job_page, headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_without_script_the_page_of_a_check_has_one_way_on(desk, librarian):
    batch = checked(librarian)
    check_import(batch.job_id)
    page = desk.get(batch.get_absolute_url()).content.decode()
    assert page.count(f'href="{reverse("crm:import-map", args=[batch.pk])}"') == 1
    assert "Open the result" not in page


def test_a_check_that_failed_leads_nowhere_and_is_shown(desk, librarian):
    file = SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no workbook at all")
    batch = upload_file(file=file, to_check=True, by=librarian)
    check_import(batch.job_id)
    progress = f"{reverse('crm:job-progress', args=[batch.job_id])}?then=result"
    answer = desk.get(progress, headers={"hx-request": "true"})
    assert "HX-Redirect" not in answer
    assert answer["HX-Refresh"] == "true"
    assert f"job-{batch.job_id}" in desk.get(batch.get_absolute_url()).content.decode()


def test_a_cancelled_import_says_that_nothing_was_written(desk, librarian):
    batch = batch_of(TABLE, librarian)
    job = run_import(batch=batch, by=librarian)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    import_file(job.pk)

    page = desk.get(batch.get_absolute_url()).content.decode()

    assert Reader.objects.count() == 0
    assert "nothing of the file was written" in page


def test_a_long_list_of_refused_rows_says_that_it_is_cut(desk, librarian):
    def refused(n: int) -> str:
        rows = "".join(f"N{number},Ann,wizard,,,,\n" for number in range(n))
        batch = batch_of(TABLE.splitlines()[0] + "\n" + rows, librarian)
        return desk.get(reverse("crm:import-preview", args=[batch.pk])).content.decode()

    assert "The first 20 of 28 are shown." in refused(28)
    assert "are shown." not in refused(20)
