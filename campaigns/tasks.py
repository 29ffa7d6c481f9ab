"""Tasks say only that there is work; the rows say which. Each may run twice, late, or not at all."""

import logging

from celery import shared_task, signals
from kombu.exceptions import OperationalError

from campaigns import clicks, delivery, sending

log = logging.getLogger(__name__)

#: Runs over one content at the same time, and how long an unheard message stays worth hearing.
RUNS_PER_CONTENT = 2
EXPIRES = 60


@shared_task
def deliver(content_id: int) -> None:
    """Send what is due of one content, then say whether there is more."""
    if sending.send(content_id):
        publish(content_id)


@shared_task
def sweep_deliveries() -> None:
    """Settle what dead workers left behind, close what is finished, and call for workers where rows are due."""
    delivery.reconcile()
    delivery.expire()
    delivery.finish()
    for content_id in delivery.due_contents():
        publish(content_id, RUNS_PER_CONTENT)


@shared_task
def flush_clicks() -> None:
    """Write the journalled clicks into rows, counters and activity."""
    clicks.flush()


def publish(content_id: int, runs: int = 1) -> None:
    """Tell the workers. A broker that is away costs nothing: the sweep tells them again."""
    try:
        for _run in range(runs):
            deliver.apply_async([content_id], queue="deliver", expires=EXPIRES, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("content %s waits for the sweep: %s", content_id, fault)


@signals.worker_shutting_down.connect
def end_runs(**_about) -> None:
    """SIGTERM: runs end after the message in hand instead of after their chunk."""
    sending.stop.set()


@signals.worker_init.connect
def begin_runs(**_about) -> None:
    sending.stop.clear()
