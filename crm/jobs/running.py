"""Running long work as a Job: the row is claimed, reports progress, can be cancelled, and always
ends in a state.

``Job.kind`` is the name of the Celery task that does the work, so a job whose message was lost can
be sent again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from core.queue import enqueue
from core.refusals import Refused
from crm.jobs.models import Job

log = logging.getLogger(__name__)

#: A running job that has not reported for this long has lost its worker and may be taken over.
LOST_AFTER = timedelta(minutes=3)
MAX_ATTEMPTS = 3


class Cancelled(Exception):
    """Raised inside the work when somebody pressed cancel."""


def run_job(job_id: int, work: Callable[[Job], tuple[dict, str]]) -> None:
    """Claim the job, do ``work(job)`` → (result, url of the result), and write how it ended.

    Safe to call twice.
    """
    job = claim(job_id)
    if job is None:
        return
    try:
        result, url = work(job)
    except Cancelled:
        finish(job, Job.State.CANCELLED)
    except Refused as refusal:
        finish(job, Job.State.FAILED, message=str(refusal))
    except Exception as error:
        log.exception("job %s failed", job.pk)
        finish(job, Job.State.FAILED, message=f"{type(error).__name__}: {error}")
    else:
        finish(job, Job.State.DONE, result=result, url=url)


def claim(job_id: int) -> Job | None:
    """Take a queued job, or one whose worker is gone.

    None when it is running, ended, or out of attempts.
    """
    now = timezone.now()
    lost = Q(state=Job.State.RUNNING, beat_at__lt=now - LOST_AFTER)
    claimed = Job.objects.filter(
        Q(state=Job.State.QUEUED) | lost, pk=job_id, attempts__lt=MAX_ATTEMPTS
    ).update(
        state=Job.State.RUNNING, started_at=now, beat_at=now, attempts=F("attempts") + 1, done=0
    )
    return Job.objects.get(pk=job_id) if claimed else None


def report_progress(job: Job, done: int, *, total: int | None = None, message: str = "") -> None:
    """Report how far the work is.

    Call outside the work's own transaction. Raises Cancelled when asked to stop.
    """
    job.done, job.total = done, total if total is not None else job.total
    job.message = str(message)[:300] or job.message
    Job.objects.filter(pk=job.pk).update(
        done=job.done, total=job.total, message=job.message, beat_at=timezone.now()
    )
    if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
        raise Cancelled


def finish(
    job: Job, state: str, *, result: dict | None = None, url: str = "", message: str = ""
) -> None:
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=state,
        result=result or {},
        result_url=url,
        message=message[:300],
        finished_at=timezone.now(),
    )


def sweep_jobs() -> int:
    """Send lost jobs again and end those out of attempts; returns how many were sent."""
    now = timezone.now()
    lost = Q(state=Job.State.RUNNING, beat_at__lt=now - LOST_AFTER)
    Job.objects.filter(lost, attempts__gte=MAX_ATTEMPTS).update(
        state=Job.State.FAILED, finished_at=now, message="The worker was lost three times."
    )
    waiting = Job.objects.filter(
        Q(state=Job.State.QUEUED, created_at__lt=now - timedelta(minutes=1)) | lost
    )
    jobs = list(waiting.values_list("kind", "pk"))
    for kind, pk in jobs:
        enqueue(kind, pk)
    return len(jobs)
