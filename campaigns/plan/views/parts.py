"""The rows a plan is made of: one page adds each kind, one address takes it out again."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db import models
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.plan.actions import (
    add_element,
    add_goal,
    add_need,
    add_task,
    book_cost,
    remove_cost,
    remove_part,
    set_match,
    set_standard,
    set_task_done,
)
from campaigns.plan.forms import (
    CostForm,
    ElementForm,
    GoalForm,
    MatchForm,
    NeedForm,
    StandardForm,
    TaskForm,
)
from campaigns.plan.models import Campaign, Cost, Element, Goal, Match, Need, Standard, Task
from campaigns.plan.views.pages import done, form_page, get_campaign, saved
from core.access import needs
from core.forms import posted
from crm.receipts.views import once


@dataclass(frozen=True)
class PartKind:
    """A kind of row in a plan.

    Its model, its form, the verb that adds one, and where the room shows it. ``place`` is a phase
    and an anchor of the room's page; empty for what stands in the match table.
    """

    model: type[models.Model]
    form: type[forms.BaseForm]
    verb: Callable
    heading: Promise
    place: str = ""

    def home(self, campaign: Campaign) -> str:
        """The address of the page on which such a row stands."""
        if not self.place:
            return reverse("campaigns:match-list", args=[campaign.pk])
        return f"{campaign.get_absolute_url()}?phase={self.place}"

    def build(self, data, campaign: Campaign):
        """The form, bound to ``data`` where something was posted."""
        # A match chooses among the needs and contents of its own campaign.
        if self.form is MatchForm:
            return self.form(data, campaign=campaign)
        return self.form(data)


PARTS = {
    "goal": PartKind(Goal, GoalForm, add_goal, gettext_lazy("New goal"), "strategy#aims"),
    "task": PartKind(Task, TaskForm, add_task, gettext_lazy("New task"), "strategy#aims"),
    "need": PartKind(Need, NeedForm, add_need, gettext_lazy("New need")),
    "element": PartKind(Element, ElementForm, add_element, gettext_lazy("New cultural content")),
    "match": PartKind(Match, MatchForm, set_match, gettext_lazy("New match")),
    "standard": PartKind(
        Standard,
        StandardForm,
        set_standard,
        gettext_lazy("Evaluation standard"),
        "tactics#standards",
    ),
    "cost": PartKind(Cost, CostForm, book_cost, gettext_lazy("Book a cost"), "performance#costs"),
}


def get_part(kind: str) -> PartKind:
    """The kind of row of this name; 404 for an address that names none."""
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


@needs("campaigns.edit")
@once
def part_add(request, pk, kind):
    """Add one row. The room posts here; with an error, or opened by itself, it is a page of its
    own.
    """
    campaign = get_campaign(request, pk)
    part = get_part(kind)
    form = part.build(posted(request), campaign)
    if saved(request, form, part.verb, campaign=campaign):
        return redirect(part.home(campaign))

    context = {
        "form": form,
        "campaign": campaign,
        "heading": part.heading,
        "home": part.home(campaign),
    }
    return form_page(request, "campaigns/plan/part_add.html", context)


@needs("campaigns.edit")
@require_POST
def part_remove(request, pk, kind, row):
    """Take one row out again; 404 for one of another campaign. A refusal is said on the page that
    follows.
    """
    campaign = get_campaign(request, pk)
    part = get_part(kind)
    found = part.model.objects.visible_to(request.user).of(campaign).get_or_404(row)

    # Money may be booked, and a wrong booking taken back, while the campaign is live.
    if part.model is Cost:
        done(request, remove_cost, cost=found)
    else:
        done(request, remove_part, part=found)
    return redirect(part.home(campaign))


@needs("campaigns.edit")
@require_POST
def task_done(request, pk, row):
    """Tick a task where ``done`` is "1", else take the tick away; 404 for another campaign's."""
    campaign = get_campaign(request, pk)
    task = Task.objects.visible_to(request.user).of(campaign).get_or_404(row)

    ticked = request.POST.get("done") == "1"
    done(request, set_task_done, task=task, done=ticked)
    return redirect(PARTS["task"].home(campaign))
