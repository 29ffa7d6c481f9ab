from celery import shared_task

from crm.segments import refresh
from crm.segments.models import Segment
from crm.segments.refresh import refresh_all_segments


@shared_task(name="crm.tasks.refresh_segment")
def refresh_segment(segment_id: int) -> None:
    """Counts one segment's members anew; nothing where it was deleted meanwhile."""
    # None where it was deleted while the task waited.
    for segment in Segment.objects.filter(pk=segment_id):
        refresh.refresh_segment(segment)


@shared_task(name="crm.tasks.refresh_segments")
def refresh_segments() -> None:
    """Counts the members of every segment anew, as the nightly run does."""
    refresh_all_segments()
