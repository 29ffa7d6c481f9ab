"""Files of counts as jobs: what ``crm.jobs.running.run_job`` is given."""

from dataclasses import asdict

from django.urls import reverse
from django.utils.translation import gettext_noop

from core.columns import values_of
from crm.imports.models import ImportBatch
from crm.imports.working import left_runnable, looked_into, set_state
from crm.jobs.models import Job
from crm.jobs.running import report_progress
from crm.tallies.describing import describe
from crm.tallies.loading import load
from crm.tallies.undoing import undo

#: Whoever looks at the job reads it in a language of their own.
READING = gettext_noop("Reading rows")
NAMES = ("rows", "created", "changed", "unchanged", "refused")


def import_job(job: Job) -> tuple[dict, str]:
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
        report_progress(job, done, total=max(expected, done), message=READING)

    # A second run of a job that is done finds no file, and nothing to do.
    if batch.state != ImportBatch.State.DONE:
        with left_runnable(batch):
            batch = load(batch, report=report)
    return values_of(batch, NAMES), batch.get_absolute_url()


def check_job(job: Job) -> tuple[dict, str]:
    """Look into the uploaded file of ``job``; returns no counts, and the address where its columns
    are mapped. Refused for a file that is no table; of it only the name is kept.
    """
    batch = looked_into(job, describe)
    return {}, reverse("crm:tally-import-map", args=[batch.pk])


def undo_job(job: Job) -> tuple[dict, str]:
    """Take the batch of ``job`` back, for whoever asked; returns how many numbers went, and the
    address of the batch's page.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    done = undo(batch, by=job.created_by)
    return asdict(done), batch.get_absolute_url()
