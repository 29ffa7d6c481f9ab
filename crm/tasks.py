"""Tasks of crm: ids in, one call, safe to run twice."""

from celery import shared_task

from crm import jobs, segments, sign_in
from crm.importing import working
from crm.importing.staging import drop_orphans
from crm.models import Segment


@shared_task
def refresh_segment(segment_id: int) -> None:
    for segment in Segment.objects.filter(pk=segment_id):
        segments.refresh(segment)


@shared_task
def refresh_segments() -> None:
    segments.refresh_all()


#: Long enough for a million rows; shorter than the broker's visibility timeout, so that no second copy starts.
LONG = {"soft_time_limit": 840, "time_limit": 870}


@shared_task(name="crm.import_readers", **LONG)
def import_readers(job_id: int):
    jobs.run(job_id, working.import_job)


@shared_task(name="crm.undo_import", **LONG)
def undo_import(job_id: int):
    jobs.run(job_id, working.undo_job)


@shared_task(name="crm.sweep_jobs")
def sweep_jobs():
    jobs.sweep()
    drop_orphans()


@shared_task(name="crm.forget_old_failures")
def forget_old_failures():
    sign_in.forget_old_failures()
