"""The steps of a campaign from phase to phase, and what may change on its way."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.experiments.actions import draft_next_round
from campaigns.plan import gates
from campaigns.plan.actions import advance, change_budget, close, update_campaign
from campaigns.plan.forms import BriefForm, BudgetForm, CloseForm
from campaigns.plan.gates import GateCheck
from campaigns.plan.models import Campaign
from campaigns.plan.queries import budget_is_approved, look
from campaigns.plan.views.pages import form_page, get_campaign, saved
from campaigns.room.checks import shown_checks
from campaigns.room.rights import CampaignRights
from core.access import needs
from core.forms import posted, refusal_told
from crm.receipts.views import once


@needs("campaigns.edit")
@require_POST
def campaign_advance(request, pk, phase):
    """Leave ``phase``, the one the person saw; 404 for what is no phase.

    Refused when somebody else has moved the campaign meanwhile, or the gate is shut.
    """
    campaign = get_campaign(request, pk)
    if phase not in gates.PHASES:
        raise Http404

    with refusal_told(request):
        campaign = advance(campaign=campaign, leaving=phase, by=request.user)
        messages.success(request, _("Now in phase “%s”.") % campaign.get_phase_display())
    return redirect(campaign)


@needs("campaigns.edit")
def campaign_edit(request, pk):
    """The brief; once live it can only be read. A budget that is approved is not changed here."""
    campaign = get_campaign(request, pk)
    fixed = budget_is_approved(campaign)
    form = BriefForm(posted(request), instance=campaign, budget_fixed=fixed)
    if saved(request, form, update_campaign, campaign=campaign):
        messages.success(request, _("Saved."))
        return redirect("campaigns:campaign-detail", pk)

    # The form has written what was typed into the instance; the page shows what is stored.
    campaign.refresh_from_db()
    context = {"form": form, "campaign": campaign, "budget_fixed": fixed}
    return form_page(request, "campaigns/room/campaign_edit.html", context)


@needs("budgets.approve")
@once
def budget_change(request, pk):
    """Another approved budget, with a reason."""
    template = "campaigns/room/budget_change.html"
    said = _("The budget is changed.")
    return ask(request, pk, BudgetForm, change_budget, template, said)


@needs("campaigns.edit")
def campaign_close(request, pk):
    """Close with a decision for next time; the page names what is missing."""
    template = "campaigns/room/campaign_close.html"
    said = _("Closed. The next round can begin.")
    return ask(request, pk, CloseForm, close, template, said)


@needs("campaigns.edit")
@require_POST
def campaign_draft(request, pk):
    """The next round's plan; a second click opens the one there is. A refusal is said on the page
    of the campaign.
    """
    campaign = get_campaign(request, pk)
    with refusal_told(request):
        campaign = draft_next_round(campaign=campaign, by=request.user)
    return redirect(campaign)


def ask(request, pk, form_class, verb, template: str, said: str):
    """A page with one form for one verb on a campaign, which then says ``said``."""
    campaign = get_campaign(request, pk)
    form = form_class(posted(request))
    if saved(request, form, verb, campaign=campaign):
        messages.success(request, said)
        return redirect("campaigns:campaign-detail", campaign.pk)

    context = {
        "form": form,
        "campaign": campaign,
        "may": CampaignRights(campaign, request.user),
        "missing": shown_checks(campaign, missing_to_close(campaign)),
    }
    return form_page(request, template, context)


def missing_to_close(campaign: Campaign) -> list[GateCheck]:
    """What keeps the campaign from being closed, but for what the form of that page asks itself."""
    # Closing names what is missing before somebody presses the button in vain.
    blocking = gates.blocking(look(campaign), Campaign.Phase.PERFORMANCE)
    return [check for check in blocking if not isinstance(check, gates.NextTimeSaid)]
