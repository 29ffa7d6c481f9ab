"""All campaigns: a board of the four phases, or a list with everything."""

from django.db.models import Prefetch
from django.shortcuts import render

from campaigns.plan import gates
from campaigns.plan.lists import CampaignBoard, CampaignList
from campaigns.plan.models import Campaign
from core.access import needs
from crm.segments.models import Segment

#: More than a library runs at once; a board that is longer is no longer looked at.
ON_BOARD = 200


@needs("campaigns.view")
def campaign_list(request):
    """The board by phase.

    ``?view=list`` (or any filter) the list with everything, closed ones too.
    """
    campaigns = Campaign.objects.visible_to(request.user)
    seen = Segment.objects.visible_to(request.user).only("name", "size", "campus_sizes")
    segments = Prefetch("segments", seen)
    campaigns = campaigns.select_related("owner").prefetch_related(segments)

    if request.GET.get("view") == "list":
        return CampaignList(request, campaigns).render("campaigns/plan/campaign_list.html")

    board = CampaignBoard(request, campaigns)
    context = {"listing": board, "columns": columns(board.found)}
    return render(request, "campaigns/plan/campaign_list.html", context)


def columns(found) -> list[tuple[str, list[Campaign]]]:
    """[(phase label, its campaigns)] of the four phases, of ON_BOARD campaigns together at most;
    closed ones are left out.
    """
    by_phase = {phase: [] for phase in gates.PHASES}
    # Finished campaigns leave the board for the list.
    for campaign in found.exclude(phase=Campaign.Phase.CLOSED)[:ON_BOARD]:
        by_phase[campaign.phase].append(campaign)
    return [(phase.label, campaigns) for phase, campaigns in by_phase.items()]
