"""Stopping a job."""

from django.db import transaction
from django.utils import timezone

from crm import audit
from crm.models import Job, User


@transaction.atomic
def cancel_job(*, job: Job, by: User) -> None:
    """A waiting job ends at once; a running one at its next report. One that ended stays as it is."""
    ended = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested=True, finished_at=timezone.now()
    )
    asked = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    if ended or asked:
        audit.record(action="job.cancel", by=by, on=job)
