"""Two segments laid over each other."""

from django.shortcuts import render

from core.access import needs
from crm.segments.forms import OverlapForm
from crm.segments.overlap import overlap_for


@needs("segments.view")
def segment_overlap(request):
    """How many readers two segments have in common; a form where two are not yet chosen."""
    # A link from one segment names that one alone: nothing is wrong with it yet.
    chosen = request.GET if "other" in request.GET else None
    begun = {"one": request.GET.get("one")}
    form = OverlapForm(chosen, initial=begun, viewer=request.user)
    context = {"form": form}
    if form.is_valid():
        one, other = form.cleaned_data["one"], form.cleaned_data["other"]
        context |= {
            "one": one,
            "other": other,
            "overlap": overlap_for(request.user, one, other),
        }
    return render(request, "crm/segments/segment_overlap.html", context)
