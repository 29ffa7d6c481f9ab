"""The list of segments."""

from core.access import needs
from crm.segments.lists import SegmentList
from crm.segments.models import Segment


@needs("segments.view")
def segment_list(request):
    """Segments that this account may open, with the number of their members."""
    found = Segment.objects.visible_to(request.user)
    return SegmentList(request, found).render("crm/segments/segment_list.html")
