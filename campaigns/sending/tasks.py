"""Tasks say only that there is work.

The rows say which. Each may run twice, late, or not at all.
"""

from celery import shared_task
from django.utils import timezone

from campaigns.sending import clicks, delivery, limit, machines, run
from campaigns.sending.actions import tell_of_stops
from campaigns.sending.workers import call_workers


@shared_task(name="campaigns.tasks.deliver")
def deliver(content_id: int) -> None:
    """Send what is due of one content, then say whether there is more."""
    if run.send(content_id):
        call_workers(content_id, runs=1)


@shared_task(name="campaigns.tasks.sweep_deliveries")
def sweep_deliveries() -> None:
    """Settle what dead workers left behind, stop what has passed a limit, close what is finished,
    and call for workers where rows are due.
    """
    delivery.reconcile()
    delivery.expire()
    limit.stop_all_where_passed()
    tell_of_stops()
    delivery.finish()
    for content_id in delivery.due_contents():
        call_workers(content_id)


@shared_task(name="campaigns.tasks.flush_clicks")
def flush_clicks() -> None:
    """Write the journalled clicks into rows, counters and activity."""
    clicks.flush()


@shared_task(name="campaigns.tasks.judge_clicks")
def judge_clicks() -> None:
    """Judge young clicks again, by what has become known since."""
    machines.judge_young(timezone.now())
