"""Files of activities as tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from crm.activities import working
from crm.imports.working import settle_checks
from crm.jobs.running import run_job

#: Long enough for millions of rows; shorter than the broker's visibility timeout, so that no second
#: copy starts.
LONG = {"soft_time_limit": 840, "time_limit": 870}


@shared_task(name="crm.import_activities", **LONG)
def import_activities(job_id: int):
    """Import the file of the job; a job that is over, or that another worker has, is left alone."""
    run_job(job_id, working.import_job)


@shared_task(name="crm.check_activities", **LONG)
def check_activities(job_id: int):
    """Look into the file of the job, and settle what the checks of cancelled jobs left."""
    run_job(job_id, working.check_job)
    # The message of a job that was cancelled while it waited comes all the same.
    settle_checks()


@shared_task(name="crm.undo_activities", **LONG)
def undo_activities(job_id: int):
    """Take the file of the job back; a job that is over, or that another worker has, is
    left alone.
    """
    run_job(job_id, working.undo_job)
