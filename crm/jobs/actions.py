"""Verbs on jobs: starting one and stopping one."""

from django.db import transaction
from django.utils import timezone

from core.queue import enqueue
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def start_job(
    *,
    kind: str,
    title: str,
    by: User | None,
    title_values: dict[str, str] | None = None,
    params: dict | None = None,
    total: int | None = None,
) -> Job:
    """Create a queued job and tell the workers once the transaction is committed.

    ``title`` is marked with ``gettext_noop`` and untranslated, ``title_values`` are the values it
    names: every viewer reads it in a language of their own.
    ``kind`` is the registered name of the task that does the work, ``total`` how many rows are to
    be expected. ``by`` is None for a job that the system starts by itself.
    """
    job = Job.objects.create(
        kind=kind,
        title=title,
        title_values=title_values or {},
        params=params or {},
        total=total,
        created_by=by,
    )
    audit.record(action=AuditAction.JOB_START, by=by, on=job, kind=kind)
    enqueue(job.kind, job.pk)
    return job


@transaction.atomic
def cancel_job(*, job: Job, by: User) -> None:
    """Stop a job: a waiting one at once, a running one at its next report.

    One that ended stays as it is.
    """
    # Two statements, each of which looks at the state itself: a worker may claim the job in
    # between.
    ended = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested=True, finished_at=timezone.now()
    )
    asked = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    if ended or asked:
        audit.record(action=AuditAction.JOB_CANCEL, by=by, on=job)
