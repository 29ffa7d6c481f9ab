"""One campaign's room: the rail, what its phase asks for, what it has brought and cost."""

from django.shortcuts import render

from campaigns.limits.queries import open_stop
from campaigns.plan import gates
from campaigns.plan.chronicle import chronicle
from campaigns.plan.forms import CostForm, GoalForm, StandardForm, TaskForm
from campaigns.plan.models import Campaign
from campaigns.plan.queries import Picture, look
from campaigns.plan.views.pages import get_campaign
from campaigns.room import outcome
from campaigns.room.checks import shown_checks
from campaigns.room.rail import rail
from core.access import needs

Phase = Campaign.Phase
#: The forms that stand on the page of a phase.
FORMS = {
    Phase.STRATEGY: {"goal": GoalForm, "task": TaskForm},
    Phase.TACTICS: {"standard": StandardForm},
    Phase.PERFORMANCE: {"cost": CostForm},
}


@needs("campaigns.view")
def campaign_detail(request, pk):
    """The room, open at the phase the campaign is in or at ``?phase=``."""
    campaign = get_campaign(request, pk)
    current = current_phase(campaign)
    shown = request.GET.get("phase", current)
    if shown not in gates.PHASES:
        shown = current

    context = room(campaign, shown, request.user)
    context["current"] = current
    return render(request, "campaigns/room/campaign_detail.html", context)


def current_phase(campaign: Campaign) -> str:
    """The phase whose page opens first; a closed campaign is read where it ended."""
    if campaign.is_closed:
        return Phase.PERFORMANCE
    return campaign.phase


def room(campaign: Campaign, shown: str, viewer) -> dict:
    """Everything the room's page shows for phase ``shown``, as ``viewer`` may be told it, by the
    names of the template.
    """
    # One look for the rail, the checks and the button, so that they cannot disagree.
    picture = look(campaign, viewer)
    context = {
        "campaign": campaign,
        "picture": picture,
        "shown": shown,
        "shown_label": Phase(shown).label,
        "rail": rail(campaign, picture, shown),
        "lines": outcome.channel_lines(campaign, picture.plans, viewer),
        "log": chronicle(campaign),
        "tasks": list(campaign.tasks.all()),
        "partial": f"campaigns/room/_phase_{shown}.html",
        "forms": empty_forms(shown),
        **conditions(campaign, picture, shown),
    }
    if shown == Phase.STRATEGY:
        context["goals"] = list(campaign.goals.all())
    if shown == Phase.PERFORMANCE:
        context |= spending(campaign)
        context["stop"] = stop_by_limit(campaign, picture)
    return context


def stop_by_limit(campaign: Campaign, picture: Picture):
    """The stop that keeps the campaign's mails; None where none is paused. The database is asked
    only where one is.
    """
    if not any(content.state == content.State.PAUSED for content in picture.contents):
        return None
    return open_stop(campaign)


def conditions(campaign: Campaign, picture: Picture, shown: str) -> dict:
    """What phase ``shown`` asks for, and what keeps the gate of the phase that is on shut."""
    asked = gates.checks(picture, shown)
    blocking = gates.blocking(picture, campaign.phase)
    return {
        "checks": shown_checks(campaign, asked),
        "blocking": shown_checks(campaign, blocking),
    }


def empty_forms(phase: str) -> dict:
    """By the kind of row each adds, the forms on the page of ``phase``."""
    forms = {}
    for kind, form_class in FORMS.get(phase, {}).items():
        forms[kind] = form_class()
    return forms


def spending(campaign: Campaign) -> dict:
    """The costs booked, what is spent and what is left of the budget (None without one), CNY."""
    spent = campaign.spent()
    left = None
    if campaign.budget is not None:
        left = campaign.budget - spent
    costs = list(campaign.costs.select_related("channel"))
    return {"costs": costs, "spent": spent, "left": left}
