from celery import shared_task
from django.utils import timezone

from core.queue import enqueue
from crm.clock import nightly

NAME = "crm.keep_time"


@shared_task(name=NAME, soft_time_limit=840, time_limit=870)
def keep_time() -> None:
    """The nightly run of the retention clock; a long one goes on in a task of its own."""
    if not nightly.run_night(night=timezone.localdate()):
        enqueue(NAME, queue="compute")
