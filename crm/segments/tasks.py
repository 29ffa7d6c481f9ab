from celery import shared_task

from crm.segments import refresh
from crm.segments.models import Segment
from crm.segments.refresh import refresh_all_segments


@shared_task(name="crm.tasks.refresh_segment")
def refresh_segment(segment_id: int) -> None:
    # None where it was deleted while the task waited.
    for segment in Segment.objects.filter(pk=segment_id):
        refresh.refresh_segment(segment)


@shared_task(name="crm.tasks.refresh_segments")
def refresh_segments() -> None:
    refresh_all_segments()
