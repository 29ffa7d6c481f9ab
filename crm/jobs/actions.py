"""Stopping a job."""

from django.db import transaction
from django.utils import timezone

from core.queue import enqueue
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User


@transaction.atomic
def cancel_job(*, job: Job, by: User) -> None:
    """A waiting job ends at once.

    A running one at its next report. One that ended stays as it is.
    """
    ended = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested=True, finished_at=timezone.now()
    )
    asked = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    if ended or asked:
        audit.record(action="job.cancel", by=by, on=job)


def start_job(
    *, kind: str, title: str, by, params: dict | None = None, total: int | None = None
) -> Job:
    """Create a queued job and say so to the worker once the transaction is committed."""
    job = Job.objects.create(
        kind=kind, title=title, params=params or {}, total=total, created_by=by
    )
    enqueue(job.kind, job.pk)
    return job
