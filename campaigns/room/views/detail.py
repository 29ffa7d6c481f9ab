"""One campaign's room: the rail, what its phase asks for, what it has brought and cost."""

from django.shortcuts import render

from campaigns.experiments.shown import ShownArms, shown_arms
from campaigns.experiments.words import promise_in_pairs
from campaigns.limits.queries import open_stop
from campaigns.plan import gates
from campaigns.plan.chronicle import chronicle
from campaigns.plan.forms import CostForm, GoalForm, StandardForm, TaskForm
from campaigns.plan.models import Campaign
from campaigns.plan.queries import Picture, look
from campaigns.plan.shown import shown_standards
from campaigns.plan.views.pages import get_campaign
from campaigns.room import outcome
from campaigns.room.checks import shown_checks
from campaigns.room.rail import rail
from campaigns.room.rights import CampaignRights
from campaigns.room.spending import spending
from campaigns.room.words import brief_in_pairs, next_step
from core.access import needs

Phase = Campaign.Phase
#: The forms that stand on the page of a phase: those of rows that lock with the plan, and others.
PLAN_FORMS = {
    Phase.STRATEGY: {"goal": GoalForm},
    Phase.TACTICS: {"standard": StandardForm},
}
WORK_FORMS = {
    Phase.STRATEGY: {"task": TaskForm},
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
    context["is_current"] = shown == current
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
    may = CampaignRights(campaign, viewer)
    last = outcome.LastRound.of(campaign, viewer)
    context = {
        "campaign": campaign,
        "picture": picture,
        "may": may,
        "shown_label": Phase(shown).label,
        "rail": rail(campaign, picture, shown),
        "lines": outcome.channel_lines(campaign, picture.plans, last, viewer),
        "last_round": last,
        "standards": shown_standards(picture.standards),
        "log": chronicle(campaign),
        "tasks": list(campaign.tasks.all()),
        "partial": f"campaigns/room/_phase_{shown}.html",
        "forms": empty_forms(shown, may),
        **conditions(campaign, picture, shown),
    }
    return context | of_phase(campaign, picture, shown, viewer)


def of_phase(campaign: Campaign, picture: Picture, shown: str, viewer) -> dict:
    """What the page of phase ``shown`` has beside what every phase shows."""
    evaluated = picture.evaluations > 0
    # Performance shows its evaluation, and with it the draft that takes in what was decided.
    found = {"evaluated": evaluated, "drafts_here": shown != Phase.PERFORMANCE or not evaluated}
    # The page of tactics shows the standards among its own.
    found["standards_beside"] = shown != Phase.TACTICS
    if shown == Phase.STRATEGY:
        found["goals"] = list(campaign.goals.all())
        found["brief"] = brief_in_pairs(campaign)
        found["promise"] = promised(picture)
    if shown == Phase.TACTICS:
        found["arms"] = drawn_arms(picture, viewer)
        found["takes_over"] = may_take_over(campaign, picture)
    if shown == Phase.PERFORMANCE:
        found["spending"] = spending(campaign)
        found["stop"] = stop_by_limit(campaign, picture)
    return found


def promised(picture: Picture) -> list[tuple[str, str]]:
    """What the campaign promises, as labels with values; empty where no outcome is named."""
    if picture.experiment is None:
        return []
    return promise_in_pairs(picture.experiment)


def drawn_arms(picture: Picture, viewer) -> ShownArms | None:
    """The arms among which readers are drawn; None where no outcome is named."""
    if picture.experiment is None:
        return None
    return shown_arms(picture.experiment, viewer)


def may_take_over(campaign: Campaign, picture: Picture) -> bool:
    """Whether an arm goes on as before that has no mail of its own yet, and there is a round whose
    mails it could have.
    """
    as_before = {arm.pk for arm in picture.arms if arm.is_as_before}
    written = {content.arm_id for content in picture.contents}
    return bool(as_before - written) and campaign.previous_id is not None


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
        "next_step": next_step(campaign),
        "next_step_locks": campaign.phase == Phase.TACTICS,
    }


def empty_forms(phase: str, may: CampaignRights) -> dict:
    """By the kind of row each adds, the forms on the page of ``phase`` that the viewer may use."""
    classes = {}
    if may.plan:
        classes |= PLAN_FORMS.get(phase, {})
    if may.work:
        classes |= WORK_FORMS.get(phase, {})
    return {kind: form_class() for kind, form_class in classes.items()}
