"""Tasks of crm: ids in, one call, safe to run twice."""

from celery import shared_task

from crm import segments
from crm.models import Segment


@shared_task
def refresh_segment(segment_id: int) -> None:
    for segment in Segment.objects.filter(pk=segment_id):
        segments.refresh(segment)


@shared_task
def refresh_segments() -> None:
    segments.refresh_all()
