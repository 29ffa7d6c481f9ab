"""Fragments for the campaign room: what the last round said, and this round's evaluation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.loop import report
from analytics.loop.draft import NotDrafted, draft_next
from analytics.loop.models import Adjustment
from campaigns.plan.models import Campaign
from core.access import needs


def _campaign(request, pk):
    return get_object_or_404(
        Campaign.objects.visible_to(request.user).select_related("previous"), pk=pk
    )


@needs("insight.view")
def campaign_panel(request, pk):
    """Fragment: the newest evaluation of this campaign, and what can be done with it."""
    campaign = _campaign(request, pk)
    evaluation = campaign.evaluations.defer("inputs").order_by("-number").first()
    context = {
        "campaign": campaign,
        "evaluation": evaluation,
        "record": report.record_of(campaign) if evaluation else None,
        "next": Campaign.objects.filter(previous=campaign).first(),
    }
    return render(request, "analytics/loop/_campaign_panel.html", context)


@needs("insight.view")
def campaign_previous(request, pk):
    """Fragment: what the last round said, and where each pre-filled field of this plan came from."""
    campaign = _campaign(request, pk)
    applied = Adjustment.objects.filter(applied_in=campaign).select_related(
        "decision__by", "evaluation"
    )
    context = {
        "campaign": campaign,
        "previous": campaign.previous,
        "evaluation": campaign.previous
        and campaign.previous.evaluations.defer("inputs").order_by("-number").first(),
        "record": report.record_of(campaign.previous) if campaign.previous else None,
        "applied": applied,
    }
    return render(request, "analytics/loop/_campaign_previous.html", context)


@needs("campaigns.edit")
@require_POST
def campaign_draft(request, pk):
    """Draft the next round with every agreed adjustment in it, or add later decisions to the draft
    there is.
    """
    try:
        draft = draft_next(campaign=_campaign(request, pk), by=request.user)
    except NotDrafted as refusal:
        messages.error(request, str(refusal))
        return redirect("analytics:decision-list")
    messages.success(
        request, _("The next round stands as a draft, with every agreed adjustment in it.")
    )
    return redirect(draft)
