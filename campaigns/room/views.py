"""One campaign's room: the rail, what its phase asks for, and the steps from phase to phase."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.plan import gates
from campaigns.plan.actions import (
    advance,
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
from campaigns.plan.models import Campaign, Channel, ChannelPlan
from campaigns.plan.queries import budget_is_approved, look
from campaigns.plan.views import get_campaign, saved
from campaigns.room import outcome
from campaigns.room.checks import shown_checks
from campaigns.room.rail import rail
from core.access import needs
from core.refusals import Refused

Phase = Campaign.Phase


@needs("campaigns.edit")
def plan_edit(request, pk):
    """The channel mix as one table.

    Every channel of the register, its share, cost and expected reach.
    """
    campaign = get_campaign(request, pk)
    plans = {plan.channel_id: plan for plan in campaign.channel_plans.all()}
    channels = sorted(Channel.objects.all(), key=lambda channel: channel.pk not in plans)
    typed_before = [row_of(channel, plans.get(channel.pk)) for channel in channels]
    formset = MixFormSet(request.POST or None, initial=typed_before, prefix="mix")

    if mix_saved(request, campaign, formset):
        return redirect(f"{campaign.get_absolute_url()}?phase={Phase.STRATEGY}")
    context = {
        "campaign": campaign,
        "formset": formset,
        "rows": mix_rows(campaign, channels, formset),
    }
    status = 400 if formset.total_error_count() else 200
    return render(request, "campaigns/room/plan_edit.html", context, status=status)


def mix_saved(request, campaign, formset) -> bool:
    """Whether a valid mix was stored; a refusal is said on the page, which keeps what was typed."""
    if request.method != "POST" or not formset.is_valid():
        return False
    try:
        set_mix(campaign=campaign, rows=formset.rows(), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def row_of(channel: Channel, plan: ChannelPlan | None) -> dict:
    """What the form of one channel begins with."""
    if plan is None:
        return {"channel": channel.pk}
    return {
        "channel": channel.pk,
        "share": plan.share,
        "planned_cost": f"{plan.planned_cost.normalize():f}",
        "expected_reach": plan.expected_reach,
    }


def mix_rows(campaign, channels, formset) -> list:
    """[(channel, form, what it brought per ¥100 last round)], the planned channels first."""
    before = outcome.by_channel_last_round(campaign)
    by_key = {str(channel.pk): channel for channel in channels}
    rows = []
    for form in formset.forms:
        # What was posted may name no channel at all; its form then says so.
        channel = by_key.get(str(form["channel"].value()))
        last_round = before.get(channel.pk) if channel else None
        rows.append((channel, form, last_round))
    return rows


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
    current = Phase.PERFORMANCE if campaign.is_closed else campaign.phase
    shown = request.GET.get("phase", current)
    if shown not in gates.PHASES:
        shown = current
    context = room(campaign, shown)
    context["current"] = current
    return render(request, "campaigns/room/campaign_detail.html", context)


def room(campaign: Campaign, shown: str) -> dict:
    """Everything the room's page shows for phase ``shown``."""
    picture = look(campaign)
    context = {
        "campaign": campaign,
        "picture": picture,
        "shown": shown,
        "shown_label": Phase(shown).label,
        "rail": rail(campaign, picture, shown),
        "checks": shown_checks(campaign, gates.checks(picture, shown)),
        "blocking": shown_checks(campaign, gates.blocking(picture, campaign.phase)),
        "lines": outcome.channel_lines(campaign, picture.plans),
        "log": chronicle(campaign),
        "tasks": list(campaign.tasks.all()),
        "partial": f"campaigns/room/_phase_{shown}.html",
        "forms": {name: form() for name, form in FORMS.get(shown, {}).items()},
    }
    if shown == Phase.STRATEGY:
        context["goals"] = list(campaign.goals.all())
    if shown == Phase.PERFORMANCE:
        context |= money(campaign)
    return context


def money(campaign: Campaign) -> dict:
    """The costs booked, what is spent and what is left of the budget (None without one), CNY."""
    spent = campaign.spent()
    left = None
    if campaign.budget is not None:
        left = campaign.budget - spent
    costs = list(campaign.costs.select_related("channel"))
    return {"costs": costs, "spent": spent, "left": left}


@needs("campaigns.edit")
@require_POST
def campaign_advance(request, pk, phase):
    """Leave ``phase``, the one the person saw.

    Refused when somebody else has moved the campaign meanwhile.
    """
    campaign = get_campaign(request, pk)
    if phase not in gates.PHASES:
        raise Http404
    try:
        campaign = advance(campaign=campaign, leaving=phase, by=request.user)
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
    # The form has written what was typed into the instance; the page shows what is stored.
    campaign.refresh_from_db()
    context = {"form": form, "campaign": campaign, "budget_fixed": fixed}
    return render(
        request, "campaigns/room/campaign_edit.html", context, status=400 if form.errors else 200
    )


@needs("budgets.approve")
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
    """The next round's plan; a second click opens the one there is."""
    draft = draft_from(campaign=get_campaign(request, pk), by=request.user)
    return redirect(draft)


def ask(request, pk, form_class, verb, template: str, said: str):
    """A page with one form for one verb on a campaign."""
    campaign = get_campaign(request, pk)
    form = form_class(request.POST or None)
    if saved(request, form, verb, campaign=campaign):
        messages.success(request, said)
        return redirect("campaigns:campaign-detail", campaign.pk)
    blocking = gates.blocking(look(campaign), Phase.PERFORMANCE)
    context = {
        "form": form,
        "campaign": campaign,
        "blocking": shown_checks(campaign, blocking),
    }
    return render(request, template, context, status=400 if form.errors else 200)
