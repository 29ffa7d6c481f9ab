"""Clicks of machines: the rules for everybody, and what they left out of a campaign."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from campaigns.plan.models import Campaign
from campaigns.sending import machine_rules as rules
from campaigns.sending.actions import judge_clicks
from campaigns.sending.machine_figures import figures_of
from campaigns.sending.words import (
    judged_in_words,
    left_out_heads,
    left_out_rows,
    rule_heads,
    rule_rows,
)
from core.access import needs
from core.forms import refusal_told


@login_not_required
@require_GET
def machine_rules(request):
    """The rules as they are published, for readers as for staff."""
    context = {
        "heads": rule_heads(),
        "rows": rule_rows(),
        "version": rules.VERSION,
        "since": rules.VERSIONS[rules.VERSION],
    }
    return render(request, "campaigns/sending/machine_rules.html", context)


@needs("campaigns.view")
@require_GET
def machine_clicks(request, pk):
    """What was left out of a campaign's figures, by rule."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    figures = figures_of(campaign, request.user)
    context = {
        "campaign": campaign,
        "figures": figures,
        "heads": left_out_heads(),
        "rows": left_out_rows(figures),
        "version": rules.VERSION,
        "now": timezone.now(),
    }
    return render(request, "campaigns/sending/machine_clicks.html", context)


@needs("campaigns.launch")
@require_POST
def machine_judge(request, pk):
    """Judge all clicks of a campaign by the rules of today."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    with refusal_told(request):
        changed = judge_clicks(campaign=campaign, by=request.user)
        messages.success(request, judged_in_words(changed))
    return redirect("campaigns:machine-clicks", pk=campaign.pk)
