"""The list of segments."""

from django.core.paginator import Paginator
from django.shortcuts import render

from core.access import needs
from crm.segments.forms import SegmentFilter
from crm.segments.models import Segment


@needs("segments.view")
def segment_list(request):
    form = SegmentFilter(request.GET)
    found = form.filter(Segment.objects.visible_to(request.user))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "crm/segments/segment_list.html", {"form": form, "page": page})
