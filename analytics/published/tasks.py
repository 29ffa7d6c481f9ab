"""What runs at night."""

import logging

from celery import shared_task

from analytics.published.actions import verify_published

log = logging.getLogger(__name__)


@shared_task(name="analytics.tasks.verify_published")
def verify_nightly() -> None:
    """A break is told on the managers' first page, and in the log."""
    for broken in verify_published(by=None).breaks:
        log.error("published figures: %s", broken)
