"""What takes time to look into is looked into by a worker, and not while a page is waited for."""

import gzip
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from crm.imports.light import LIGHT, is_light
from crm.imports.models import ImportBatch
from crm.imports.tasks import check_import, settle_checks
from crm.jobs.models import Job
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TABLE = b"number,name,kind\nA1,Ann,teacher\n"


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["number", "name", "kind"])
    book.active.append(["A1", "Ann", "teacher"])
    book.save(out)
    return out.getvalue()


def upload(desk, content: bytes):
    file = SimpleUploadedFile("readers", content)
    return desk.post(reverse("crm:import-create"), {"file": file})


@pytest.mark.parametrize(
    "content",
    [workbook(), gzip.compress(TABLE), TABLE + b"A2,B,teacher\n" * (LIGHT // 12)],
    ids=["workbook", "packed", "large"],
)
def test_heavy_file_is_looked_into_by_a_worker(desk, content):
    answer = upload(desk, content)
    batch = ImportBatch.objects.get()
    assert answer.url == batch.get_absolute_url()
    assert (batch.state, batch.mapping) == ("checking", {})
    # Nothing can be done with it yet, and its page says what it waits for.
    assert desk.get(reverse("crm:import-map", args=[batch.pk])).url == batch.get_absolute_url()
    assert f"job-{batch.job_id}" in desk.get(answer.url).content.decode()

    check_import(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == ("uploaded", "done")
    assert batch.mapping["number"] == "number"
    assert batch.job.result_url == reverse("crm:import-map", args=[batch.pk])
    assert desk.get(batch.job.result_url).status_code == 200


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 no workbook at all", b"\x1f\x8b broken", gzip.compress(b"")],
    ids=["zip", "gzip", "empty gzip"],
)
def test_file_that_is_no_table_is_named_and_not_kept(desk, settings, content):
    upload(desk, content)
    batch = ImportBatch.objects.get()
    check_import(batch.job_id)

    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == ("unreadable", "failed")
    assert batch.job.message in desk.get(batch.get_absolute_url()).content.decode()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    assert desk.get(reverse("crm:import-map", args=[batch.pk])).status_code == 302


def test_check_that_was_stopped_ends_and_can_be_begun_anew(desk):
    """An upload is not "being checked" for ever because somebody pressed stop."""
    page = upload(desk, workbook()).url
    batch = ImportBatch.objects.get()
    desk.post(reverse("crm:job-cancel", args=[batch.job_id]))
    # The message of before comes all the same, and finds nothing to do.
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert batch.state == "stopped"
    assert reverse("crm:import-check", args=[batch.pk]) in desk.get(page).content.decode()

    desk.post(reverse("crm:import-check", args=[batch.pk]))
    # Pressed twice, it begins once.
    desk.post(reverse("crm:import-check", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, Job.objects.count()) == ("checking", 2)
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert batch.state == "uploaded"


@pytest.mark.parametrize("state", ["failed", None])
def test_check_whose_workers_were_lost_ends_by_itself(desk, state):
    upload(desk, workbook())
    batch = ImportBatch.objects.get()
    settle_checks()
    assert ImportBatch.objects.get().state == "checking"
    if state is None:
        Job.objects.all().delete()
    else:
        Job.objects.update(state=state, finished_at=timezone.now())
    settle_checks()
    batch.refresh_from_db()
    assert batch.state == "stopped"


def test_light_file_is_mapped_at_once(desk):
    answer = upload(desk, TABLE)
    assert answer.url == reverse("crm:import-map", args=[ImportBatch.objects.get().pk])
    assert is_light(SimpleUploadedFile("a", TABLE))
