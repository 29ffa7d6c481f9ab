"""The loop as a figure with live counts, campaigns compared, and the published case."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics.compass import figure2
from analytics.compass.comparison import compare
from analytics.compass.involvement import involvement
from analytics.compass.lists import ObservationList
from analytics.compass.passages import way_back
from analytics.compass.words import comparison as said
from analytics.compass.words.involvement import ShownInvolvement
from analytics.compass.words.passages import ShownWay, file_rows
from analytics.facts.models import Observation
from analytics.loop import verify
from analytics.loop.models import Adjustment
from campaigns.plan.models import Campaign
from core.access import needs
from core.exporting import csv_file
from crm.staff import audit
from crm.staff.words import AuditAction


@needs("insight.view")
def loop(request):
    """How each round led to the next one, as far as this person may see evaluations, with what
    became of all proposals together.
    """
    now = timezone.now()
    way = way_back(request.user, now)
    context = {
        "figure": figure2.draw(request.user, way),
        "record": verify.tally(Adjustment.objects.visible_to(request.user)),
        "way": ShownWay.of(way),
        "now": now,
    }
    return render(request, "analytics/compass/loop.html", context)


def _involvement(request, campaigns):
    """Who took part in these campaigns, phase by phase; empty for staff of one campus, whom no
    number of the whole library is told.
    """
    involved = None
    if not request.user.campus_id:
        involved = ShownInvolvement.of(involvement(campaigns), timezone.now())
    return render(request, "analytics/compass/_involvement.html", {"involved": involved})


@needs("insight.view")
def campaign_involvement(request, pk):
    """Fragment: who took part in one campaign, phase by phase; nothing for staff of one campus."""
    campaigns = Campaign.objects.visible_to(request.user)
    campaign = campaigns.get_or_404(pk)
    return _involvement(request, campaigns.filter(pk=campaign.pk))


@needs("insight.view")
def loop_involvement(request):
    """Fragment: the same of all campaigns together. Beside the loop and not in its page, which need
    not wait until every click of every campaign is counted.
    """
    return _involvement(request, Campaign.objects.visible_to(request.user))


@require_GET
@needs("insight.export")
def loop_export(request):
    """The passages of the loop as a CSV file, which leaves a trace. 404 for staff of one campus, to
    whom no evaluation is shown.
    """
    if request.user.campus_id:
        raise Http404
    # Before the file is made: a trace of one that failed is better than a file without a trace.
    audit.record(action=AuditAction.LOOP_EXPORT, by=request.user)
    way = way_back(request.user, timezone.now())
    return csv_file(file_rows(way), "loop.csv")


@needs("insight.view")
def campaign_comparison(request):
    """The last evaluation of each campaign beside those with the same outcome and window, in the
    order that ``?sort=`` asks for.
    """
    asked = request.GET.get("sort", "")
    groups = compare(request.user, asked)
    context = {
        "groups": list(map(said.ShownGroup.of, groups)),
        "heads": said.heads(asked),
        "now": timezone.now(),
    }
    return render(request, "analytics/compass/campaign_comparison.html", context)


@require_GET
@needs("insight.export")
def comparison_export(request):
    """The same as a CSV file, which leaves a trace."""
    audit.record(action=AuditAction.COMPARISON_EXPORT, by=request.user)
    groups = compare(request.user, request.GET.get("sort", ""))
    return csv_file(said.file_rows(groups), "campaigns.csv")


@needs("insight.view")
def observation_list(request):
    """The published case: its figures with qualifier, section and source. 403 without
    "insight.view".
    """
    listing = ObservationList(request, Observation.objects.all())
    return listing.render("analytics/compass/observation_list.html")
