"""Jobs when a server is away, frozen or full in the middle of them."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from config.celery import app as celery
from config.middleware import answer_to
from core import disks
from crm.imports.models import ImportBatch
from crm.jobs.actions import start_job
from crm.jobs.models import Job, JobFault
from crm.jobs.running import run_job
from crm.readers.models import Reader
from ops import local
from tests import factories, servers
from tests.crm.imports.building import TABLE, batch_of
from tests.owner import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(hours=1)
KIND = "crm.import_file"


@pytest.fixture
def librarian():
    return factories.UserFactory(role="librarian")


def import_of(librarian) -> tuple[Job, ImportBatch]:
    """An import of three readers, waiting."""
    batch = batch_of(TABLE, librarian)
    batch.job = start_job(
        kind=KIND, title="Import", title_values={}, by=librarian, params={"batch": batch.pk}
    )
    batch.save()
    return batch.job, batch


def run(job: Job) -> Job:
    """As a worker would."""
    celery.tasks[KIND].apply([job.pk], throw=True)
    job.refresh_from_db()
    return job


def as_sql(statement: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def refusing_readers(code: str):
    """PostgreSQL refuses to write the third reader, as it would on a full disk."""
    as_sql(f"""
        CREATE FUNCTION refuse_reader() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.number = 'A3' THEN
                RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{code}';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER refuse_reader BEFORE INSERT ON crm_reader
        FOR EACH ROW EXECUTE FUNCTION refuse_reader()
    """)
    try:
        yield
    finally:
        as_sql("DROP TRIGGER refuse_reader ON crm_reader; DROP FUNCTION refuse_reader()")


# --- the database's disk --------------------------------------------------------------------------
def test_import_on_a_full_database_keeps_nothing_and_says_why_in_both_languages(client, librarian):
    """Fault 51. The job ends in words, and the desk's first page tells it."""
    client.force_login(librarian)
    job, batch = import_of(librarian)
    with refusing_readers("53100"):
        run(job)

    assert (job.state, job.message) == (Job.State.FAILED, JobFault.DATABASE_FULL)
    assert not Reader.objects.exists()
    said = {
        "zh-hans": ("数据库所在的磁盘已满", "数据库所在的磁盘曾满"),
        "en": ("The disk of the database is full", "The disk of the database was full"),
    }
    for language, (on_job, on_desk) in said.items():
        client.cookies["django_language"] = language
        page = client.get(reverse("crm:job-detail", args=[job.pk])).content.decode()
        assert on_job in page
        assert "could not extend file" not in page
        assert "Error" not in page
        assert on_desk in client.get(reverse("analytics:today")).content.decode()

    # Room was made: the same file, once more.
    again = start_job(kind=KIND, title="Import", by=librarian, params={"batch": batch.pk})
    assert run(again).state == Job.State.DONE
    assert Reader.objects.count() == 3


def test_a_page_whose_write_finds_the_database_full_says_so():
    """Fault 51. 503, nothing half-done, and the desk is told."""
    with refusing_readers("53100"), pytest.raises(OperationalError) as met:
        factories.ReaderFactory(number="A3")
    assert disks.is_database_full(met.value)

    answer = answer_to(met.value)
    assert answer.status_code == 503
    assert disks.database_full_at() is not None


def test_a_database_that_had_no_room_long_ago_is_told_no_more(settings, tmp_path):
    disks.note_database_full()
    assert disks.database_full_at() is not None
    old = (timezone.now() - disks.TOLD_FOR - LONG_AGO).timestamp()
    os.utime(tmp_path / "database_full", (old, old))
    assert disks.database_full_at() is None


# --- words ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        (JobFault.WORKER_LOST, "执行它的进程三次中断"),
        ("The worker was lost three times.", "执行它的进程三次中断"),
        ("OperationalError: could not extend file", "出现了意料之外的故障"),
        (JobFault.UNFORESEEN, "出现了意料之外的故障"),
    ],
)
def test_a_failed_job_says_why_in_chinese(client, librarian, message, chinese):
    client.force_login(librarian)
    job = factories.JobFactory(state="failed", finished_at=timezone.now(), message=message)
    client.cookies["django_language"] = "zh-hans"
    page = client.get(reverse("crm:job-detail", args=[job.pk])).content.decode()
    assert chinese in page
    assert "could not extend file" not in page


def test_what_a_fault_says_stands_in_the_log_and_not_in_the_row(caplog):
    job = factories.JobFactory()

    def work(_job):
        raise LookupError("lin@example.org")

    run_job(job.pk, work)

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, JobFault.UNFORESEEN)
    assert "lin@example.org" in caplog.text


# --- the database away ----------------------------------------------------------------------------
def end_connection() -> None:
    """The server drops us, as it does where it is restarted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_import_during_which_the_database_restarts_begins_anew_and_writes_once(librarian):
    """Fault 23. What was begun is taken back by PostgreSQL, and the sweep sends the job again."""
    job, _batch = import_of(librarian)
    with broken_off_once():
        run(job)
    assert (job.state, job.message) == (Job.State.QUEUED, "")
    assert not Reader.objects.exists()

    Job.objects.update(created_at=timezone.now() - LONG_AGO)
    assert run(job).state == Job.State.DONE
    assert run(job).attempts == 2
    assert Reader.objects.count() == 3


@contextmanager
def broken_off_once():
    """The third reader ends the connection that writes it."""
    as_sql("""
        CREATE FUNCTION end_reader() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF NEW.number = 'A3' THEN
                PERFORM pg_terminate_backend(pg_backend_pid());
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER end_reader BEFORE INSERT ON crm_reader
        FOR EACH ROW EXECUTE FUNCTION end_reader()
    """)
    try:
        yield
    finally:
        as_sql("DROP TRIGGER end_reader ON crm_reader; DROP FUNCTION end_reader()")


def test_a_job_that_finds_the_database_away_three_times_says_so():
    job = factories.JobFactory()

    def work(_job):
        end_connection()

    for _ in range(3):
        run_job(job.pk, work)

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, JobFault.DATABASE_AWAY)
    assert job.attempts == 3


# --- the broker -----------------------------------------------------------------------------------
def in_a_program(broker_url: str, script: str) -> None:
    """What a web process or beat would do, with the broker at this address."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", script],
        cwd=local.BASE_DIR,
        env=servers.environment(REDIS_URL=broker_url),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


ASK = """
from crm.imports.actions import run_import
from crm.imports.models import ImportBatch
run_import(batch=ImportBatch.objects.get(), by=ImportBatch.objects.get().created_by)
"""
SWEEP = "from crm.jobs.tasks import sweep_jobs; sweep_jobs(); sweep_jobs()"


@pytest.mark.parametrize("fault", ["dead", "frozen"])
def test_import_asked_for_while_the_broker_is_away_runs_once_when_it_is_back(
    fault, librarian, tmp_path
):
    """Fault 3. The row waits, and is done once however often it is sent."""
    batch_of(TABLE, librarian)
    with servers.valkey(tmp_path) as broker:
        url = broker.url()
        stop, again = {
            "dead": (broker.kill, broker.start),
            "frozen": (broker.freeze, broker.thaw),
        }[fault]
        stop()
        in_a_program(url, ASK)
        assert Job.objects.get().state == Job.State.QUEUED
        again()

        Job.objects.update(created_at=timezone.now() - LONG_AGO)
        in_a_program(url, SWEEP)
        with servers.worker(tmp_path / "worker.log", queues="default", REDIS_URL=url):
            servers.wait_for(lambda: Job.objects.get().state == Job.State.DONE, 60)

    assert Reader.objects.count() == 3
    assert Job.objects.get().attempts == 1
