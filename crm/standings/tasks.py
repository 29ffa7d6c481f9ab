from celery import shared_task
from django.utils import timezone

from core.queue import enqueue
from crm.standings.nightly import run_night


@shared_task(name="crm.tasks.move_readers")
def move_readers() -> None:
    """The dates move readers, up to today in the library's own time. Where anybody moved, segments
    follow in the same night, in whatever order tasks came. Done twice, the second time moves
    nobody.
    """
    if run_night(day=timezone.localdate()):
        enqueue("crm.tasks.refresh_segments", queue="compute")
