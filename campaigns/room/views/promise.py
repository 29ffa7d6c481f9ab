"""What a campaign promises, and among which arms its readers are drawn."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from campaigns.experiments import words
from campaigns.experiments.actions import set_arms, set_promise
from campaigns.experiments.forms import ArmsForm, PromiseForm, arms_initial, promise_initial
from campaigns.experiments.models import USUAL_AS_BEFORE, Experiment
from campaigns.experiments.offered import offered
from campaigns.experiments.queries import experiment_of
from campaigns.experiments.seeing import choices, may_keep_as_before
from campaigns.experiments.shown import planned_audience
from campaigns.plan.models import Campaign
from campaigns.plan.views.pages import form_page, get_campaign, saved
from core.access import needs
from core.forms import posted


@needs("campaigns.edit")
def promise_edit(request, pk):
    """The outcome, the smallest effect worth having, the window and the guardrails."""
    campaign = get_campaign(request, pk)
    form = PromiseForm(
        posted(request),
        initial=promise_initial(stored_or_before(campaign)),
        offered=offered(campaign),
    )
    if saved(request, form, set_promise, campaign=campaign):
        messages.success(request, _("Saved."))
        return redirect(f"{campaign.get_absolute_url()}?phase=strategy#promise")
    context = {"form": form, "campaign": campaign}
    return form_page(request, "campaigns/room/promise_edit.html", context)


def stored_or_before(campaign: Campaign) -> Experiment | None:
    """The campaign's promise, or the one of the round before to begin with."""
    experiment = experiment_of(campaign)
    if experiment is None and campaign.previous is not None:
        return experiment_of(campaign.previous)
    return experiment


@needs("campaigns.edit")
def arms_edit(request, pk):
    """Who is held out, chosen by what it lets see, and the arms of the others."""
    campaign = get_campaign(request, pk)
    experiment = experiment_of(campaign)
    if experiment is None:
        messages.info(request, _("Name the outcome first: arms are compared by it."))
        return redirect("campaigns:promise-edit", pk)
    form = arms_form(request, campaign, experiment)
    if saved(request, form, set_arms, campaign=campaign):
        messages.success(request, _("Saved."))
        return redirect(f"{campaign.get_absolute_url()}?phase=tactics#arms")
    context = {
        "form": form,
        "campaign": campaign,
        "base": words.base_in_words(experiment),
        "worth": words.worth_in_words(experiment),
        "rule": words.rule_in_words(),
    }
    return form_page(request, "campaigns/room/arms_edit.html", context)


def arms_form(request, campaign: Campaign, experiment: Experiment) -> ArmsForm:
    """The form with the shares of this audience."""
    audience = planned_audience(campaign)
    planned = campaign.holdout_percent
    numbers = not request.user.campus_id
    said = []
    for one in choices(experiment, audience, planned):
        said.append((one.percent, words.choice_in_words(experiment, one, numbers=numbers)))
    has_previous = campaign.previous is not None
    allows = may_keep_as_before(audience, planned, USUAL_AS_BEFORE)
    initial = arms_initial(
        experiment,
        planned,
        proposes_before=has_previous and allows,
        hour_before=hour_before(campaign),
    )
    return ArmsForm(posted(request), initial=initial, choices=said, has_previous=has_previous)


def hour_before(campaign: Campaign) -> int | None:
    """The hour of sending of the round before where it was another one; else None."""
    previous = campaign.previous
    if previous is None or previous.send_hour == campaign.send_hour:
        return None
    return previous.send_hour
