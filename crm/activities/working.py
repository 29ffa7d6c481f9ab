"""Files of activities as jobs: what ``crm.jobs.running.run_job`` is given."""

from collections.abc import Callable
from dataclasses import asdict

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_noop

from core.columns import values_of
from crm.activities.describing import describe
from crm.activities.loading import load
from crm.activities.proxy_logs import put_table_for_log, refuse_without_header
from crm.activities.undoing import undo
from crm.imports.models import ImportBatch
from crm.imports.options import NOT_KEPT
from crm.imports.working import left_runnable, looked_into, set_state
from crm.jobs.models import Job
from crm.jobs.running import report_progress

#: From here on an import is worth telling the planner about.
LARGE = 10_000
#: Whoever looks at the job reads it in a language of their own.
READING = gettext_noop("Reading rows")
#: Counts of a batch that its job tells.
NAMES = ("rows", "created", "unchanged", "refused")


def import_job(job: Job, *, tell: Callable[[int], None] = lambda _rows: None) -> tuple[dict, str]:
    """Import the batch of ``job``; returns its counts and the address of its page.

    A refusal, a fault or a cancel leaves everything as it was and says so.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.state in {ImportBatch.State.UPLOADED, ImportBatch.State.FAILED}:
        set_state(batch, ImportBatch.State.RUNNING)
    expected = batch.rows or 0

    def report(done: int) -> None:
        """Note how far the job is, and end it where it was cancelled. A file may have more rows
        than were guessed.
        """
        tell(done)
        report_progress(job, done, total=max(expected, done), message=READING)

    # A second run of a job that is done finds no file, and nothing to do.
    if batch.state != ImportBatch.State.DONE:
        batch = loaded(batch, report)
    if batch.created > LARGE:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE crm_activity")
    return values_of(batch, NAMES), batch.get_absolute_url()


def loaded(batch: ImportBatch, report: Callable[[int], None]) -> ImportBatch:
    """Import the file and return its batch as it is stored then, or leave it in a state from which
    it can be run again, and raise what stopped it.
    """
    with left_runnable(batch):
        return load(batch, report=report)


def check_job(job: Job) -> tuple[dict, str]:
    """Look into the uploaded file of ``job``; returns no counts, and the address where its columns
    are mapped. Refused for a file that is no table; of it only the name is kept.
    """
    batch = looked_into(job, described)
    return {}, reverse("crm:activity-import-map", args=[batch.pk])


def described(batch: ImportBatch, beat: Callable[[], None]) -> None:
    """Fill in what the file says of itself; of a log that may not be kept as it is the table that
    it says comes first. Raises Unreadable.
    """
    if batch.options.pop(NOT_KEPT, False):
        put_table_for_log(batch, beat)
    describe(batch, beat)
    refuse_without_header(batch)


def undo_job(job: Job) -> tuple[dict, str]:
    """Take the batch of ``job`` back, for whoever asked; returns how many rows went and stayed, and
    the address of the batch's page. Refused where it is too late.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    done = undo(batch, by=job.created_by)
    return asdict(done), batch.get_absolute_url()
