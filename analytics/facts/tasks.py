"""Facts at night, and all of them anew when somebody asks. Safe to run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.facts import computing
from analytics.facts.periods import months_of, next_month
from analytics.facts.publishing import publish_missing
from core.refusals import Refused
from crm.jobs.running import report_progress, run_job


@shared_task(name="analytics.tasks.compute_facts")
def compute_facts() -> None:
    """The nightly run: the last days anew, then months that were never published."""
    computing.compute_recent(timezone.localdate())
    publish_missing(timezone.now())


@shared_task(name="analytics.tasks.rebuild_facts")
def rebuild_facts(job_id: int) -> None:
    """Everything anew, as the job of somebody who asked; a failure is written into the job."""
    run_job(job_id, _rebuild)


def _rebuild(job) -> tuple[dict, str]:
    """Month by month, so that progress shows and a cancel is heard.

    Returns what the job says in the end, and no address. Raises Refused in an empty library.
    """
    first = computing.first_day()
    if first is None:
        raise Refused(_("Nothing has been recorded yet."))

    months = months_of(first, timezone.localdate())
    for done, month in enumerate(months):
        report_progress(job, done, total=len(months), message=f"{month:%Y-%m}")
        computing.compute(month, next_month(month) - timedelta(days=1))
    return {"months": len(months)}, ""
