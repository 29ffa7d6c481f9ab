"""What runs at night, and when somebody asks."""

import logging

from celery import shared_task
from django.urls import reverse
from django.utils.translation import override

from analytics.published.actions import KIND, verify_published
from analytics.published.words import sentence
from crm.jobs.running import report_progress, run_job

log = logging.getLogger(__name__)


@shared_task(name="analytics.tasks.verify_published")
def verify_nightly() -> None:
    """Look through all chains every night, and keep what was found.

    A break is told on the managers' first page, and in English in the log.
    """
    found = verify_published(by=None)
    # Read by whoever keeps the server.
    with override("en"):
        for broken in found.breaks:
            log.error("published figures: %s", sentence(broken))


@shared_task(name=KIND)
def look_through(job_id: int) -> None:
    """All chains now, as the job of somebody who asked; what it found is written into the job."""
    run_job(job_id, _look_through)


def _look_through(job) -> tuple[dict, str]:
    """Look through all chains: what the job tells of it, and the address of the page."""
    report_progress(job, 0, total=1)
    found = verify_published(by=job.created_by)
    report_progress(job, 1, total=1)
    return {"seals": found.seals, "breaks": len(found.breaks)}, reverse("analytics:published")
