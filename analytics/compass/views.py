"""The loop as a figure with live counts, and the published case."""

from django.shortcuts import render
from django.utils import timezone

from analytics.compass import figure2
from analytics.compass.lists import ObservationList
from analytics.facts.models import Observation
from analytics.loop import verify
from analytics.loop.models import Adjustment
from core.access import needs


@needs("insight.view")
def loop(request):
    """How each round led to the next one, as far as this person may see evaluations, with what
    became of all proposals together.
    """
    context = {
        "figure": figure2.draw(request.user),
        "record": verify.tally(Adjustment.objects.visible_to(request.user)),
        "now": timezone.now(),
    }
    return render(request, "analytics/compass/loop.html", context)


@needs("insight.view")
def observation_list(request):
    """The published case: its figures with qualifier, section and source. 403 without
    "insight.view".
    """
    listing = ObservationList(request, Observation.objects.all())
    return listing.render("analytics/compass/observation_list.html")
