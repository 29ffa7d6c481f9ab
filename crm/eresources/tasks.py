"""COUNTER reports as tasks: ids in, one call, safe to run twice."""

from celery import shared_task

from crm.eresources import working
from crm.jobs.running import run_job

#: Shorter than the broker's visibility timeout, so that no second copy starts.
LONG = {"soft_time_limit": 840, "time_limit": 870}


@shared_task(name="crm.read_usage", **LONG)
def read_usage(job_id: int):
    """Read the report of the job, and remove what cancelled jobs left; a job that is over, or that
    another worker has, is left alone.
    """
    run_job(job_id, working.read_job)
    # The message of a job that was cancelled while it waited comes all the same.
    working.settle_readings()
