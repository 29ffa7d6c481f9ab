"""Fragments for the campaign room: what the last round said, and this round's evaluation."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.loop import report, sentences
from analytics.loop.actions import draft_next
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.stored_readings import readings_of
from campaigns.plan.models import Campaign
from core.access import needs
from core.forms import refusal_told


def _campaign(request, pk) -> Campaign:
    """The campaign with the one it follows; a 404 where the visitor may not see it."""
    campaigns = Campaign.objects.visible_to(request.user)
    return campaigns.select_related("previous").get_or_404(pk)


def _newest_evaluation(campaign: Campaign, user) -> Evaluation | None:
    """The newest one without its inputs; None also where there is one that this
    person may not see.
    """
    seen = Evaluation.objects.visible_to(user).filter(campaign=campaign)
    return seen.defer("inputs").order_by("-number").first()


@needs("insight.view")
def campaign_panel(request, pk):
    """Fragment: the newest evaluation of this campaign, and what can be done with it; nothing of it
    where there is none.
    """
    campaign = _campaign(request, pk)
    context = {
        "campaign": campaign,
        "next": Campaign.objects.filter(previous=campaign).first(),
    }
    evaluation = _newest_evaluation(campaign, request.user)
    if evaluation is not None:
        evaluation.campaign = campaign
        readings = readings_of(evaluation, request.user)
        context |= {
            "evaluation": evaluation,
            "figures": sentences.in_figures(readings, report.record_of(campaign)),
            "effect": sentences.effect_in_words(readings.results),
        }
    return render(request, "analytics/loop/_campaign_panel.html", context)


@needs("insight.view")
def campaign_previous(request, pk):
    """Fragment: what the last round said, and where each pre-filled field of this plan came
    from.
    """
    campaign = _campaign(request, pk)
    applied = Adjustment.objects.visible_to(request.user).filter(applied_in=campaign)
    context = {
        "campaign": campaign,
        "previous": campaign.previous,
        "applied": applied.select_related("decision__by", "decision__second", "evaluation"),
    }
    evaluation = None
    if campaign.previous is not None:
        evaluation = _newest_evaluation(campaign.previous, request.user)
    if evaluation is not None:
        context |= {"evaluation": evaluation, "record": report.record_of(campaign.previous)}
    return render(request, "analytics/loop/_campaign_previous.html", context)


@needs("campaigns.edit")
@require_POST
def campaign_draft(request, pk):
    """Draft the next round with every agreed adjustment in it, or add later decisions to the draft
    there is.
    """
    with refusal_told(request):
        draft = draft_next(campaign=_campaign(request, pk), by=request.user)
        messages.success(
            request, _("The next round stands as a draft, with every agreed adjustment in it.")
        )
        return redirect(draft)
    return redirect("analytics:decision-list")
