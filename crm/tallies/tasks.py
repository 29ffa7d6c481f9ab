"""Files of counts as tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from crm.imports.working import settle_checks
from crm.jobs.running import run_job
from crm.tallies import working

#: Shorter than the broker's visibility timeout, so that no second copy starts.
LONG = {"soft_time_limit": 840, "time_limit": 870}


@shared_task(name="crm.import_counts", **LONG)
def import_counts(job_id: int):
    """Import the file of the job; a job that is over, or that another worker has, is left alone."""
    run_job(job_id, working.import_job)


@shared_task(name="crm.check_counts", **LONG)
def check_counts(job_id: int):
    """Look into the file of the job, and settle what the checks of cancelled jobs left."""
    run_job(job_id, working.check_job)
    # The message of a job that was cancelled while it waited comes all the same.
    settle_checks()


@shared_task(name="crm.undo_counts", **LONG)
def undo_counts(job_id: int):
    """Take the file of the job back; a job that is over, or that another worker has, is
    left alone.
    """
    run_job(job_id, working.undo_job)
