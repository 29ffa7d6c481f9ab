"""The list of segments."""

from django.utils import timezone

from core.access import needs
from crm.segments.lists import SegmentList
from crm.segments.models import Segment
from crm.segments.recorded import lacking


@needs("segments.view")
def segment_list(request):
    """Segments that this account may open, with the number of their members, and a mark at those
    whose rule asks for days that are not recorded.
    """
    found = Segment.objects.visible_to(request.user)
    listing = SegmentList(request, found)
    lacks = lacking(listing.page, timezone.now())
    for segment in listing.page:
        segment.lacks = lacks.get(segment.pk, "")
    return listing.render("crm/segments/segment_list.html")
