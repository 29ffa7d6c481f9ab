"""One campaign's room: the rail, what its phase asks for, and the steps from phase to phase."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import actions, gates, outcome
from campaigns.chronicle import chronicle
from campaigns.forms.room import BriefForm, BudgetForm, CloseForm, CostForm, GoalForm, StandardForm, TaskForm
from campaigns.models import Campaign
from campaigns.rail import rail
from crm.access import needs

FORMS = {
    "strategy": {"goal": GoalForm, "task": TaskForm},
    "tactics": {"standard": StandardForm},
    "performance": {"cost": CostForm},
}


def get_campaign(request, pk) -> Campaign:
    """The campaign, or 404 where this person sees none."""
    found = Campaign.objects.visible_to(request.user).select_related(
        "owner", "previous", "next", "locked_by", "closed_by"
    )
    return get_object_or_404(found, pk=pk)


@needs("campaigns.view")
def campaign_detail(request, pk):
    """The room, open at the phase the campaign is in or at ``?phase=``."""
    campaign = get_campaign(request, pk)
    current = "performance" if campaign.is_closed else campaign.phase
    shown = request.GET.get("phase", current)
    if shown not in gates.PHASES:
        shown = current
    return render(request, "campaigns/campaign_detail.html", room(campaign, shown) | {"current": current})


def room(campaign: Campaign, shown: str) -> dict:
    """Everything the room's page shows for phase ``shown``."""
    picture = gates.look(campaign)
    return {
        "campaign": campaign,
        "picture": picture,
        "shown": shown,
        "shown_label": Campaign.Phase(shown).label,
        "rail": rail(campaign, picture, shown),
        "checks": gates.checks(picture, shown),
        "blocking": gates.blocking(picture, campaign.phase),
        "lines": outcome.lines(campaign, picture.plans),
        "log": chronicle(campaign),
        "tasks": list(campaign.tasks.all()),
        "partial": f"campaigns/_phase_{shown}.html",
        "forms": {name: form() for name, form in FORMS.get(shown, {}).items()},
    } | extras(campaign, shown)


def extras(campaign: Campaign, shown: str) -> dict:
    if shown == "strategy":
        return {"goals": list(campaign.goals.all())}
    if shown == "performance":
        spent = campaign.spent()
        left = campaign.budget - spent if campaign.budget is not None else None
        return {"costs": list(campaign.costs.select_related("channel")), "spent": spent, "left": left}
    return {}


@needs("campaigns.edit")
@require_POST
def campaign_advance(request, pk, phase):
    """Leave ``phase``, the one the person saw; refused when somebody else has moved the campaign meanwhile."""
    campaign = get_campaign(request, pk)
    if phase not in gates.PHASES:
        raise Http404
    campaign.phase = phase
    try:
        campaign = actions.advance(campaign=campaign, by=request.user)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Now in phase “%s”.") % campaign.get_phase_display())
    return redirect(campaign)


@needs("campaigns.edit")
def campaign_edit(request, pk):
    """The brief; once live it can only be read."""
    campaign = get_campaign(request, pk)
    fixed = actions.budget_is_approved(campaign)
    form = BriefForm(request.POST or None, instance=campaign, budget_fixed=fixed)
    if saved(request, form, actions.update_campaign, campaign=campaign):
        messages.success(request, _("Saved."))
        return redirect("campaigns:campaign-detail", pk)
    campaign.refresh_from_db()
    context = {"form": form, "campaign": campaign, "budget_fixed": fixed}
    return render(request, "campaigns/campaign_edit.html", context, status=400 if form.errors else 200)


@needs("budgets.approve")
def budget_change(request, pk):
    """Another approved budget, with a reason."""
    return ask(
        request, get_campaign(request, pk), BudgetForm, actions.change_budget, "campaigns/budget_change.html",
        _("The budget is changed."),
    )  # fmt: skip


@needs("campaigns.edit")
def campaign_close(request, pk):
    """Close with a decision for next time; the page names what is missing."""
    return ask(
        request, get_campaign(request, pk), CloseForm, actions.close, "campaigns/campaign_close.html",
        _("Closed. The next round can begin."),
    )  # fmt: skip


@needs("campaigns.edit")
@require_POST
def campaign_draft(request, pk):
    """The next round's plan; a second click opens the one there is."""
    draft = actions.draft_from(campaign=get_campaign(request, pk), by=request.user)
    return redirect(draft)


def ask(request, campaign, form_class, verb, template: str, said: str):
    """A page with one form for one verb on a campaign."""
    form = form_class(request.POST or None)
    if saved(request, form, verb, campaign=campaign):
        messages.success(request, said)
        return redirect("campaigns:campaign-detail", campaign.pk)
    picture = gates.look(campaign)
    context = {"form": form, "campaign": campaign, "blocking": gates.blocking(picture, "performance")}
    return render(request, template, context, status=400 if form.errors else 200)


def saved(request, form, verb, **arguments) -> bool:
    """Whether ``verb`` was done with what a valid form says.

    A refusal becomes the form's own error, and what was typed stays.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        verb(by=request.user, **arguments, **form.cleaned_data)
    except actions.Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
