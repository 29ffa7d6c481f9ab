"""Imports as tasks, of all kinds of file: ids in, one call, safe to run twice."""

from celery import shared_task

from crm.imports import stray, working
from crm.imports.staging import drop_orphans
from crm.jobs.running import run_job

#: Long enough for a million rows; shorter than the broker's visibility timeout, so that no second
#: copy starts.
LONG = {"soft_time_limit": 840, "time_limit": 870}


@shared_task(name="crm.import_file", **LONG)
def import_file(job_id: int):
    """Import the file of a job's batch whole, or nothing of it."""
    run_job(job_id, working.import_job)


@shared_task(name="crm.check_import", **LONG)
def check_import(job_id: int):
    """Look into an uploaded file: what form it has, and what its columns may be."""
    run_job(job_id, working.check_job)
    # The message of a job that was cancelled while it waited comes all the same.
    working.settle_checks()


@shared_task(name="crm.preview_import", **LONG)
def preview_import(job_id: int):
    """Count what the import of a job's batch would do, for a page to show."""
    run_job(job_id, working.preview_job)


@shared_task(name="crm.settle_checks")
def settle_checks():
    """End the checks whose job was lost or stopped."""
    working.settle_checks()


@shared_task(name="crm.undo_import", **LONG)
def undo_import(job_id: int):
    """Take back the import of a job's batch."""
    run_job(job_id, working.undo_job)


@shared_task(name="crm.drop_orphaned_tables")
def drop_orphaned_tables():
    """Drop staging tables whose worker is gone."""
    drop_orphans()


@shared_task(name="crm.drop_stray_files")
def drop_stray_files():
    """Remove files of uploads whose process was killed before it could."""
    stray.drop_stray_files()
