"""The worker is killed in the middle of an import: of readers, of activities, of e-resources."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from crm.eresources.actions import bring_report
from crm.eresources.models import PlatformUsage, UsageReport
from crm.imports.actions import run_import
from crm.imports.models import ImportBatch
from crm.imports.staging import drop_orphans
from crm.jobs.models import Job
from crm.jobs.running import sweep_jobs
from crm.readers.models import Activity, ConsentEvent, Reader
from crm.sources.models import CoveredSpan
from crm.staff.models import Campus
from tests import servers
from tests.crm.activities.building import LOANS, readers, uploaded
from tests.crm.eresources.reports import FIGURES, JSON_51
from tests.crm.imports.building import TABLE, batch_of

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
STAGED = "SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'"


@pytest.fixture
def empty_broker(settings):
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()
    yield broker
    broker.flushdb()


def of_readers() -> Job:
    return run_import(batch=batch_of(TABLE), by=None)


def of_loans() -> Job:
    readers("A1", "A2")
    return run_import(batch=uploaded(LOANS), by=None)


def ask(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@contextmanager
def held(table: str) -> Iterator[Connection]:
    """Somebody holds the table, so that what is written to it has begun and cannot end before the
    connection rolls back. Before there is a worker: its message may be on the way already.
    """
    with closing(psycopg2.connect(servers.owner_url())) as holding:
        holding.cursor().execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield holding


def written() -> tuple[int, ...]:
    """How many rows there are of each kind that imports write."""
    models = (Reader, Activity, ConsentEvent, CoveredSpan, Campus)
    return tuple(model.objects.count() for model in models)


def send(**which) -> None:
    """Old enough for the sweep, and with a worker that has not been heard of: all jobs, or those of
    ``which`` the lookups are true.
    """
    long_ago = timezone.now() - timedelta(hours=1)
    jobs = Job.objects.filter(**which)
    jobs.update(created_at=long_ago)
    jobs.filter(beat_at__isnull=False).update(beat_at=long_ago)
    sweep_jobs()


@pytest.mark.parametrize(
    ("begin", "table", "whole"),
    [(of_readers, "crm_reader", (3, 0, 3, 0, 2)), (of_loans, "crm_activity", (2, 3, 0, 2, 2))],
    ids=["readers", "activities"],
)
def test_a_worker_killed_in_the_middle_of_an_import_loses_and_doubles_nothing(
    begin, table, whole, tmp_path, empty_broker
):
    """Fault 1. Read and staged, and half merged: nothing of it is there, and the next worker
    begins anew.
    """
    drop_orphans()
    job = begin()
    before = written()
    with (
        held(table) as holding,
        servers.worker(tmp_path / "worker.log", queues="default") as worker,
    ):
        send()
        servers.wait_for(lambda: ask(WAITING), 90)
        assert ask(STAGED) == [(1,)]
        (child,) = worker.children()
        os.kill(child, signal.SIGKILL)
        servers.wait_for(lambda: worker.children() not in ([], [child]), 60)
        holding.rollback()
        assert written() == before
        assert ImportBatch.objects.get().state == ImportBatch.State.RUNNING

        servers.wait_for(lambda: is_done(job), 90, every=0.5)

    assert written() == whole
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.created, batch.job.attempts) == ("done", 3, 2)
    # What the killed worker had staged goes with the next sweep.
    assert drop_orphans() == 1
    assert ask(STAGED) == [(0,)]


def is_done(job: Job) -> bool:
    """True once it is; until then the sweep looks for it."""
    job.refresh_from_db()
    if job.state in (Job.State.DONE, Job.State.FAILED):
        return True
    send_lost()
    return False


def send_lost() -> None:
    """The dead worker is not heard of any more; the living one is left alone.

    Asked in the statement itself: the living one may begin at any moment.
    """
    send(attempts=1)


def test_a_worker_killed_while_it_stores_a_report_of_counter_loses_and_doubles_nothing(
    tmp_path, empty_broker
):
    file = SimpleUploadedFile("PR_P1.json", json.dumps(JSON_51).encode())
    report = bring_report(file=file, by=None)
    path = Path(report.file.path)
    with (
        held("crm_platformusage") as holding,
        servers.worker(tmp_path / "worker.log", queues="default") as worker,
    ):
        send()
        # The report was read, and its figures are about to be stored.
        servers.wait_for(lambda: ask(WAITING), 90)
        (child,) = worker.children()
        os.kill(child, signal.SIGKILL)
        servers.wait_for(lambda: worker.children() not in ([], [child]), 60)
        holding.rollback()
        report.refresh_from_db()
        assert (report.state, PlatformUsage.objects.count()) == (UsageReport.State.READING, 0)
        assert not ImportBatch.objects.exists()
        # What is to be read once more is still there.
        assert path.exists()

        servers.wait_for(lambda: is_done(report.job), 90, every=0.5)

    stored = PlatformUsage.objects.values_list("metric", "month", "n")
    assert sorted((metric, f"{month:%Y-%m}", n) for metric, month, n in stored) == sorted(
        (metric, month, n) for (metric, month), n in FIGURES.items()
    )
    report.refresh_from_db()
    assert (report.state, report.job.attempts, report.batch.rows) == ("seen", 2, len(FIGURES))
    # It may name titles, and goes with the reading of it.
    assert not path.exists()
    assert ImportBatch.objects.count() == 1
