"""What runs at night."""

import logging

from celery import shared_task
from django.utils.translation import override

from analytics.published.actions import verify_published
from analytics.published.words import sentence

log = logging.getLogger(__name__)


@shared_task(name="analytics.tasks.verify_published")
def verify_nightly() -> None:
    """A break is told on the managers' first page, and in the log."""
    found = verify_published(by=None)
    # Read by whoever keeps the server.
    with override("en"):
        for broken in found.breaks:
            log.error("published figures: %s", sentence(broken))
