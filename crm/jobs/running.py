"""Running long work as a job: it is claimed, reports progress, can be stopped, always ends.

``Job.kind`` is the name of the Celery task that does the work, so a job whose message was lost can
be sent again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from core import disks
from core.queue import enqueue
from core.refusals import Refused
from crm.jobs.models import Job, JobFault

log = logging.getLogger(__name__)

#: A job that has waited this long is sent again: its message may have been lost.
SENT_AGAIN_AFTER = timedelta(minutes=1)
#: How often work that counts no rows says that it goes on.
BEAT_EVERY = timedelta(seconds=5)
#: Work that kills its worker would otherwise be given to the next one without end.
MAX_ATTEMPTS = 3


class Cancelled(Exception):
    """Raised inside the work when somebody pressed cancel."""


def run_job(job_id: int, work: Callable[[Job], tuple[dict, str]]) -> None:
    """Claim the job, do ``work(job)`` → (result, url of the result), and write how it ended.

    Safe to call twice. Raises nothing of what the work raises: the row says it. Nothing happens
    where another worker has it, or where it has ended.
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
        # The server's own words may hold a row of somebody's: they stand in the log alone.
        log.exception("job %s failed", job.pk)
        end_faulty(job, error)
    else:
        finish(job, Job.State.DONE, result=result, url=url)


def end_faulty(job: Job, error: Exception) -> None:
    """Say in words why it failed; put back what failed only because the database was away.

    Put back at most until ``MAX_ATTEMPTS`` were made. The disk of a full database is noted for the
    page of the day.
    """
    # A connection that broke off is of no more use, and the next statement takes a new one. In a
    # transaction it is for whoever began that to end it.
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    fault = fault_of(error)
    if fault == JobFault.DATABASE_FULL:
        disks.note_database_full()
    if fault == JobFault.DATABASE_AWAY and job.attempts < MAX_ATTEMPTS:
        put_back(job)
    else:
        finish(job, Job.State.FAILED, message=fault)


def fault_of(error: Exception) -> JobFault:
    """What a fault of the work means for whoever started it.

    By the kind of the fault and of what it came of; never by its words.
    """
    if disks.is_database_full(error):
        return JobFault.DATABASE_FULL
    if disks.is_full(error):
        return JobFault.DISK_FULL
    if disks.is_database_away(error):
        return JobFault.DATABASE_AWAY
    if isinstance(error, SoftTimeLimitExceeded):
        return JobFault.TOO_LONG
    return JobFault.UNFORESEEN


def put_back(job: Job) -> None:
    """Let a running job wait again: the sweep sends it, and it begins anew."""
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=Job.State.QUEUED, started_at=None, beat_at=None, done=0, message=""
    )


def claim(job_id: int) -> Job | None:
    """Take a queued job, or one whose worker is gone.

    None when it is running, ended, or out of attempts.
    """
    now = timezone.now()
    free = Job.objects.to_take().filter(pk=job_id, attempts__lt=MAX_ATTEMPTS)
    # One statement: of two workers with the same message the second finds the job running.
    claimed = free.update(
        state=Job.State.RUNNING,
        started_at=now,
        beat_at=now,
        attempts=F("attempts") + 1,
        done=0,
    )
    if not claimed:
        return None
    return Job.objects.get(pk=job_id)


def report_progress(job: Job, done: int, *, total: int | None = None, message: str = "") -> None:
    """Write how many rows are done, of how many, and in a few words what is being done.

    Without ``total`` or ``message`` the last ones stay. Call outside the work's own transaction,
    or nobody sees it. Raises Cancelled when asked to stop.
    """
    job.done = done
    if total is not None:
        job.total = total
    if message:
        job.message = str(message)[:300]
    Job.objects.filter(pk=job.pk).update(
        done=job.done, total=job.total, message=job.message, beat_at=timezone.now()
    )

    # Asked anew: the instance was read before anybody could press the button.
    if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
        raise Cancelled


def keep_alive(job: Job) -> None:
    """Say that the work goes on, where it has no rows to count; cheap enough to be called at will.

    Raises Cancelled when asked to stop. One statement every ``BEAT_EVERY``, none in between.
    """
    now = timezone.now()
    if job.beat_at and now - job.beat_at < BEAT_EVERY:
        return
    job.beat_at = now
    report_progress(job, job.done)


def finish(
    job: Job, state: str, *, result: dict | None = None, url: str = "", message: str = ""
) -> None:
    """Write how a running job ended; one that was given up meanwhile stays as it is.

    One statement. ``message`` is cut at 300 characters; a job that is done counts as many rows in
    all as it did.
    """
    counted = {}
    # The total was an estimate: the lines of a file are one more than its rows.
    if state == Job.State.DONE and job.total and job.done:
        counted["total"] = job.done
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        **counted,
        state=state,
        result=result or {},
        result_url=url,
        message=message[:300],
        finished_at=timezone.now(),
    )


def sweep_jobs() -> int:
    """Send waiting and lost jobs again and end those out of attempts; returns how many were sent.

    Sending one twice does no harm, since only one worker can claim it.
    """
    now = timezone.now()
    given_up = Job.objects.lost().filter(attempts__gte=MAX_ATTEMPTS)
    given_up.update(state=Job.State.FAILED, finished_at=now, message=JobFault.WORKER_LOST)

    # A job just created has its own message on the way.
    just_created = Q(state=Job.State.QUEUED, created_at__gte=now - SENT_AGAIN_AFTER)
    jobs = Job.objects.to_take().exclude(just_created).values_list("kind", "pk")
    sent = 0
    for kind, pk in jobs:
        enqueue(kind, pk)
        sent += 1
    return sent
