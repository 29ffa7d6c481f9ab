"""Jobs on the desk.

Progress that can be asked for, a stop that holds, and lost work that is taken up again.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from core.refusals import Refused
from crm.imports.actions import run_import
from crm.jobs.actions import start_job
from crm.jobs.models import LOST_AFTER, Job
from crm.jobs.running import Cancelled, claim, report_progress, run_job
from crm.jobs.tasks import sweep_jobs
from crm.staff.models import AuditEvent
from tests.factories import CampusFactory, ImportBatchFactory, JobFactory, UserFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "done", "total", "said"),
    [
        ("running", 1200, 4000, "1,200 of 4,000 done"),
        ("running", 1200, None, "1,200 done"),
        ("queued", 0, None, "Starting"),
        ("failed", 0, None, ""),
    ],
)
def test_how_far_a_job_is_stands_in_words(state, done, total, said):
    with override("en"):
        assert Job(state=state, done=done, total=total).done_in_words == said


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def running(**more):
    return JobFactory(state="running", started_at=timezone.now(), beat_at=timezone.now(), **more)


def page(name, job):
    return reverse(f"crm:{name}", args=[job.pk])


def test_progress_is_a_fragment_while_it_runs_and_a_fresh_page_at_the_end(desk):
    job = running(done=20, total=100)

    answer = desk.get(page("job-progress", job), headers={"hx-request": "true"})
    assert 'value="20"' in answer.content.decode()
    assert "HX-Refresh" not in answer

    Job.objects.update(state="done", finished_at=timezone.now())
    assert (
        desk.get(page("job-progress", job), headers={"hx-request": "true"})["HX-Refresh"] == "true"
    )


def test_waiting_job_stops_at_once_and_never_runs(desk):
    job = JobFactory()

    desk.post(page("job-cancel", job))
    run_job(job.pk, lambda _job: pytest.fail("it ran"))

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert AuditEvent.objects.filter(action="job.cancel").count() == 1


def test_running_job_stops_at_its_next_report(desk):
    job = running()

    desk.post(page("job-cancel", job))

    with pytest.raises(Cancelled):
        report_progress(job, 5)


def test_ended_job_stays_as_it_ended(desk):
    job = JobFactory(state="done", finished_at=timezone.now())

    desk.post(page("job-cancel", job))

    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == ("done", False)


def test_staff_of_one_campus_see_and_stop_their_own_jobs_only(client):
    other = JobFactory(title="Import of secret-list.csv")
    keeper = UserFactory(role="librarian", campus=CampusFactory())
    own = JobFactory(title="Import of mine.csv", created_by=keeper)
    client.force_login(keeper)

    text = client.get(reverse("crm:job-list")).content.decode()

    assert ("mine.csv" in text, "secret-list.csv" in text) == (True, False)
    assert client.get(page("job-detail", own)).status_code == 200
    for name in ("job-detail", "job-progress"):
        assert client.get(page(name, other)).status_code == 404
    assert client.post(page("job-cancel", other)).status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Import of 100%s.csv"), ("zh-hans", "导入 100%s.csv")],
)
def test_title_of_a_job_is_said_in_the_language_of_whoever_looks(desk, language, said):
    """Whatever the language of whoever pressed the button; the file's name stays as it is."""
    batch = ImportBatchFactory(filename="100%s.csv", state="mapped")
    with override("zh-hans"):
        job = run_import(batch=batch, by=UserFactory(role="librarian"))

    for address in (reverse("crm:job-list"), page("job-detail", job)):
        answer = desk.get(address, headers={"accept-language": language})
        assert said in answer.content.decode(), address


def test_title_of_0_1_stays_as_it_was_written(desk):
    JobFactory(title="导入 100%s.csv")
    answer = desk.get(reverse("crm:job-list"), headers={"accept-language": "en"})
    assert "导入 100%s.csv" in answer.content.decode()


def test_job_that_fails_says_why():
    job = JobFactory()

    def work(_job):
        raise Refused("The file has a hole.")

    run_job(job.pk, work)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "The file has a hole.")


def test_job_whose_worker_died_is_taken_up_again_and_given_up_after_three_times():
    lost = running()
    Job.objects.update(beat_at=timezone.now() - LONG_AGO, attempts=1)
    assert claim(lost.pk).attempts == 2

    Job.objects.update(beat_at=timezone.now() - LONG_AGO, attempts=3)
    sweep_jobs()
    sweep_jobs()

    lost.refresh_from_db()
    assert lost.state == "failed"


@pytest.mark.parametrize(
    ("state", "silent_for", "lost"),
    [
        ("running", LOST_AFTER + timedelta(seconds=5), True),
        ("running", LOST_AFTER - timedelta(minutes=1), False),
        ("queued", LONG_AGO, False),
    ],
)
def test_page_and_sweep_agree_on_which_job_has_lost_its_worker(desk, state, silent_for, lost):
    now = timezone.now()
    job = JobFactory(state=state, started_at=now - LONG_AGO, beat_at=now - silent_for)

    text = desk.get(page("job-detail", job), headers={"accept-language": "en"}).content.decode()

    assert ("Its worker has not reported" in text) is lost
    assert Job.objects.lost().exists() is lost


def test_starting_a_job_is_written_down_with_its_kind():
    keeper = UserFactory(role="librarian")

    job = start_job(kind="crm.sweep_jobs", title="Sweep", by=keeper)

    event = AuditEvent.objects.get(action="job.start")
    assert (event.user, event.object_id, event.detail) == (
        keeper,
        str(job.pk),
        {"kind": "crm.sweep_jobs"},
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_job_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    desk, rows, django_assert_num_queries
):
    for _n in range(rows):
        JobFactory(created_by=UserFactory())
    with django_assert_num_queries(4):
        desk.get(reverse("crm:job-list"), {"state": "queued"})


def test_job_that_is_done_has_done_all_there_was():
    """The total of an import was guessed from the lines of its file, the heads among them."""
    job = JobFactory(total=21)

    def work(job):
        report_progress(job, 20)
        return {}, ""

    run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 20, 20)
