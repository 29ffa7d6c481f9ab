"""One campaign's room: the rail, what its phase asks for, and the steps from phase to phase."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.plan import gates
from campaigns.plan.actions import (
    advance,
    budget_is_approved,
    change_budget,
    close,
    draft_from,
    set_mix,
    update_campaign,
)
from campaigns.plan.chronicle import chronicle
from campaigns.plan.forms import (
    BriefForm,
    BudgetForm,
    CloseForm,
    CostForm,
    GoalForm,
    MixFormSet,
    StandardForm,
    TaskForm,
)
from campaigns.plan.models import Campaign, Channel
from campaigns.plan.views import get_campaign, saved
from campaigns.room import outcome
from campaigns.room.rail import rail
from core.access import needs
from core.refusals import Refused


@needs("campaigns.edit")
def plan_edit(request, pk):
    """The channel mix as one table.

    Every channel of the register, its share, cost and expected reach.
    """
    campaign = get_campaign(request, pk)
    plans = {plan.channel_id: plan for plan in campaign.channel_plans.all()}
    channels = sorted(Channel.objects.all(), key=lambda channel: channel.pk not in plans)
    formset = MixFormSet(
        request.POST or None, initial=[row_of(channel, plans) for channel in channels], prefix="mix"
    )
    if request.method == "POST" and formset.is_valid():
        rows = [form.cleaned_data for form in formset.forms if form.cleaned_data]
        try:
            set_mix(campaign=campaign, rows=rows, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect(f"{campaign.get_absolute_url()}?phase=strategy")
    context = {
        "campaign": campaign,
        "formset": formset,
        "rows": mix_rows(campaign, channels, plans, formset),
    }
    return render(
        request,
        "campaigns/room/plan_edit.html",
        context,
        status=400 if formset.total_error_count() else 200,
    )


def row_of(channel, plans) -> dict:
    plan = plans.get(channel.pk)
    if plan is None:
        return {"channel": channel.pk}
    return {
        "channel": channel.pk,
        "share": plan.share,
        "planned_cost": f"{plan.planned_cost.normalize():f}",
        "expected_reach": plan.expected_reach,
    }


def mix_rows(campaign, channels, plans, formset) -> list:
    """[(channel, form, what it brought per ¥100 last round)], the planned channels first."""
    before = outcome.by_channel(campaign.previous) if campaign.previous_id else {}
    named = {str(channel.pk): channel for channel in channels}
    rows = []
    for form in formset.forms:
        channel = named.get(str(form["channel"].value()))
        rows.append((channel, form, before.get(channel.pk) if channel else None))
    return rows


FORMS = {
    "strategy": {"goal": GoalForm, "task": TaskForm},
    "tactics": {"standard": StandardForm},
    "performance": {"cost": CostForm},
}


@needs("campaigns.view")
def campaign_detail(request, pk):
    """The room, open at the phase the campaign is in or at ``?phase=``."""
    campaign = get_campaign(request, pk)
    current = "performance" if campaign.is_closed else campaign.phase
    shown = request.GET.get("phase", current)
    if shown not in gates.PHASES:
        shown = current
    return render(
        request, "campaigns/room/campaign_detail.html", room(campaign, shown) | {"current": current}
    )


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
        "partial": f"campaigns/room/_phase_{shown}.html",
        "forms": {name: form() for name, form in FORMS.get(shown, {}).items()},
    } | extras(campaign, shown)


def extras(campaign: Campaign, shown: str) -> dict:
    if shown == "strategy":
        return {"goals": list(campaign.goals.all())}
    if shown == "performance":
        spent = campaign.spent()
        left = campaign.budget - spent if campaign.budget is not None else None
        return {
            "costs": list(campaign.costs.select_related("channel")),
            "spent": spent,
            "left": left,
        }
    return {}


@needs("campaigns.edit")
@require_POST
def campaign_advance(request, pk, phase):
    """Leave ``phase``, the one the person saw.

    Refused when somebody else has moved the campaign meanwhile.
    """
    campaign = get_campaign(request, pk)
    if phase not in gates.PHASES:
        raise Http404
    campaign.phase = phase
    try:
        campaign = advance(campaign=campaign, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Now in phase “%s”.") % campaign.get_phase_display())
    return redirect(campaign)


@needs("campaigns.edit")
def campaign_edit(request, pk):
    """The brief; once live it can only be read."""
    campaign = get_campaign(request, pk)
    fixed = budget_is_approved(campaign)
    form = BriefForm(request.POST or None, instance=campaign, budget_fixed=fixed)
    if saved(request, form, update_campaign, campaign=campaign):
        messages.success(request, _("Saved."))
        return redirect("campaigns:campaign-detail", pk)
    campaign.refresh_from_db()
    context = {"form": form, "campaign": campaign, "budget_fixed": fixed}
    return render(
        request, "campaigns/room/campaign_edit.html", context, status=400 if form.errors else 200
    )


@needs("budgets.approve")
def budget_change(request, pk):
    """Another approved budget, with a reason."""
    return ask(
        request, get_campaign(request, pk), BudgetForm, change_budget, "campaigns/room/budget_change.html",
        _("The budget is changed."),
    )  # fmt: skip


@needs("campaigns.edit")
def campaign_close(request, pk):
    """Close with a decision for next time; the page names what is missing."""
    return ask(
        request, get_campaign(request, pk), CloseForm, close, "campaigns/room/campaign_close.html",
        _("Closed. The next round can begin."),
    )  # fmt: skip


@needs("campaigns.edit")
@require_POST
def campaign_draft(request, pk):
    """The next round's plan; a second click opens the one there is."""
    draft = draft_from(campaign=get_campaign(request, pk), by=request.user)
    return redirect(draft)


def ask(request, campaign, form_class, verb, template: str, said: str):
    """A page with one form for one verb on a campaign."""
    form = form_class(request.POST or None)
    if saved(request, form, verb, campaign=campaign):
        messages.success(request, said)
        return redirect("campaigns:campaign-detail", campaign.pk)
    picture = gates.look(campaign)
    context = {
        "form": form,
        "campaign": campaign,
        "blocking": gates.blocking(picture, "performance"),
    }
    return render(request, template, context, status=400 if form.errors else 200)
